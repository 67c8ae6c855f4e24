package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Truth is what is physically true of the extent: which live nodes hold it.
type Truth struct {
	holders map[extmgr.NodeID]bool
}

const (
	isRepaired  ravel.State = "Repaired"
	isRepairing ravel.State = "Repairing"
)

// RepairMonitor is the specification: an extent that has lost a replica has its
// target number of them again, some time.
var RepairMonitor = ravel.DefineMonitor[Truth]("RepairMonitor",
	ravel.Cold(isRepaired,
		ravel.Entry((*Truth).look),
		ravel.On((*Truth).failed),
		ravel.On((*Truth).repaired)),
	ravel.Hot(isRepairing,
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
		c.Goto(isRepairing)
	}
}

func (t *Truth) failed(c *ravel.MonitorContext, f Failed) {
	delete(t.holders, f.Node)
	if len(t.holders) < target && c.State() == isRepaired {
		c.Goto(isRepairing)
	}
}

func (t *Truth) repaired(c *ravel.MonitorContext, r Repaired) {
	t.holders[r.Node] = true
	if len(t.holders) >= target && c.State() == isRepairing {
		c.Sometimes(true, "the extent is repaired")
		c.Goto(isRepaired)
	}
}
