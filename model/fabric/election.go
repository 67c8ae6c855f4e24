package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// failover begins the election of a primary: all members that may have committed operations are fenced and asked.
func (m *manager) failover(c *ravel.Context) {
	m.phase = fencing
	if !m.bugs.has(oldEpoch) {
		m.epoch.Conf++
	}
	m.told = map[service.ReplicaID]progress{}
	m.primary, m.vacant, m.swap.To = member{}, false, member{}
	if m.target.ID != 0 {
		c.Notify(buildEnds{m.target.ID})
		m.dismiss(c, m.target, false)
		m.target, m.ready = member{}, false
	}
	for _, x := range m.voters() {
		m.order(c, x, fence{m.epoch})
	}
	m.reopen(c)
	m.tryElect(c)
}

// dismiss closes a replica that is of no use any more. What it keeps in storage may still be.
func (m *manager) dismiss(c *ravel.Context, x member, keep bool) {
	if _, ok := m.alive[x.ID]; ok {
		m.order(c, x, drop{keep})
		m.on(x.Node).kept = keep && m.persistent
		delete(m.alive, x.ID)
	}
}

// voters are the members of all configurations in force that are not known to be gone.
func (m *manager) voters() config {
	var all config
	for _, cfg := range m.inForce {
		for _, x := range cfg {
			if _, ok := m.alive[x.ID]; ok && !all.Has(x.ID) {
				all = all.With(x)
			}
		}
	}
	return all
}

// tryElect elects a primary if enough has been heard. With a read quorum of each configuration in force it may wait for
// the others, or go on without them if it has a write quorum as well: a configuration with fewer members than need be
// would lose data with them. Without a read quorum it goes on when there is nobody left to wait for: then data may be
// lost.
func (m *manager) tryElect(c *ravel.Context) {
	voters := m.voters()
	heard := func(id service.ReplicaID) bool { return has(m.told, id) && voters.Has(id) }
	all := voters.Count(heard) == len(voters) && !m.awaited()
	enough := quorum.ReadBy(m.inForce, heard)
	if m.bugs.has(readOne) {
		enough = voters.Count(heard) >= 1
	}
	many := voters.Count(heard) >= min(m.of.MinReplicas, len(voters)) || m.bugs.has(electFew|readOne)
	switch {
	case enough && (all || many && (heard(m.prefers.ID) || !voters.Has(m.prefers.ID)) && c.Bool()):
	case !all:
		return
	default:
		m.epoch.DataLoss++
		c.Notify(dataLost{m.part, m.epoch, m.inForce})
	}
	maps.DeleteFunc(m.told, func(id service.ReplicaID, _ progress) bool { return !voters.Has(id) })
	if len(m.told) == 0 {
		m.inForce, m.begun, m.phase = nil, false, creating
		m.place(c, false)
		return
	}
	m.elect(c, voters)
}

// elect makes the primary whoever knows most. Those that can follow it are the new configuration. The others are
// members of an older one, and stay until the new one has caught up: another election may need them.
func (m *manager) elect(c *ravel.Context, voters config) {
	var best []service.ReplicaID
	for _, id := range slices.Sorted(maps.Keys(m.told)) {
		switch d := 0; {
		case len(best) == 0:
			best = []service.ReplicaID{id}
		default:
			if !m.bugs.has(electAny) {
				d = m.told[id].compare(m.told[best[0]])
			}
			if d > 0 {
				best = nil
			}
			if d >= 0 {
				best = append(best, id)
			}
		}
	}
	winner := m.prefers.ID
	if !slices.Contains(best, winner) && !(m.bugs.has(hastySwap) && has(m.told, winner)) {
		winner = ravel.Choose(c, best)
	}
	m.prefers = member{}
	var cur config
	ends := map[service.ReplicaID]service.LSN{}
	for _, x := range voters {
		p, ok := m.told[x.ID]
		if ok && m.told[winner].extends(p) {
			cur = cur.With(x)
			ends[x.ID] = service.LSN(len(p.Epochs))
			continue
		}
		if m.bugs.has(dismissEarly) {
			m.dismiss(c, x, true)
		}
	}
	m.primary = member{ID: winner, Node: m.alive[winner]}
	m.promote(c, m.current(), cur, ends)
}

// promote makes a replica the primary, of a configuration that has yet to catch up.
func (m *manager) promote(c *ravel.Context, prev, cur config, ends map[service.ReplicaID]service.LSN) {
	if m.epoch == (service.Epoch{}) {
		m.epoch = service.Epoch{DataLoss: 1, Conf: 1}
	}
	m.enforce(cur)
	m.phase = catching
	m.seq++
	m.order(c, m.primary, promote{m.epoch, m.seq, slices.Clone(cur), slices.Clone(prev), ends})
}
