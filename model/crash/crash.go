package crash

import (
	"time"

	"github.com/ravelgo/ravel"
)

// Config says what may happen to the nodes. With the zero value nothing does.
type Config struct {
	Name string // of the controller, and of its budgets; "" is "crash"

	Crashes  int // so many times a node may go down
	Restarts int // so many times a node that is down may come up again

	// MustRestart says that as long as there are Restarts left a node that went down does come up again. By default it may
	// stay down. RestartAfter is how long it is down at least then; 0 is one second. The clock decides what that means: on
	// the asynchronous one a node may come up at any step.
	MustRestart  bool
	RestartAfter time.Duration

	// Notify tells monitors Down and Up. Detector, if set, is a machine that is sent them: a perfect failure detector.
	Notify   bool
	Detector ravel.ID
}

// Node is a machine that may crash.
type Node struct {
	ID ravel.ID
	// New makes the machine that the node restarts as: 1 is its first restart. It may share nothing with the incarnation
	// before; what outlives a crash is a model of its own (see package disk). It is needed if there are Restarts.
	New func(incarnation int) ravel.Machine
}

// Down tells that a node has crashed.
type Down struct{ ID ravel.ID }

// Up tells that a node restarts. Incarnation counts its restarts.
type Up struct {
	ID          ravel.ID
	Incarnation int
}

// Enable lets the tester crash and restart the nodes from now on. Enable may be called more than once, for different nodes,
// under names of their own.
func Enable(c *ravel.Context, cfg Config, nodes ...Node) {
	if !valid(c, cfg, nodes) || cfg.Crashes == 0 {
		return
	}
	if cfg.Name == "" {
		cfg.Name = "crash"
	}
	if cfg.RestartAfter == 0 {
		cfg.RestartAfter = time.Second
	}
	k := &controller{
		must: cfg.MustRestart, after: cfg.RestartAfter, notify: cfg.Notify, detector: cfg.Detector,
		crashes: fault{left: cfg.Crashes, budget: c.Budget(cfg.Name, cfg.Crashes)},
	}
	k.restarts.left = cfg.Restarts
	if cfg.Restarts > 0 && !cfg.MustRestart {
		k.restarts.budget = c.Budget(cfg.Name+" restart", cfg.Restarts)
	}
	for _, n := range nodes {
		k.nodes = append(k.nodes, node{id: n.ID, make: n.New})
	}
	c.Create(controllerMachine.New(k).Named(cfg.Name))
}

func valid(c *ravel.Context, cfg Config, nodes []Node) bool {
	switch {
	case cfg.Crashes < 0:
		c.Misuse("crash.Enable: Crashes is %d: a budget cannot be negative", cfg.Crashes)
	case cfg.Restarts < 0:
		c.Misuse("crash.Enable: Restarts is %d: a budget cannot be negative", cfg.Restarts)
	case cfg.RestartAfter < 0:
		c.Misuse("crash.Enable: RestartAfter is %v: nothing is down for less than no time", cfg.RestartAfter)
	case len(nodes) == 0:
		c.Misuse("crash.Enable of no nodes: name at least one")
	default:
		return validNodes(c, cfg, nodes)
	}
	return false
}

func validNodes(c *ravel.Context, cfg Config, nodes []Node) bool {
	seen := map[ravel.ID]bool{}
	for i, n := range nodes {
		switch {
		case n.ID.IsZero():
			c.Misuse("crash.Enable: node %d has the zero ID: no such machine", i)
		case seen[n.ID]:
			c.Misuse("crash.Enable: %v is named twice", n.ID)
		case n.ID == c.Self():
			c.Misuse("crash.Enable: %v cannot be a node of its own", n.ID)
		case n.New == nil && cfg.Restarts > 0:
			c.Misuse("crash.Enable: %v has no New: a restart needs a machine to restart as", n.ID)
		default:
			seen[n.ID] = true
			continue
		}
		return false
	}
	return true
}
