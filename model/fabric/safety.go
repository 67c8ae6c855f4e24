package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// calls are the lifecycle calls of a replica so far.
type calls struct {
	running string // "": none
	opened  bool
	over    bool
}

// lifecycles is the state of the lifecycle monitor.
type lifecycles struct{ calls map[ReplicaID]*calls }

// lifecycleMonitor asserts M4: Open, then ChangeRole any number of times, then Close or, at any time, Abort; one call at a
// time, and none behind the last.
var lifecycleMonitor = ravel.DefineMonitor[lifecycles]("fabric M4: lifecycle",
	ravel.Warm("Watching", ravel.On((*lifecycles).begins), ravel.On((*lifecycles).ends)))

func (m *lifecycles) begins(c *ravel.MonitorContext, e callBegins) {
	r := m.calls[e.Replica]
	if r == nil {
		r = &calls{}
		m.calls[e.Replica] = r
	}
	c.Assert(!r.over, "M4: %s of replica %d behind its last call", e.Call, e.Replica)
	if e.Call == callAbort {
		r.over = true
		return
	}
	c.Assert(r.running == "", "M4: %s of replica %d while %s goes on", e.Call, e.Replica, r.running)
	c.Assert(r.opened == (e.Call != callOpen), "M4: %s of replica %d, which is open: %t", e.Call, e.Replica, r.opened)
	r.running = e.Call
}

func (m *lifecycles) ends(_ *ravel.MonitorContext, e callEnds) {
	r := m.calls[e.Replica]
	r.running = ""
	r.opened = r.opened || e.Call == callOpen
	r.over = r.over || e.Call == callClose
}

// primaries is the state of the primary monitor.
type primaries struct{ granted map[Epoch]ReplicaID }

// primaryMonitor asserts M1: in an epoch one replica at most may write.
var primaryMonitor = ravel.DefineMonitor[primaries]("fabric M1: one primary",
	ravel.Warm("Watching", ravel.On(func(m *primaries, c *ravel.MonitorContext, g granted) {
		other, ok := m.granted[g.Epoch]
		c.Assert(!ok || other == g.Replica, "M1: replicas %d and %d may both write in epoch %v", other, g.Replica, g.Epoch)
		m.granted[g.Epoch] = g.Replica
	})))

type entry struct {
	epoch Epoch
	data  string
}

// logs is the state of the log monitor: what is in the state of each replica, and what has been committed.
type logs struct {
	least     int
	held      map[ReplicaID][]entry
	roles     map[ReplicaID]Role
	committed map[LSN]entry
	newest    elected
	lost      int64
}

// logMonitor asserts M2, M3, M5 and M6: what is committed stays; what replicas apply has no gaps and is the same; replicas
// that are being built are not counted; a copy and what follows it are what the primary has.
var logMonitor = ravel.DefineMonitor[logs]("fabric M2, M3, M5, M6: logs",
	ravel.Warm("Watching",
		ravel.On((*logs).applied),
		ravel.On((*logs).restored),
		ravel.On((*logs).commits),
		ravel.On((*logs).elects),
		ravel.On((*logs).changes),
		ravel.On((*logs).loses)))

func (m *logs) applied(c *ravel.MonitorContext, e applied) {
	h := m.held[e.Replica]
	c.Assert(int(e.LSN) == len(h)+1, "M3: replica %d applies operation %d behind %d", e.Replica, e.LSN, len(h))
	m.held[e.Replica] = append(h, entry{e.Epoch, e.Data})
}

func (m *logs) restored(c *ravel.MonitorContext, e restored) {
	h := m.held[e.From]
	c.Assert(int(e.At) <= len(h), "M6: replica %d takes a copy of replica %d for the state at %d, and it was that at %d or before",
		e.Replica, e.From, e.At, len(h))
	m.held[e.Replica] = slices.Clone(h[:e.At])
}

// has asserts that a replica's state has a committed operation.
func (m *logs) has(c *ravel.MonitorContext, law string, id ReplicaID, n LSN) {
	h, want := m.held[id], m.committed[n]
	c.Assert(int(n) <= len(h), "%s: replica %d ends at %d, and operation %d was committed in epoch %v", law, id, len(h), n, want.epoch)
	c.Assert(h[n-1] == want, "%s: replica %d has %q of epoch %v as operation %d, and %q of epoch %v was committed",
		law, id, h[n-1].data, h[n-1].epoch, n, want.data, want.epoch)
}

func (m *logs) commits(c *ravel.MonitorContext, e committed) {
	if e.Primary.DataLoss < m.lost {
		return // nobody will count on what an old primary still completes
	}
	now := entry{e.Epoch, e.Data}
	old, ok := m.committed[e.LSN]
	c.Assert(!ok || old == now, "M3: operation %d is committed as %q of epoch %v, and was as %q of epoch %v",
		e.LSN, e.Data, e.Epoch, old.data, old.epoch)
	m.committed[e.LSN] = now
	active := 0
	for _, id := range e.Holders {
		if id != e.Replica {
			m.has(c, "M3", id, e.LSN)
		}
		if m.roles[id] == RoleActiveSecondary || m.roles[id] == RolePrimary {
			active++
		}
	}
	c.Assert(active >= m.least, "M5: operation %d is committed with %d active replicas of %v; it needs %d", e.LSN, active, e.Holders, m.least)
	if m.newest.Epoch.Compare(e.Primary) > 0 {
		m.has(c, "M2", m.newest.Replica, e.LSN)
	}
}

func (m *logs) elects(c *ravel.MonitorContext, e elected) {
	c.Assert(e.Applied == e.Last, "M6: replica %d becomes primary with operations up to %d, applied up to %d", e.Replica, e.Last, e.Applied)
	if e.Epoch.Compare(m.newest.Epoch) < 0 {
		return
	}
	m.newest = e
	for _, n := range slices.Sorted(maps.Keys(m.committed)) {
		m.has(c, "M2", e.Replica, n)
	}
	c.Sometimes(len(m.committed) > 0, "a primary is elected after something was committed")
}

func (m *logs) changes(c *ravel.MonitorContext, e roleChanged) {
	m.roles[e.Replica] = e.Role
	if e.Role != RoleActiveSecondary {
		return
	}
	for n := range m.held[e.Replica] {
		if _, ok := m.committed[LSN(n+1)]; ok {
			m.has(c, "M6", e.Replica, LSN(n+1))
		}
	}
}

func (m *logs) loses(_ *ravel.MonitorContext, e dataLost) {
	m.lost = e.Epoch.DataLoss
	clear(m.committed)
}
