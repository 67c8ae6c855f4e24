package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
)

// builds is the state of the build monitor.
type builds struct{ open, over map[ReplicaID]bool }

// buildMonitor demands that every build comes to an end: with an active replica, or because somebody has failed.
var buildMonitor = ravel.DefineMonitor[builds]("fabric builds end",
	ravel.Cold("Idle", ravel.On((*builds).begins), ravel.On((*builds).ends)),
	ravel.Hot("Building", ravel.On((*builds).begins), ravel.On((*builds).ends)))

func (m *builds) begins(c *ravel.MonitorContext, e buildBegins) {
	if !m.over[e.Target] {
		m.open[e.Target] = true
		m.look(c)
	}
}

func (m *builds) ends(c *ravel.MonitorContext, e buildEnds) {
	m.over[e.Target] = true
	delete(m.open, e.Target)
	m.look(c)
}

func (m *builds) look(c *ravel.MonitorContext) {
	if building := len(m.open) > 0; building != (c.State() == "Building") {
		c.Goto(map[bool]ravel.State{true: "Building", false: "Idle"}[building])
	}
}

// recovery is the state of the recovery monitor.
type recovery struct {
	replicas int // that there should be
	up       map[ravel.ID]bool
	on       map[ReplicaID]ravel.ID // where the replicas are that live
	newest   settled
	epoch    Epoch // of the newest primary
}

// recoveryMonitor demands that the partition has, some time, a primary that may write, and all the replicas that the nodes
// have room for.
var recoveryMonitor = ravel.DefineMonitor[recovery]("fabric recovery",
	ravel.Hot("Recovering", recoveries...),
	ravel.Cold("Whole", recoveries...))

var recoveries = []ravel.Clause{
	ravel.On((*recovery).created), ravel.On((*recovery).ended), ravel.On((*recovery).elected), ravel.On((*recovery).settled),
	ravel.On((*recovery).joined), ravel.On((*recovery).down),
}

// joined says that a node is up.
type joined struct{ Node ravel.ID }

func (m *recovery) joined(c *ravel.MonitorContext, e joined) { m.up[e.Node] = true; m.look(c) }

func (m *recovery) down(c *ravel.MonitorContext, e crash.Down) {
	delete(m.up, e.ID)
	for id, on := range m.on {
		if on == e.ID {
			delete(m.on, id)
		}
	}
	m.look(c)
}

func (m *recovery) created(c *ravel.MonitorContext, e created) { m.on[e.Replica] = e.Node; m.look(c) }
func (m *recovery) ended(c *ravel.MonitorContext, e ended)     { delete(m.on, e.Replica); m.look(c) }
func (m *recovery) elected(c *ravel.MonitorContext, e elected) {
	if e.Epoch.Compare(m.epoch) > 0 {
		m.epoch = e.Epoch
	}
	m.look(c)
}

func (m *recovery) settled(c *ravel.MonitorContext, e settled) {
	if e.Epoch.Compare(m.newest.Epoch) >= 0 {
		m.newest = e
	}
	m.look(c)
}

func (m *recovery) look(c *ravel.MonitorContext) {
	live := 0
	for _, id := range m.newest.Members {
		if _, ok := m.on[id]; ok {
			live++
		}
	}
	_, primary := m.on[m.newest.Replica]
	whole := len(m.up) == 0 || primary && m.newest.Epoch == m.epoch && live >= min(m.replicas, len(m.up))
	c.Sometimes(whole && m.epoch.Conf > 1, "the partition recovers from a failover")
	if whole != (c.State() == "Whole") {
		c.Goto(map[bool]ravel.State{true: "Whole", false: "Recovering"}[whole])
	}
}
