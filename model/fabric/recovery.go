package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// recovery is the state of the recovery monitor.
type recovery struct {
	dir   *directory `ravel:"-"`
	up    map[ravel.ID]bool
	on    map[service.ReplicaID]ravel.ID // where the replicas are that live
	parts []recovering
}

// recovering is what the recovery monitor knows of a partition.
type recovering struct {
	newest settled
	drains service.Epoch // of a primary that is about to go
	epoch  service.Epoch // of the newest primary
}

func newRecovery(dir *directory) *recovery {
	return &recovery{
		dir: dir, up: map[ravel.ID]bool{}, on: map[service.ReplicaID]ravel.ID{}, parts: make([]recovering, len(dir.parts)),
	}
}

// recoveryMonitor demands that each partition has, some time, a primary that may write, and all the replicas that the
// nodes have room for.
var recoveryMonitor = ravel.DefineMonitor[recovery]("fabric recovery",
	ravel.Hot("Recovering", recoveries...),
	ravel.Cold("Whole", recoveries...))

var recoveries = []ravel.Clause{
	ravel.On((*recovery).created), ravel.On((*recovery).ended), ravel.On((*recovery).elected), ravel.On((*recovery).settled),
	ravel.On((*recovery).drains), ravel.On((*recovery).resumes), ravel.On((*recovery).joined), ravel.On((*recovery).down),
}

// joined says that a node is up.
type joined struct{ Node ravel.ID }

func (m *recovery) joined(c *ravel.MonitorContext, e joined) { m.up[e.Node] = true; m.look(c) }

func (m *recovery) down(c *ravel.MonitorContext, e crash.Down) {
	delete(m.up, e.ID)
	for i := range m.parts {
		if p := &m.parts[i]; p.drains != (service.Epoch{}) && p.drains == p.newest.Epoch {
			c.Sometimes(true, "a node crashes during a swap")
		}
	}
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
	if p := &m.parts[m.dir.of(e.Replica)]; e.Epoch.Compare(p.epoch) > 0 {
		p.epoch = e.Epoch
	}
	m.look(c)
}

func (m *recovery) settled(c *ravel.MonitorContext, e settled) {
	if p := &m.parts[m.dir.of(e.Replica)]; e.Epoch.Compare(p.newest.Epoch) >= 0 {
		p.newest = e
	}
	m.look(c)
}

func (m *recovery) drains(c *ravel.MonitorContext, e drains) {
	m.parts[m.dir.of(e.Replica)].drains = e.Epoch
	m.look(c)
}

func (m *recovery) resumes(c *ravel.MonitorContext, e resumes) {
	m.parts[m.dir.of(e.Replica)].drains = service.Epoch{}
	m.look(c)
}

func (m *recovery) look(c *ravel.MonitorContext) {
	whole := true
	for i := range m.parts {
		whole = m.whole(i) && whole
		c.Sometimes(m.whole(i) && m.parts[i].epoch.Conf > 1, "a partition recovers from a failover")
	}
	if whole != (c.State() == "Whole") {
		c.Goto(map[bool]ravel.State{true: "Whole", false: "Recovering"}[whole])
	}
}

// whole reports whether a partition is as it should be.
func (m *recovery) whole(part int) bool {
	p := &m.parts[part]
	live := 0
	for _, id := range p.newest.Members {
		if _, ok := m.on[id]; ok {
			live++
		}
	}
	_, primary := m.on[p.newest.Replica]
	writable := primary && p.newest.Epoch == p.epoch && p.newest.Epoch != p.drains
	return len(m.up) == 0 || writable && live >= min(m.dir.parts[part].of.Replicas, len(m.up))
}
