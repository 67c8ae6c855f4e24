package extmgr

import (
	"errors"
	"fmt"
	"slices"
)

// View is a copy of a manager's state, for tests, metrics and tools. Slices are
// sorted by their elements' names, except Pending.
type View struct {
	Nodes     []NodeRecord // the node map
	Extents   []Holders    // the extent center, by extent
	Held      []Holding    // the extent center, by node
	Pending   []Task       // in the order in which they were sent
	WarmingUp bool         // no copies have been ordered yet
}

// Holders are the replicas of one extent, by node.
type Holders struct {
	Extent   ExtentID
	Replicas []Replica
}

// Holding are the extents of one node.
type Holding struct {
	Node    NodeID
	Extents []ExtentID
}

// Snapshot returns the manager's state. It shares no memory with the manager.
func (m *Manager) Snapshot() View {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := View{
		Extents:   m.center.holders(),
		Held:      m.center.holdings(),
		WarmingUp: m.warming,
	}
	for _, rec := range m.nodes.sorted() {
		v.Nodes = append(v.Nodes, *rec)
	}
	for _, t := range m.pending {
		task := *t
		task.Sources = slices.Clone(t.Sources)
		v.Pending = append(v.Pending, task)
	}
	return v
}

func (c *ExtentCenter) holders() []Holders {
	var all []Holders
	for _, id := range c.Extents() {
		all = append(all, Holders{id, slices.Clone(c.byExtent[id])})
	}
	return all
}

func (c *ExtentCenter) holdings() []Holding {
	var all []Holding
	for _, node := range c.Nodes() {
		all = append(all, Holding{node, sortedExtents(c.byNode[node])})
	}
	return all
}

// InvariantError is a broken invariant.
type InvariantError struct {
	Invariant string // "I1" to "I4"
	Detail    string
}

func (e *InvariantError) Error() string { return e.Invariant + ": " + e.Detail }

// Check verifies the invariants I1 to I4. Its error joins one [*InvariantError]
// for each violation.
func (v View) Check() error {
	var broken violations
	inflight := make(map[NodeID]int)
	live := make(map[NodeID]bool)
	for _, rec := range v.Nodes {
		live[rec.ID] = true
	}
	for _, h := range v.Held {
		broken.unless(live[h.Node], "I1", "node %s holds %d extents and is not in the node map", h.Node, len(h.Extents))
	}
	for _, t := range v.Pending {
		inflight[t.Target]++
		broken.unless(live[t.Target], "I2", "target %s of task %s is not in the node map", t.Target, t.ID)
	}
	broken = append(broken, checkIndices(v.Extents, v.Held)...)
	for _, rec := range v.Nodes {
		broken.unless(rec.Inflight == inflight[rec.ID], "I4",
			"node %s has Inflight %d and %d pending tasks", rec.ID, rec.Inflight, inflight[rec.ID])
	}
	return errors.Join(broken...)
}

// Check verifies I3, which is the center's own invariant.
func (c *ExtentCenter) Check() error {
	return errors.Join(checkIndices(c.holders(), c.holdings())...)
}

type violations []error

func (vs *violations) unless(ok bool, invariant, format string, args ...any) {
	if !ok {
		*vs = append(*vs, &InvariantError{invariant, fmt.Sprintf(format, args...)})
	}
}

// checkIndices compares the relation as indexed by extent with the relation as
// indexed by node.
func checkIndices(byExtent []Holders, byNode []Holding) (broken violations) {
	type pair struct {
		node   NodeID
		extent ExtentID
	}
	held := make(map[pair]bool)
	for _, h := range byNode {
		broken.unless(len(h.Extents) > 0, "I3", "node %s is indexed with no extent", h.Node)
		for _, id := range h.Extents {
			held[pair{h.Node, id}] = true
		}
	}
	for _, h := range byExtent {
		broken.unless(len(h.Replicas) > 0, "I3", "extent %s is indexed with no node", h.Extent)
		for i, r := range h.Replicas {
			p := pair{r.Node, h.Extent}
			broken.unless(held[p], "I3", "extent %s lists node %s, which does not list it", h.Extent, r.Node)
			broken.unless(r.Info.ID == h.Extent, "I3", "extent %s has a replica of %s", h.Extent, r.Info.ID)
			broken.unless(i == 0 || h.Replicas[i-1].Node < r.Node, "I3", "replicas of extent %s are out of order", h.Extent)
			delete(held, p)
		}
	}
	for _, h := range byNode {
		for _, id := range h.Extents {
			broken.unless(!held[pair{h.Node, id}], "I3", "node %s lists extent %s, which does not list it", h.Node, id)
		}
	}
	return broken
}
