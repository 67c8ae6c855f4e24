package fabric

import (
	"github.com/ravelgo/ravel"
)

// reopen makes replicas of the members that are gone and whose state has come back, with the node that keeps it. A
// replica that begins with the state of a member takes its place in the configurations in force, and is fenced and
// asked as it.
func (m *manager) reopen(c *ravel.Context) {
	for i := range m.inForce {
		for _, x := range m.inForce[i] {
			n := m.on(x.Node)
			if has(m.alive, x.ID) || !m.persistent || !n.up || !n.kept {
				continue
			}
			y := member{ID: m.dir.replicaID(m.part, m.last), Node: x.Node}
			m.last++
			for j, cfg := range m.inForce {
				if cfg.Has(x.ID) {
					m.inForce[j] = cfg.Without(x.ID).With(y)
				}
			}
			m.create(c, y, create{Reopen: true})
			m.order(c, y, fence{m.epoch})
		}
	}
}

// awaited reports whether the state of a member that is gone may still come back.
func (m *manager) awaited() bool {
	if !m.persistent || m.bugs.has(giveUp) {
		return false
	}
	for _, cfg := range m.inForce {
		for _, x := range cfg {
			if n := m.on(x.Node); !has(m.alive, x.ID) && (!n.up && !n.gone || n.up && n.kept) {
				return true
			}
		}
	}
	return false
}
