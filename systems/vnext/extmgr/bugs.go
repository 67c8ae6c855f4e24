package extmgr

// Bugs is a set of seeded defects, each a mistake that the correct manager
// avoids by a line or two. They exist so that tests can show that they are
// found. The zero value has none.
//
// They are numbered together with those of the extent node, Vn being bit n-1, so
// some numbers are missing here; see package extnode.
type Bugs uint32

// The seeded defects.
const (
	// V1 takes reports of nodes that are not in the node map, whatever Fix
	// says about membership. A report that is overtaken by its node's
	// expiration puts the dead node's replicas back; expiration walks the node
	// map and never meets them again.
	V1 Bugs = 1 << iota

	// V2 gives tasks no deadline. If the order or the copy is lost, the task
	// stays pending and its extent counts as being repaired, for as long as the
	// target and one of the sources live.
	V2

	// V3 lets an expired node leave the node map only. Its replicas are counted
	// until it comes back, and if it is dead, for ever.
	V3

	// V4 adds what a report lists and removes nothing. A replica that a live
	// node has lost is counted for as long as its process lives.
	V4

	// V5 takes the reports of a process in whatever order they come. Until the
	// next one, an old one that was delayed takes back what a newer one said: a
	// copy is ordered of an extent that has enough, or a lost replica counts.
	V5

	// V6 forgets the pending tasks when it looks for what to order. Until the
	// copies are reported, each RepairTick orders them again, from other nodes
	// first, as long as there are targets with fewer than
	// Config.MaxInflightPerNode tasks.
	V6

	// V7 copies the version of any holder, the first by name, which need not be
	// the newest. The extent then stays under-replicated, and when the holders
	// of the newest version are gone later, what was written last is gone with
	// them.
	V7

	_ // V8 is a defect of the extent node

	// V9 has no warm-up when the manager is restarted, which is when its
	// Incarnation is not 1. With the reports of a few nodes it orders copies of
	// extents that have enough.
	V9

	// V10 does not look at incarnations. A restarted node that comes back with
	// an empty disk is taken for the old one, and its reports, whose numbers
	// begin anew, for old ones until these are larger.
	V10

	// V11 expires nodes in two critical sections: the first one finds the silent
	// nodes and removes their replicas, the second one removes the nodes. A
	// report that comes between the two puts replicas of a node back that leaves
	// at once. Config.Yielder is called between the two.
	V11

	// V12 takes an acknowledgement for a replica, whoever sent it. One that is
	// overtaken by its node's expiration counts for ever.
	V12

	_ // V13 is a defect of the extent node

	// V14 binds no name to an address. Of two processes under one name the one
	// with the newer incarnation is taken, and the other one, whose replicas count
	// no more, is never told.
	V14

	// V15 takes the heartbeat that it refuses for a sign of life of the process in
	// the node map. A node that has moved keeps its own former address alive, and
	// is refused for as long as it runs.
	V15

	allBugs = (1<<iota - 1) &^ (1<<7 | 1<<12) // without V8 and V13
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }

// The rest of this file is what takes the place of more than one line.

// expireRecords is V3: to forget, but for the replicas.
func (m *Manager) expireRecords(silent []NodeID) {
	for _, node := range silent {
		m.log.Info("node leaves", "node", node, "reason", "silent")
		delete(m.nodes, node)
		m.failTasksOf(node)
	}
}

// expireInTwo is V11: to forget, with a gap in the middle.
func (m *Manager) expireInTwo(silent []NodeID) {
	for _, node := range silent {
		m.log.Info("node leaves", "node", node, "reason", "silent")
		m.center.RemoveNode(node)
		m.failTasksOf(node)
	}
	if len(silent) > 0 && m.cfg.Yielder != nil {
		m.yield()
	}
	for _, node := range silent {
		delete(m.nodes, node)
		m.dropTasks("target left", func(t *Task) bool { return t.Target == node })
	}
}

// yield lets others at the manager for a while. However Yield ends, the mutex is
// held again afterwards.
func (m *Manager) yield() {
	m.mu.Unlock()
	defer m.mu.Lock()
	m.cfg.Yielder.Yield()
}

// believe is V12: the copy counts as a replica.
func (m *Manager) believe(ack *RepairAck) {
	m.center.Add(ack.From, ExtentInfo{ID: ack.Extent, Version: ack.Version})
	m.settle(ack.From)
}
