package engine

import (
	"time"

	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// What a Reducer is told beyond what other observers are: which event a step takes, everything else that it meets, and
// what a step did that a failure cut short. Nobody else pays for it.

// meet notes that the present step meets an object.
func (e *Engine) meet(k strategy.ActionKind, o strategy.Object) {
	if e.reduce != nil {
		e.aside = append(e.aside, strategy.Action{Kind: k, Object: o})
	}
}

// readNow returns what the clock shows to whoever runs.
func (e *Engine) readNow() time.Time {
	e.meet(strategy.Read, strategy.Clock)
	return epochOf.Add(e.now)
}

// number gives the last event of an inbox its number, which the action that put it there carries.
func (e *Engine) number(m *mach) {
	if e.reduce == nil {
		return
	}
	m.arrived++
	m.numbers = append(m.numbers, m.arrived)
	e.did[len(e.did)-1].Event = m.arrived
}

// unnumber forgets the number of the i-th event.
func (m *mach) unnumber(i int) {
	if len(m.numbers) > 0 {
		m.numbers = append(m.numbers[:i], m.numbers[i+1:]...)
	}
}

// nextNumber returns the number of the event that the machine would take.
func (m *mach) nextNumber() uint32 {
	if m.next < 0 || m.next >= len(m.numbers) {
		return 0
	}
	return m.numbers[m.next]
}

// openStep begins to note what a step does.
func (e *Engine) openStep() {
	e.did, e.aside, e.open = e.did[:0], e.aside[:0], true
	if e.quiet {
		e.quiet = false
		e.meet(strategy.Quiesce, strategy.Clock)
	}
}

// closeStep completes what a step did.
func (e *Engine) closeStep() {
	if e.reduce != nil {
		if e.cfg.Ordered && e.cfg.EarlyTimers > 0 && e.budgets[0].units > 0 {
			e.meet(strategy.Read, strategy.Due) // a timer is early as long as something else could move
		}
		e.did, e.open = append(e.did, e.aside...), false
	}
}

// cutShort tells a Reducer of the step in which the execution ended, if it did not end between two.
func (e *Engine) cutShort() {
	if e.reduce == nil || !e.open {
		return
	}
	o := &e.current.Op
	if len(e.did) == 0 {
		e.did = append(e.did, o.Next)
	}
	e.closeStep()
	e.reduce.Cut(o, e.did)
}

// preempted notes that a machine takes its i-th event where it would run its default handler if that had come later.
func (e *Engine) preempted(m *mach, i int) {
	if m.wait == nil && m.Def.HasDefault && m.Standing(machine.DefaultColumn) == machine.Do {
		e.aside = append(e.aside, strategy.Action{Kind: strategy.DefaultRun, Object: strategy.Object(m.op.Index), Event: m.numbers[i]})
	}
}
