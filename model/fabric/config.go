package fabric

import (
	"cmp"
	"fmt"

	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// Config describes a platform, the services on it, and what may happen to them.
type Config struct {
	Services []Service // at least one
	Nodes    int       // 0 is as many as the service with the most replicas needs

	Crashes    int // so many times a node may crash
	Restarts   int // so many crashed nodes come up again, with what is on their disks
	DiskLosses int // so many of them come up with an empty disk
	Suspicions int // so many times a node may be given up that is alive
	Swaps      int // so many times another replica is to become the primary, while nothing has failed
	Closes     int // so many replicas are to be closed and replaced, while nothing has failed
	Stale      int // so many times naming may give an old answer

	// Cuts is how often the network may be cut in two. It is for a while, and loses nothing: messages across a cut are
	// late.
	Cuts int

	LostCalls  int // so many requests and answers of calls may be lost
	TwiceCalls int // so many requests and answers of calls may come once more, some time later
	Repeats    int // so many messages of the platform to itself may come once more; services notice nothing of it

	bugs bugs
}

// Service describes a service. Name and New are required.
type Service struct {
	Name string
	// New makes a replica of the service. Replicas of one execution may share nothing.
	New service.Factory

	Partitions int // 0 is 1
	Replicas   int // that each partition should have; 0 is 3
	// MinReplicas is how many replicas must be in the configuration, and hold an operation, for it to be committed; 0 is
	// a majority of Replicas.
	MinReplicas int
	Window      int // operations of a primary that may be under way; 0 is 2

	// Disk says what crashes do to the storage of replicas that are Persistent. Rots and Fulls are not possible here.
	Disk disk.Config
}

// normal returns the service with its defaults.
func (s Service) normal() Service {
	s.Partitions = cmp.Or(s.Partitions, 1)
	s.Replicas = cmp.Or(s.Replicas, 3)
	s.MinReplicas = cmp.Or(s.MinReplicas, s.Replicas/2+1)
	s.Window = cmp.Or(s.Window, 2)
	return s
}

// nodes returns how many nodes there are.
func (c *Config) nodes() int {
	n := c.Nodes
	if n == 0 {
		for _, s := range c.Services {
			n = max(n, s.normal().Replicas)
		}
	}
	return n
}

type number struct {
	name string
	n    int
}

func negative(numbers ...number) string {
	for _, x := range numbers {
		if x.n < 0 {
			return fmt.Sprintf("%s is %d: it cannot be negative", x.name, x.n)
		}
	}
	return ""
}

// problem returns what is wrong with a Config, or nothing.
func (c *Config) problem() string {
	if p := negative(number{"Nodes", c.Nodes}, number{"Crashes", c.Crashes}, number{"Restarts", c.Restarts}, number{"DiskLosses", c.DiskLosses},
		number{"Suspicions", c.Suspicions}, number{"Swaps", c.Swaps}, number{"Closes", c.Closes},
		number{"Stale", c.Stale}, number{"Cuts", c.Cuts},
		number{"LostCalls", c.LostCalls}, number{"TwiceCalls", c.TwiceCalls}, number{"Repeats", c.Repeats}); p != "" {
		return p
	}
	if len(c.Services) == 0 {
		return "there are no Services: name at least one"
	}
	names := map[string]bool{}
	for i, s := range c.Services {
		switch {
		case s.Name == "":
			return fmt.Sprintf("Services[%d] has no Name: that is what clients call it by", i)
		case names[s.Name]:
			return fmt.Sprintf("two Services are named %q: each needs a Name of its own", s.Name)
		}
		names[s.Name] = true
		if p := s.problem(c.nodes()); p != "" {
			return fmt.Sprintf("service %q: %s", s.Name, p)
		}
	}
	return ""
}

func (s Service) problem(nodes int) string {
	if p := negative(number{"Partitions", s.Partitions}, number{"Replicas", s.Replicas}, number{"MinReplicas", s.MinReplicas},
		number{"Window", s.Window}); p != "" {
		return p
	}
	n := s.normal()
	switch {
	case s.Disk.Rots != 0 || s.Disk.Fulls != 0:
		return fmt.Sprintf("Disk has %d Rots and %d Fulls: storage has no such faults", s.Disk.Rots, s.Disk.Fulls)
	case s.New == nil:
		return "New is nil: it has to make a replica of the service"
	case nodes < n.Replicas:
		return fmt.Sprintf("%d Nodes cannot hold %d Replicas: a node holds one of each partition", nodes, n.Replicas)
	case n.MinReplicas > n.Replicas || n.MinReplicas <= n.Replicas/2:
		return fmt.Sprintf("MinReplicas is %d: it must be a majority of the %d Replicas, and not more", n.MinReplicas, n.Replicas)
	}
	return ""
}
