package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

type entry struct {
	epoch service.Epoch
	data  string
}

// logs is what is in the state of each replica of a partition, and what has been committed.
type logs struct {
	durable
	least     int
	held      map[service.ReplicaID][]entry
	roles     map[service.ReplicaID]service.Role
	committed map[service.LSN]entry
	newest    elected
	lost      int64
	few       bool // failures of nodes and replicas, but for those that are the service's own
}

// allLogs is the state of the log monitor.
type allLogs struct {
	dir   *directory `ravel:"-"`
	parts []*logs
	disks map[ravel.ID]int // which one is in a node
}

func newLogs(dir *directory) *allLogs {
	a := &allLogs{dir: dir, disks: map[ravel.ID]int{}}
	for _, p := range dir.parts {
		a.parts = append(a.parts, &logs{
			least: p.of.MinReplicas, held: map[service.ReplicaID][]entry{}, roles: map[service.ReplicaID]service.Role{},
			committed: map[service.LSN]entry{}, durable: newDurable(), few: dir.failures < p.of.MinReplicas/2+1,
		})
	}
	return a
}

// logMonitor asserts M2, M3, M5 and M6: what is committed stays; what replicas apply has no gaps and is the same;
// replicas that are being built are not counted; a copy and what follows it are what the primary has.
var logMonitor = ravel.DefineMonitor[allLogs]("fabric M2, M3, M5, M6: logs",
	ravel.Warm("Watching",
		onLog((*logs).applied, func(e applied) service.ReplicaID { return e.Replica }),
		onLog((*logs).restored, func(e restored) service.ReplicaID { return e.Replica }),
		onLog((*logs).commits, func(e committed) service.ReplicaID { return e.Replica }),
		onLog((*logs).elects, func(e elected) service.ReplicaID { return e.Replica }),
		onLog((*logs).changes, func(e roleChanged) service.ReplicaID { return e.Replica }),
		onLog((*logs).recovered, func(e recovered) service.ReplicaID { return e.Replica }),
		onLog((*logs).wiped, func(e wiped) service.ReplicaID { return e.Replica }),
		onLog((*logs).rollsBack, func(e rollsBack) service.ReplicaID { return e.Replica }),
		onLog((*logs).hasRolledBack, func(e hasRolledBack) service.ReplicaID { return e.Replica }),
		onLog((*logs).fails, func(e fails) service.ReplicaID { return e.Replica }),
		ravel.On((*allLogs).inserted),
		ravel.On((*allLogs).gone),
		ravel.On(func(a *allLogs, c *ravel.MonitorContext, e dataLost) { a.parts[e.Part].loses(c, e) })))

// onLog handles an event of a replica for its partition.
func onLog[E any](h func(*logs, *ravel.MonitorContext, E), of func(E) service.ReplicaID) ravel.Clause {
	return ravel.On(func(a *allLogs, c *ravel.MonitorContext, e E) { h(a.parts[a.dir.of(of(e))], c, e) })
}

func (m *logs) applied(c *ravel.MonitorContext, e applied) {
	h := m.held[e.Replica]
	c.Assert(int(e.LSN) == len(h)+1, "M3: replica %d applies operation %d behind %d", e.Replica, e.LSN, len(h))
	m.held[e.Replica] = append(h, entry{e.Epoch, e.Data})
}

func (m *logs) restored(c *ravel.MonitorContext, e restored) {
	h := m.held[e.From]
	c.Assert(int(e.At) <= len(h), "M6: replica %d takes a copy of replica %d for the state at %d, and it was that at %d or "+
		"before", e.Replica, e.From, e.At, len(h))
	m.held[e.Replica] = slices.Clone(h[:e.At])
	if m.used {
		m.disk[e.Node] = e.Replica
	}
}

// has asserts that a replica's state has a committed operation.
func (m *logs) has(c *ravel.MonitorContext, law string, id service.ReplicaID, n service.LSN) {
	h, want := m.held[id], m.committed[n]
	c.Assert(int(n) <= len(h), "%s: replica %d ends at %d, and operation %d was committed in epoch %v",
		law, id, len(h), n, want.epoch)
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
		if m.roles[id] == service.RoleActiveSecondary || m.roles[id] == service.RolePrimary {
			active++
		}
	}
	c.Assert(active >= m.least, "M5: operation %d is committed with %d active replicas of %v; it needs %d",
		e.LSN, active, e.Holders, m.least)
	if m.newest.Epoch.Compare(e.Primary) > 0 {
		m.has(c, "M2", m.newest.Replica, e.LSN)
	}
}

func (m *logs) elects(c *ravel.MonitorContext, e elected) {
	c.Assert(e.Applied == e.Last, "M6: replica %d becomes primary with operations up to %d, applied up to %d",
		e.Replica, e.Last, e.Applied)
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
	before := m.roles[e.Replica]
	m.roles[e.Replica] = e.Role
	if e.Role != service.RoleActiveSecondary || before == service.RoleNone {
		return // one that begins with a member's state may have what was never committed, until a primary takes it in
	}
	if m.used {
		c.Sometimes(m.from[e.Replica] != 0, "a replica with a state is brought up to date")
	}
	for n := range m.held[e.Replica] {
		if _, ok := m.committed[service.LSN(n+1)]; ok {
			m.has(c, "M6", e.Replica, service.LSN(n+1))
		}
	}
}
