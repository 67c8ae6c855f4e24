package fabric

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/model/network"
)

// Fabric is a platform. It is a small value to be copied into the machines that use it.
type Fabric struct {
	net    network.Network // of the platform
	calls  network.Network // of requests and answers
	naming ravel.ID
	dir    *directory `ravel:"-"` // never changes
}

// New creates a platform and the monitors that look after it.
func New(c *ravel.Context, cfg Config) Fabric {
	if problem := cfg.problem(); problem != "" {
		c.Misuse("fabric.New: %s", problem)
		return Fabric{}
	}
	dir := newDirectory(&cfg)
	monitor(c, dir)
	f := Fabric{
		net: network.New(c, network.Config{
			Name: "fabric network", Partitions: cfg.Cuts, Duplicates: cfg.Repeats, Clone: cloned,
		}),
		calls: network.New(c, network.Config{
			Name: "fabric calls", Loss: cfg.LostCalls, Duplicates: cfg.TwiceCalls, Clone: repeated,
		}),
		dir: dir,
	}
	f.naming = c.Create(namingMachine.New(&naming{net: f.net, stale: cfg.Stale, parts: make([]entryOf, len(dir.parts))}))
	var swaps, closes ravel.Budget
	if cfg.Swaps > 0 {
		swaps = c.Budget("fabric swap", cfg.Swaps)
	}
	if cfg.Closes > 0 {
		closes = c.Budget("fabric close", cfg.Closes)
	}
	if cfg.DiskLosses > 0 {
		c.Model(disksName, &disks{Left: cfg.DiskLosses, Lost: map[string]int{}})
	}
	var managers []ravel.ID
	for i, p := range dir.parts {
		m := &manager{
			partition: p, part: i, dir: dir, net: f.net, naming: f.naming, alive: map[service.ReplicaID]ravel.ID{},
			budget: swaps, swaps: cfg.Swaps, closings: closes, closes: cfg.Closes,
		}
		managers = append(managers, c.Create(managerMachine.New(m).Named(fmt.Sprintf("failover manager of %v", p.id))))
	}
	enableFaults(c, &cfg, f.net, managers, f.createNodes(c, &cfg, managers))
	return f
}

// createNodes creates the nodes. A node is the same when it is restarted, but for its memory.
func (f Fabric) createNodes(c *ravel.Context, cfg *Config, managers []ravel.ID) []crash.Node {
	var nodes []crash.Node
	for i := range cfg.nodes() {
		create := func(restarts int) ravel.Machine {
			n := &node{Fabric: f, managers: managers, bugs: cfg.bugs, life: life{Restarts: restarts}}
			n.name = fmt.Sprintf("node %d", i+1)
			return n.machine()
		}
		nodes = append(nodes, crash.Node{ID: c.Create(create(0)), New: create})
	}
	return nodes
}
