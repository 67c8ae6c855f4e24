package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// nodeInfo is what a manager knows of a node.
type nodeInfo struct {
	id   ravel.ID
	life life
	up   bool
	gone bool // for ever
	kept bool // it has a state of the partition that no replica uses
}

// on returns what is known of a node.
func (m *manager) on(node ravel.ID) *nodeInfo {
	return &m.nodes[slices.IndexFunc(m.nodes, func(n nodeInfo) bool { return n.id == node })]
}

func (m *manager) nodeUp(c *ravel.Context, e nodeUp) {
	i := slices.IndexFunc(m.nodes, func(n nodeInfo) bool { return n.id == e.Node })
	switch {
	case i < 0:
		m.nodes = append(m.nodes, nodeInfo{e.Node, e.Life, true, false, e.Kept})
	case !m.nodes[i].life.before(e.Life):
		return // that life is over: its end was faster
	default:
		m.lose(e.Node) // whatever it hosted is gone, whether or not its end was noticed
		m.nodes[i].life, m.nodes[i].up, m.nodes[i].kept = e.Life, true, e.Kept
	}
	m.step(c)
}

func (m *manager) nodeDown(c *ravel.Context, e nodeDown) {
	i := slices.IndexFunc(m.nodes, func(n nodeInfo) bool { return n.id == e.Node })
	switch {
	case i < 0:
		m.nodes = append(m.nodes, nodeInfo{e.Node, e.Life, false, e.Gone, false})
		return
	case e.Life.before(m.nodes[i].life):
		return
	}
	m.nodes[i].life, m.nodes[i].up, m.nodes[i].kept = e.Life, false, false
	m.nodes[i].gone = m.nodes[i].gone || e.Gone
	m.lose(e.Node)
	m.step(c)
}

// lose strikes out the replicas of a node.
func (m *manager) lose(node ravel.ID) {
	maps.DeleteFunc(m.alive, func(_ service.ReplicaID, on ravel.ID) bool { return on == node })
}

// place creates a replica on a node that is up and has none.
func (m *manager) place(c *ravel.Context, idle bool) {
	if m.target.ID != 0 {
		return
	}
	var free []ravel.ID
	for _, n := range m.nodes {
		if n.up && !slices.Contains(slices.Collect(maps.Values(m.alive)), n.id) {
			free = append(free, n.id)
		}
	}
	if len(free) == 0 {
		return
	}
	m.target = member{ID: m.dir.replicaID(m.part, m.last), Node: ravel.Choose(c, free)}
	m.last++
	m.create(c, m.target, create{Idle: idle, Fresh: !idle})
}

func (m *manager) create(c *ravel.Context, x member, how create) {
	m.alive[x.ID] = x.Node
	m.on(x.Node).kept = false
	m.order(c, x, how)
}
