package extmgr

import (
	"cmp"
	"slices"
	"time"
)

// round is the scratch state of one RepairTick.
type round struct {
	now     time.Time
	targets map[ExtentID][]NodeID // of pending tasks
	open    []*NodeRecord         // nodes that may take another task, by ID
}

// repair is the repair loop's body: one pass over the under-replicated extents.
func (m *Manager) repair() {
	now := m.clk.Now()
	m.dropOverdue(now)
	if !m.warm(now) {
		return
	}
	under := m.center.Under(m.cfg.Target)
	if len(under) == 0 {
		return
	}
	r := m.newRound(now)
	for _, id := range under {
		if len(r.open) == 0 {
			return
		}
		m.repairExtent(r, id)
	}
}

// warm reports whether the view is complete enough to act on.
func (m *Manager) warm(now time.Time) bool {
	if m.warming && !now.Before(m.warmUntil) {
		m.warming, m.warmUntil = false, time.Time{}
		m.log.Info("warm-up is over")
	}
	return !m.warming
}

func (m *Manager) newRound(now time.Time) *round {
	r := &round{now: now, targets: make(map[ExtentID][]NodeID)}
	if !m.cfg.Bugs.has(V6) {
		for _, t := range m.pending {
			r.targets[t.Extent] = append(r.targets[t.Extent], t.Target)
		}
	}
	for _, rec := range m.nodes.sorted() {
		if rec.Inflight < m.cfg.MaxInflightPerNode {
			r.open = append(r.open, rec)
		}
	}
	return r
}

// repairExtent orders as many copies of the extent as it lacks, or as many as
// there are targets for.
func (m *Manager) repairExtent(r *round, id ExtentID) {
	// Every holder counts as live: the node map is not asked, because I1 says
	// that it has them all.
	info, have := m.center.Newest(id)
	deficit := m.cfg.Target - have - len(r.targets[id])
	if deficit <= 0 {
		return
	}
	source := info
	if m.cfg.Bugs.has(V7) {
		source = m.center.byExtent[id][0].Info
	}
	sources := m.sources(source)
	if len(sources) == 0 {
		return
	}
	for deficit > 0 {
		target := m.chooseTarget(r, info)
		if target == nil {
			return
		}
		if m.order(r, source, sources, target) {
			deficit--
		}
	}
}

// chooseTarget returns the best node for another replica of the extent: fewest
// pending tasks, then most free bytes, then smallest ID. It returns nil if no
// node will do.
func (m *Manager) chooseTarget(r *round, info ExtentInfo) *NodeRecord {
	var best *NodeRecord
	for _, rec := range r.open {
		if best != nil && cmp.Or(
			cmp.Compare(rec.Inflight, best.Inflight),
			cmp.Compare(best.FreeBytes, rec.FreeBytes),
		) >= 0 {
			continue
		}
		if m.mayTake(r, rec, info) {
			best = rec
		}
	}
	return best
}

func (m *Manager) mayTake(r *round, rec *NodeRecord, info ExtentInfo) bool {
	if rec.FreeBytes < info.Length || slices.Contains(r.targets[info.ID], rec.ID) {
		return false
	}
	held, ok := m.center.Lookup(rec.ID, info.ID)
	return !ok || held.Version < info.Version // a stale replica is replaced
}

// order sends one task and records it as pending. It reports false, leaving no
// task behind, if the engine refused: the target is then out of this round.
func (m *Manager) order(r *round, info ExtentInfo, sources []Endpoint, target *NodeRecord) bool {
	m.lastTask++
	m.lastSeq++
	msg := &RepairTask{
		Header:  Header{From: m.cfg.Self, Inc: m.cfg.Incarnation, Seq: m.lastSeq},
		Task:    TaskID{Inc: m.cfg.Incarnation, N: m.lastTask},
		Extent:  info.ID,
		Version: info.Version,
		Sources: slices.Clone(sources),
	}
	task := &Task{
		ID:       msg.Task,
		Extent:   info.ID,
		Version:  info.Version,
		Target:   target.ID,
		Sources:  nodesOf(sources),
		Deadline: r.now.Add(m.cfg.RepairDeadline),
	}
	if err := m.net.SendMessage(Endpoint{Node: target.ID, Addr: target.Addr}, msg); err != nil {
		m.log.Warn("task was not sent", "task", task.ID, "target", target.ID, "error", err)
		r.close(target)
		return false
	}
	m.log.Info("task sent", "task", task.ID, "target", target.ID, "extent", info.ID, "version", info.Version)
	m.addTask(task)
	r.targets[info.ID] = append(r.targets[info.ID], target.ID)
	if target.Inflight >= m.cfg.MaxInflightPerNode {
		r.close(target)
	}
	return true
}

// close takes a node out of the round.
func (r *round) close(rec *NodeRecord) {
	r.open = slices.DeleteFunc(r.open, func(o *NodeRecord) bool { return o == rec })
}

// sources returns where the described version can be copied from, by node.
func (m *Manager) sources(info ExtentInfo) []Endpoint {
	var sources []Endpoint
	for _, node := range m.center.Replicas(info.ID, info.Version) {
		if rec := m.nodes[node]; rec != nil {
			sources = append(sources, Endpoint{Node: node, Addr: rec.Addr})
		}
	}
	return sources
}

func nodesOf(endpoints []Endpoint) []NodeID {
	nodes := make([]NodeID, len(endpoints))
	for i, e := range endpoints {
		nodes[i] = e.Node
	}
	return nodes
}
