package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Truth is what is physically true of the extent: which live nodes hold it.
type Truth struct {
	holders  map[extmgr.NodeID]bool
	failures int
}

// RepairMonitor is the specification: an extent that has lost a replica has its
// target number of them again, some time.
var RepairMonitor = ravel.DefineMonitor[Truth]("RepairMonitor",
	ravel.Cold("Repaired",
		ravel.Entry((*Truth).look),
		ravel.On((*Truth).failed),
		ravel.On((*Truth).repaired)),
	ravel.Hot("Repairing",
		ravel.On((*Truth).failed),
		ravel.On((*Truth).repaired)))

// Failed says that a node is down for good.
type Failed struct{ Node extmgr.NodeID }

// Repaired says that a node has a replica that it did not have.
type Repaired struct{ Node extmgr.NodeID }

func newTruth(disks []disk) *Truth {
	t := &Truth{holders: make(map[extmgr.NodeID]bool)}
	for _, d := range disks {
		if len(d.extents) > 0 {
			t.holders[d.node] = true
		}
	}
	return t
}

// look is the entry of the cold state, in which the monitor starts.
func (t *Truth) look(c *ravel.MonitorContext) {
	if len(t.holders) < target {
		c.Goto("Repairing")
	}
}

func (t *Truth) failed(c *ravel.MonitorContext, f Failed) {
	t.failures++
	delete(t.holders, f.Node)
	if len(t.holders) < target && c.State() == "Repaired" {
		c.Goto("Repairing")
	}
}

func (t *Truth) repaired(c *ravel.MonitorContext, r Repaired) {
	t.holders[r.Node] = true
	if len(t.holders) >= target && c.State() == "Repairing" {
		c.Sometimes(true, "the extent is repaired")
		c.Goto("Repaired")
	}
}
