package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"regexp"
	"slices"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/host"
)

// Config describes a node.
type Config struct {
	Node     string            // its name, one of Nodes
	Nodes    map[string]string // the addresses of all nodes of the cluster by name, this one's included: three or five
	Listen   string            // where the node listens; "" is its address in Nodes
	Listener net.Listener      // if not nil, it is used instead; Start takes it over
	Dir      string            // its folder, which is made if it is not there; for one process at a time
	Cluster  string            // name of the cluster; "" is "fabric"
	Services []Service         // the same on all nodes

	// Lease is how long a node goes on without hearing of the manager; 0 is 3s. All nodes have the same. Others go on
	// without a node that was silent for a quarter longer.
	Lease time.Duration
	// CallTimeout is how long a call to a service waits for an answer; 0 is 10s.
	CallTimeout time.Duration
	Log         *slog.Logger // nil logs nothing

	// Dial opens connections to addresses of nodes; nil is TCP. It is for tests that cut them.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
}

// Service is a service of the cluster.
type Service struct {
	Name       string // letters, digits, _ and -
	New        service.Factory
	Partitions int // 0 is 1
	Replicas   int // of a partition, at most one on a node; 0 is 3
	// MinReplicas is how many replicas must hold an operation for it to be committed; 0 is a majority of Replicas.
	MinReplicas int
	Window      int // operations of a primary that may be under way; 0 is 64
}

var serviceName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// complete fills in defaults, and says what is wrong.
func (c *Config) complete() error {
	c.Nodes = maps.Clone(c.Nodes)
	c.Services = slices.Clone(c.Services)
	if c.Lease == 0 {
		c.Lease = 3 * time.Second
	}
	if c.CallTimeout == 0 {
		c.CallTimeout = 10 * time.Second
	}
	if c.Cluster == "" {
		c.Cluster = "fabric"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Log = c.Log.With("node", c.Node)
	addr, known := c.Nodes[c.Node]
	if c.Listen == "" {
		c.Listen = addr
	}
	switch {
	case c.Node == "":
		return errors.New("the node has no name: set Node to one of the names in Nodes")
	case !known:
		return fmt.Errorf("node %q is not in Nodes, which has %v", c.Node, slices.Sorted(maps.Keys(c.Nodes)))
	case len(c.Nodes)%2 == 0:
		return fmt.Errorf("%d nodes: take an odd number, as one more node than that survives no more failures", len(c.Nodes))
	case c.Dir == "":
		return errors.New("no folder: set Dir")
	case c.Lease < 50*time.Millisecond:
		return fmt.Errorf("a Lease of %v is too short: take 50ms or more", c.Lease)
	case c.CallTimeout < 0:
		return fmt.Errorf("a CallTimeout of %v is none: take a positive one", c.CallTimeout)
	}
	seen := map[string]bool{}
	for i := range c.Services {
		s := &c.Services[i]
		if err := s.complete(); err != nil {
			return fmt.Errorf("service %q: %w", s.Name, err)
		}
		if seen[s.Name] {
			return fmt.Errorf("service %q is there twice", s.Name)
		}
		if s.Replicas > len(c.Nodes) {
			return fmt.Errorf("service %q: %d nodes cannot hold %d replicas: a node holds one of each partition", s.Name, len(c.Nodes), s.Replicas)
		}
		seen[s.Name] = true
	}
	return nil
}

func (s *Service) complete() error {
	if s.Partitions == 0 {
		s.Partitions = 1
	}
	if s.Replicas == 0 {
		s.Replicas = 3
	}
	if s.MinReplicas == 0 {
		s.MinReplicas = s.Replicas/2 + 1
	}
	if s.Window == 0 {
		s.Window = 64
	}
	switch {
	case !serviceName.MatchString(s.Name):
		return errors.New("a name has letters, digits, _ and -, and is not empty")
	case s.New == nil:
		return errors.New("no New: it has to make a replica")
	case s.Partitions < 0 || s.Replicas < 0 || s.Window < 0:
		return fmt.Errorf("%d partitions, %d replicas, a window of %d: none can be negative", s.Partitions, s.Replicas, s.Window)
	case s.MinReplicas > s.Replicas || s.MinReplicas <= s.Replicas/2:
		return fmt.Errorf("%d as MinReplicas: it must be a majority of the %d replicas, and not more", s.MinReplicas, s.Replicas)
	}
	return nil
}

// specs returns what the failover manager needs to know of the services.
func (c *Config) specs() (all []failover.Spec) {
	for _, s := range c.Services {
		_, persistent := s.New(service.Info{Partition: service.PartitionID{Service: s.Name}, Partitions: s.Partitions}).(service.Persistent)
		all = append(all, failover.Spec{
			Name: s.Name, Partitions: s.Partitions, Replicas: s.Replicas, MinReplicas: s.MinReplicas, Window: s.Window, Persistent: persistent,
		})
	}
	return all
}

func (c *Config) factories() map[string]host.Service {
	m := map[string]host.Service{}
	for _, s := range c.Services {
		m[s.Name] = host.Service{New: s.New, Partitions: s.Partitions}
	}
	return m
}
