package extmgr

import (
	"slices"
	"time"
)

// Task is a copy that was ordered and of whose end nothing is known yet.
type Task struct {
	ID       TaskID
	Extent   ExtentID
	Version  uint64
	Target   NodeID
	Sources  []NodeID // those of the message that have not left since; never empty
	Deadline time.Time
}

func (m *Manager) addTask(t *Task) {
	m.pending = append(m.pending, t)
	m.nodes[t.Target].Inflight++
}

// dropTasks ends the pending tasks that match and frees their targets' slots. It
// calls match once for each task; match may change the task.
func (m *Manager) dropTasks(reason string, match func(*Task) bool) {
	kept := m.pending[:0]
	for _, t := range m.pending {
		if !match(t) {
			kept = append(kept, t)
			continue
		}
		if rec := m.nodes[t.Target]; rec != nil {
			rec.Inflight--
		}
		m.log.Debug("task ends", "task", t.ID, "target", t.Target, "reason", reason)
	}
	clear(m.pending[len(kept):])
	m.pending = kept
}

// settle ends the tasks whose target has just reported what they ordered.
func (m *Manager) settle(target NodeID) {
	m.dropTasks("reported", func(t *Task) bool {
		if t.Target != target {
			return false
		}
		info, ok := m.center.Lookup(target, t.Extent)
		return ok && info.Version >= t.Version
	})
}

// failTasksOf ends the tasks that cannot succeed without node, which has left.
// One that has other sources goes on: its target tries them all, and a second
// order might go to a second target.
func (m *Manager) failTasksOf(node NodeID) {
	m.dropTasks("target or last source left", func(t *Task) bool {
		if t.Target == node {
			return true
		}
		t.Sources = slices.DeleteFunc(t.Sources, func(s NodeID) bool { return s == node })
		return len(t.Sources) == 0
	})
}

// dropOverdue ends the tasks that nothing was heard of for too long: the order,
// the copy or the report of it may be lost.
func (m *Manager) dropOverdue(now time.Time) {
	if m.cfg.Bugs.has(V2) {
		return
	}
	m.dropTasks("overdue", func(t *Task) bool { return !now.Before(t.Deadline) })
}
