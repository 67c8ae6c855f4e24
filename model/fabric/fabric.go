package fabric

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/network"
)

// Config describes a platform with one partition of a service. New is required.
type Config struct {
	// New makes a replica of the service. Replicas of one execution may share nothing.
	New func(ReplicaID) Replica

	Nodes    int // 0 is Replicas
	Replicas int // that the partition should have; 0 is 3
	// MinReplicas is how many replicas must be in the configuration, and hold an operation, for it to be committed; 0 is
	// a majority of Replicas.
	MinReplicas int
	Window      int // operations of a primary that may be under way; 0 is 2

	Crashes    int // so many times a node may crash
	Restarts   int // so many crashed nodes come up again, with nothing on them
	Suspicions int // so many times a node may be given up that is alive
	Stale      int // so many times naming may give an old answer

	// Cuts is how often the network may be cut in two. It is for a while, and loses nothing: messages across a cut are late.
	Cuts int

	bugs bugs
}

func (c *Config) minReplicas() int {
	if c.MinReplicas > 0 {
		return c.MinReplicas
	}
	return c.Replicas/2 + 1
}

func (c *Config) window() int {
	if c.Window > 0 {
		return c.Window
	}
	return 2
}

// Fabric is a platform. It is a small value to be copied into the machines that use it.
type Fabric struct {
	net    network.Network
	naming ravel.ID
}

// New creates a platform and the monitors that look after it.
func New(c *ravel.Context, cfg Config) Fabric {
	if cfg.Replicas == 0 {
		cfg.Replicas = 3
	}
	if cfg.Nodes == 0 {
		cfg.Nodes = cfg.Replicas
	}
	if problem := cfg.problem(); problem != "" {
		c.Misuse("fabric.New: %s", problem)
		return Fabric{}
	}
	monitor(c, &cfg)
	f := Fabric{net: network.New(c, network.Config{Name: "fabric network", Partitions: cfg.Cuts})}
	f.naming = c.Create(namingMachine.New(&naming{net: f.net, stale: cfg.Stale}))
	fm := c.Create(managerMachine.New(&manager{cfg: &cfg, net: f.net, naming: f.naming, alive: map[ReplicaID]ravel.ID{}}))
	var ids []ravel.ID
	var nodes []crash.Node
	for i := range cfg.Nodes {
		name := fmt.Sprintf("node %d", i+1)
		make := func(restarts int) ravel.Machine {
			n := &node{cfg: &cfg, net: f.net, manager: fm, life: life{Restarts: restarts}}
			return n.machine(name)
		}
		id := c.Create(make(0))
		ids = append(ids, id)
		nodes = append(nodes, crash.Node{ID: id, New: make})
	}
	w := &watch{net: f.net, manager: fm, left: cfg.Suspicions, up: ids, lives: map[ravel.ID]life{}}
	if cfg.Suspicions > 0 {
		w.budget = c.Budget("fabric suspicion", cfg.Suspicions)
	}
	detector := c.Create(watchMachine.New(w))
	crash.Enable(c, crash.Config{
		Name: "fabric crash", Crashes: cfg.Crashes, Restarts: cfg.Restarts, MustRestart: true, Notify: true, Detector: detector,
	}, nodes...)
	return f
}

func (c *Config) problem() string {
	for _, f := range []struct {
		name string
		n    int
	}{
		{"Nodes", c.Nodes}, {"Replicas", c.Replicas}, {"MinReplicas", c.MinReplicas}, {"Window", c.Window},
		{"Crashes", c.Crashes}, {"Restarts", c.Restarts}, {"Suspicions", c.Suspicions}, {"Stale", c.Stale}, {"Cuts", c.Cuts},
	} {
		if f.n < 0 {
			return fmt.Sprintf("%s is %d: it cannot be negative", f.name, f.n)
		}
	}
	switch {
	case c.New == nil:
		return "New is nil: it has to make a replica of the service"
	case c.Nodes < c.Replicas:
		return fmt.Sprintf("%d Nodes cannot hold %d Replicas: a node holds one", c.Nodes, c.Replicas)
	case c.minReplicas() > c.Replicas || c.minReplicas() <= c.Replicas/2:
		return fmt.Sprintf("MinReplicas is %d: it must be a majority of the %d Replicas, and not more", c.MinReplicas, c.Replicas)
	}
	return ""
}

// watch tells the failover manager, some time later, which nodes are down: those that crash, and now and then one that does
// not. A node that is given up learns it some time later as well.
type watch struct {
	net     network.Network
	manager ravel.ID
	up      []ravel.ID
	lives   map[ravel.ID]life
	budget  ravel.Budget
	left    int
}

type (
	suspicion struct{}
	leaseEnds struct {
		Node ravel.ID
		Next life
	}
)

var watchMachine = ravel.Define[watch]("failure detector",
	ravel.Start("Watching",
		ravel.Entry((*watch).offer),
		ravel.On((*watch).down),
		ravel.On((*watch).back),
		ravel.On((*watch).suspect),
		ravel.On((*watch).leaseEnds),
	),
)

func (w *watch) offer(c *ravel.Context) {
	if w.left > 0 {
		c.OfferFault(w.budget, suspicion{})
	}
}

func (w *watch) down(c *ravel.Context, d crash.Down) {
	w.net.Send(c, w.manager, nodeDown{d.ID, w.lives[d.ID]})
	var up []ravel.ID
	for _, id := range w.up {
		if id != d.ID {
			up = append(up, id)
		}
	}
	w.up = up
}

func (w *watch) back(_ *ravel.Context, u crash.Up) {
	w.lives[u.ID] = life{Restarts: u.Incarnation}
	w.up = append(w.up, u.ID)
}

func (w *watch) suspect(c *ravel.Context, _ suspicion) {
	w.left--
	if len(w.up) > 0 {
		id := ravel.Choose(c, w.up)
		old := w.lives[id]
		next := life{old.Restarts, old.Leases + 1}
		w.lives[id] = next
		w.net.Send(c, w.manager, nodeDown{id, old})
		c.After(1e9, leaseEnds{id, next})
	}
	w.offer(c)
}

func (w *watch) leaseEnds(c *ravel.Context, e leaseEnds) { c.Send(e.Node, leaseLost{e.Next}) }
