package vnext

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Truth is what is physically true: which live nodes hold which version of which
// extent. It is what the monitors hear, and it never comes from the manager.
type Truth struct {
	newest map[extmgr.ExtentID]uint64
	held   map[extmgr.NodeID]map[extmgr.ExtentID]uint64
}

// What the world tells the monitors.
type (
	// Failed says that a node is down for good.
	Failed struct{ Node extmgr.NodeID }
	// Holds says what a node has found on its disk: that, and nothing else.
	Holds struct {
		Node    extmgr.NodeID
		Extents []extmgr.ExtentInfo
	}
	// Stored says that a node has durably stored a replica.
	Stored struct {
		Node extmgr.NodeID
		Info extmgr.ExtentInfo
	}
	// Lost says that a node has no replica any more.
	Lost struct {
		Node   extmgr.NodeID
		Extent extmgr.ExtentID
	}
)

func (e Holds) String() string {
	return fmt.Sprintf("%s holds %s", e.Node, extentNames(e.Extents))
}

func (e Stored) String() string {
	return fmt.Sprintf("%s holds version %d of %s", e.Node, e.Info.Version, extentName(e.Info.ID))
}

func (e Lost) String() string {
	return fmt.Sprintf("%s holds %s no more", e.Node, extentName(e.Extent))
}

func newTruth() Truth {
	return Truth{
		newest: make(map[extmgr.ExtentID]uint64),
		held:   make(map[extmgr.NodeID]map[extmgr.ExtentID]uint64),
	}
}

func (t *Truth) fail(e Failed) { delete(t.held, e.Node) }

func (t *Truth) lose(e Lost) { delete(t.held[e.Node], e.Extent) }

func (t *Truth) start(e Holds) {
	delete(t.held, e.Node)
	for _, info := range e.Extents {
		t.store(Stored{e.Node, info})
	}
}

func (t *Truth) store(e Stored) {
	if t.held[e.Node] == nil {
		t.held[e.Node] = make(map[extmgr.ExtentID]uint64)
	}
	t.held[e.Node][e.Info.ID] = e.Info.Version
	t.newest[e.Info.ID] = max(t.newest[e.Info.ID], e.Info.Version)
}

// count returns how many nodes hold an extent at the version or a newer one.
func (t *Truth) count(id extmgr.ExtentID, version uint64) int {
	n := 0
	for _, extents := range t.held {
		if v, ok := extents[id]; ok && v >= version {
			n++
		}
	}
	return n
}

// least returns the smallest number of replicas that the newest version of an
// extent has.
func (t *Truth) least() int {
	n := target
	for id, version := range t.newest {
		n = min(n, t.count(id, version))
	}
	return n
}

const (
	isRepaired  ravel.State = "Repaired"
	isRepairing ravel.State = "Repairing"
)

// Repairs is the state of the RepairMonitor.
type Repairs struct{ Truth }

// RepairMonitor is the specification that matters most: whatever happens, the
// newest version of each extent has its target number of replicas again, some
// time.
var RepairMonitor = ravel.DefineMonitor[Repairs]("RepairMonitor",
	ravel.Cold(isRepaired,
		ravel.Entry((*Repairs).look),
		ravel.On((*Repairs).failed),
		ravel.On((*Repairs).holds),
		ravel.On((*Repairs).stored),
		ravel.On((*Repairs).lost)),
	ravel.Hot(isRepairing,
		ravel.On((*Repairs).failed),
		ravel.On((*Repairs).holds),
		ravel.On((*Repairs).stored),
		ravel.On((*Repairs).lost)))

func (r *Repairs) failed(c *ravel.MonitorContext, e Failed) { r.fail(e); r.look(c) }
func (r *Repairs) holds(c *ravel.MonitorContext, e Holds)   { r.start(e); r.look(c) }
func (r *Repairs) stored(c *ravel.MonitorContext, e Stored) { r.store(e); r.look(c) }
func (r *Repairs) lost(c *ravel.MonitorContext, e Lost)     { r.lose(e); r.look(c) }

func (r *Repairs) look(c *ravel.MonitorContext) {
	lacks, hot := r.least() < target, c.State() == isRepairing
	c.Sometimes(hot && !lacks, "the extents are repaired")
	switch {
	case lacks && !hot:
		c.Goto(isRepairing)
	case !lacks && hot:
		c.Goto(isRepaired)
	}
}

// Losses is the state of the LossMonitor.
type Losses struct{ Truth }

// LossMonitor asserts that no data is lost: there is always a live node that
// holds what was written last.
var LossMonitor = ravel.DefineMonitor[Losses]("LossMonitor",
	ravel.Warm("Safe",
		ravel.On((*Losses).failed),
		ravel.On((*Losses).holds),
		ravel.On((*Losses).stored),
		ravel.On((*Losses).lost)))

func (l *Losses) failed(c *ravel.MonitorContext, e Failed) { l.fail(e); l.look(c) }
func (l *Losses) holds(c *ravel.MonitorContext, e Holds)   { l.start(e); l.look(c) }
func (l *Losses) stored(_ *ravel.MonitorContext, e Stored) { l.store(e) }
func (l *Losses) lost(c *ravel.MonitorContext, e Lost)     { l.lose(e); l.look(c) }

func (l *Losses) look(c *ravel.MonitorContext) {
	for _, id := range l.extents() {
		version := l.newest[id]
		c.Assert(l.count(id, version) > 0, "data loss: no live node holds version %d of extent %s", version, extentName(id))
	}
}

// Surplus is the state of the SurplusMonitor.
type Surplus struct {
	Truth
	excused int // as in scene.excused
}

// SurplusMonitor asserts that no copy is made in vain: no extent has more
// replicas than it should. It holds only if everything is timely: a manager that
// hears of a replica too late cannot know better.
var SurplusMonitor = ravel.DefineMonitor[Surplus]("SurplusMonitor",
	ravel.Warm("Frugal",
		ravel.On((*Surplus).failed),
		ravel.On((*Surplus).holds),
		ravel.On((*Surplus).stored),
		ravel.On((*Surplus).lost)))

func (s *Surplus) failed(_ *ravel.MonitorContext, e Failed) { s.fail(e) }
func (s *Surplus) holds(_ *ravel.MonitorContext, e Holds)   { s.start(e) }
func (s *Surplus) lost(_ *ravel.MonitorContext, e Lost)     { s.lose(e) }

func (s *Surplus) stored(c *ravel.MonitorContext, e Stored) {
	s.store(e)
	n := s.count(e.Info.ID, 0)
	c.Assert(n <= target+s.excused, "a copy in vain: %d nodes hold extent %s, and %d is enough", n, extentName(e.Info.ID), target)
}

// extents returns the extents in order.
func (t *Truth) extents() []extmgr.ExtentID {
	return slices.SortedFunc(maps.Keys(t.newest), func(a, b extmgr.ExtentID) int { return bytes.Compare(a[:], b[:]) })
}
