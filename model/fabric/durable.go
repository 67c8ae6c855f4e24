package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// durable is what the log monitor knows of the disks, for a partition with replicas that are Persistent.
type durable struct {
	used  bool                                    // by any replica
	disk  map[ravel.ID]service.ReplicaID          // whose state is on the disk of a node
	from  map[service.ReplicaID]service.ReplicaID // whose state a replica began with
	floor map[service.ReplicaID]service.LSN       // up to which a replica that rolls back keeps its state
}

func newDurable() durable {
	return durable{
		disk:  map[ravel.ID]service.ReplicaID{},
		from:  map[service.ReplicaID]service.ReplicaID{},
		floor: map[service.ReplicaID]service.LSN{},
	}
}

// recovered is where services are caught that do not keep what they should have: a replica begins with the state that
// the one before it on the node had, or had with one operation more, from whose Apply it had not returned.
func (m *logs) recovered(c *ravel.MonitorContext, e recovered) {
	old := m.disk[e.Node]
	h := m.held[old]
	least := service.LSN(len(h))
	if to, ok := m.floor[old]; ok {
		least = min(least, to)
	}
	c.Assert(e.At >= least, "replica %d recovers with the state at %d, and replica %d had that at %d on the same node: "+
		"what a replica has returned from must be durable", e.Replica, e.At, old, least)
	c.Assert(int(e.At) <= len(h)+1, "M6: replica %d recovers with the state at %d, and replica %d had only that at %d on the "+
		"same node", e.Replica, e.At, old, len(h))
	if int(e.At) == len(h)+1 {
		h = append(h[:len(h):len(h)], entry{e.Epoch, e.Data})
	}
	m.held[e.Replica] = h[:e.At:e.At]
	m.used, m.disk[e.Node] = true, e.Replica
	if old != 0 {
		m.from[e.Replica] = old
	}
	c.Sometimes(e.At > 0, "a replica recovers from storage")
}

func (m *logs) wiped(_ *ravel.MonitorContext, e wiped) {
	delete(m.disk, e.Node)
	delete(m.from, e.Replica)
}

func (m *logs) rollsBack(c *ravel.MonitorContext, e rollsBack) {
	m.floor[e.Replica] = e.To
	c.Sometimes(true, "a replica rolls back")
}

func (m *logs) hasRolledBack(_ *ravel.MonitorContext, e hasRolledBack) {
	m.held[e.Replica] = m.held[e.Replica][:e.To:e.To]
	delete(m.floor, e.Replica)
}

// survives reports whether the state of a member is on a disk.
func (m *logs) survives(x member) bool {
	for id := m.disk[x.Node]; id != 0; id = m.from[id] {
		if id == x.ID {
			return true
		}
	}
	return false
}

func (m *logs) fails(*ravel.MonitorContext, fails) { m.few = false }

// loses asserts the other side of M2: data are given up if too few have them, and not before. A configuration in which
// something was committed had MinReplicas members, so that fewer failures than a majority of these leave a read quorum.
func (m *logs) loses(c *ravel.MonitorContext, e dataLost) {
	c.Assert(!m.few || len(m.committed) == 0, "M2: data loss is declared, and so few nodes fail that enough members of %v have "+
		"what was committed", e.InForce)
	lost := !m.used
	for _, cfg := range e.InForce {
		n := 0
		for _, x := range cfg {
			if m.survives(x) {
				n++
			}
		}
		lost = lost || n < cfg.ReadQuorum()
	}
	c.Assert(lost, "M2: data loss is declared, and the states of enough members of %v are on disks", e.InForce)
	m.lost = e.Epoch.DataLoss
	clear(m.committed)
}

// inserted and gone tell of the disks of all partitions.
func (a *allLogs) inserted(_ *ravel.MonitorContext, e diskIs) {
	if e.Disk != a.disks[e.Node] {
		a.disks[e.Node] = e.Disk
		a.drop(e.Node)
	}
}

func (a *allLogs) gone(_ *ravel.MonitorContext, e gone) { a.drop(e.Node) }

func (a *allLogs) drop(node ravel.ID) {
	for _, m := range a.parts {
		delete(m.disk, node)
	}
}
