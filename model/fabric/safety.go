package fabric

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// calls are the lifecycle calls of a replica so far.
type calls struct {
	running string // "": none
	role    service.Role
	runs    bool
	opened  bool
	over    bool
}

// lifecycles is the state of the lifecycle monitor.
type lifecycles struct{ calls map[service.ReplicaID]*calls }

// lifecycleMonitor asserts M4: Open, then ChangeRole any number of times, then Close or, at any time from Open on, Abort;
// one call at a time, and none behind the last; a role that may follow the one before; background work while the replica is
// the primary, and no longer.
var lifecycleMonitor = ravel.DefineMonitor[lifecycles]("fabric M4: lifecycle",
	ravel.Warm("Watching",
		ravel.On((*lifecycles).begins), ravel.On((*lifecycles).ends),
		ravel.On((*lifecycles).runBegins), ravel.On((*lifecycles).runEnds)))

func (m *lifecycles) begins(c *ravel.MonitorContext, e callBegins) {
	r := m.calls[e.Replica]
	if r == nil {
		r = &calls{}
		m.calls[e.Replica] = r
	}
	c.Assert(!r.over, "M4: %s of replica %d behind its last call", e.Call, e.Replica)
	if e.Call == callAbort {
		c.Assert(r.opened || r.running == callOpen, "M4: Abort of replica %d, which was never opened", e.Replica)
		r.over = true
		return
	}
	c.Assert(r.running == "", "M4: %s of replica %d while %s goes on", e.Call, e.Replica, r.running)
	c.Assert(r.opened == (e.Call != callOpen), "M4: %s of replica %d, which is open: %t", e.Call, e.Replica, r.opened)
	if e.Call == callChangeRole {
		c.Assert(slices.Contains(follows[r.role], e.Role), "M4: replica %d, %v, is to become %v", e.Replica, r.role, e.Role)
		r.role = e.Role
	}
	r.running = e.Call
}

// follows says which roles may follow which.
var follows = map[service.Role][]service.Role{
	service.RoleNone:            {service.RoleIdleSecondary, service.RoleActiveSecondary, service.RolePrimary},
	service.RoleIdleSecondary:   {service.RoleActiveSecondary},
	service.RoleActiveSecondary: {service.RolePrimary},
	service.RolePrimary:         {service.RoleActiveSecondary},
}

func (m *lifecycles) runBegins(c *ravel.MonitorContext, e runBegins) {
	r := m.calls[e.Replica]
	c.Assert(!r.runs && r.role == service.RolePrimary, "M4: Run of replica %d, %v; it runs already: %t", e.Replica, r.role, r.runs)
	r.runs = true
}

func (m *lifecycles) runEnds(_ *ravel.MonitorContext, e runEnds) { m.calls[e.Replica].runs = false }

func (m *lifecycles) ends(c *ravel.MonitorContext, e callEnds) {
	r := m.calls[e.Replica]
	c.Assert(!r.runs, "M4: %s of replica %d has returned, and Run goes on", e.Call, e.Replica)
	r.running = ""
	r.opened = r.opened || e.Call == callOpen
	r.over = r.over || e.Call == callClose
}

// primaries is the state of the primary monitor.
type primaries struct {
	dir     *directory `ravel:"-"`
	granted map[grant]service.ReplicaID
}

type grant struct {
	part  int
	epoch service.Epoch
}

// primaryMonitor asserts M1: in an epoch one replica of a partition at most may write.
var primaryMonitor = ravel.DefineMonitor[primaries]("fabric M1: one primary",
	ravel.Warm("Watching", ravel.On(func(m *primaries, c *ravel.MonitorContext, g granted) {
		key := grant{m.dir.of(g.Replica), g.Epoch}
		other, ok := m.granted[key]
		c.Assert(!ok || other == g.Replica, "M1: replicas %d and %d may both write in epoch %v", other, g.Replica, g.Epoch)
		m.granted[key] = g.Replica
	})))
