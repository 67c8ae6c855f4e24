package engine

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// timer is an operation: it may fire whenever it is armed and its last tick has been read.
type timer struct {
	op       op
	owner    *mach
	n        int32
	ev       any
	every    bool
	period   time.Duration
	deadline time.Duration // since the start of the clock
	armed    bool
	unread   bool
	part     part
}

// NewTimer reserves a timer.
func (m *mach) NewTimer(d time.Duration, periodic bool, ev any) int32 {
	e := m.e
	if e.ntimers == len(e.timers) {
		t := &timer{}
		t.op.t = t
		e.timers = append(e.timers, t)
	}
	t := e.timers[e.ntimers]
	e.ntimers++
	n := int32(len(m.timers))
	*t = timer{op: op{t: t, pos: -1}, owner: m, n: n, ev: ev, every: periodic, period: d}
	// The operation exists from now on, so that the effects that start and stop it have an object to name.
	t.op.Op = strategy.Op{Kind: strategy.Timer, Index: len(e.ops), Creator: &m.op.Op, Nth: int(n), Name: m.name}
	t.op.Next = strategy.Action{Kind: strategy.Fire, Object: strategy.Object(m.op.Index)}
	e.ops = append(e.ops, &t.op)
	m.timers = append(m.timers, t)
	return n
}

func (e *Engine) arm(m *mach, t *timer) {
	t.armed = true
	t.deadline = e.now + t.period
	t.op.Due = t.deadline
	if e.cfg.Record {
		e.armed(m, t)
	}
	e.refreshTimer(t)
}

// disarm stops a timer; takeBack also removes its unread tick from the inbox.
func (e *Engine) disarm(t *timer, takeBack bool) {
	t.armed = false
	if takeBack && t.unread {
		m := t.owner
		for i := 0; i < m.In.Len(); i++ {
			if m.In.At(i).Timer == t.n+1 {
				m.In.Take(i)
				m.unnumber(i)
				break
			}
		}
		m.scan = 0
		e.settleInbox(m)
	}
	t.unread = false
	e.refreshTimer(t)
}

// cancel stops a timer and reports whether it did so before it fired.
func (e *Engine) cancel(t *timer) bool {
	was := t.armed && !t.unread
	t.armed = false
	e.refreshTimer(t)
	return was
}

// refreshTimer brings the enabled set in line. Under the ordered clock timers are picked apart, see dueTimers.
func (e *Engine) refreshTimer(t *timer) {
	if !e.cfg.Ordered {
		e.set(&t.op, t.armed && !t.unread)
	} else if e.cfg.EarlyTimers > 0 {
		e.meet(strategy.Write, strategy.Due)
	}
	if e.cfg.Fingerprint {
		e.touchTimer(t)
	}
}

// tickRead lets a periodic timer fire again. Whoever reads the tick cannot be moved behind what the timer does next, so
// the step is one of its own.
func (e *Engine) tickRead(t *timer) {
	t.unread = false
	if t.armed {
		t.owner.noisy = true
		e.refreshTimer(t)
	} else if e.cfg.Fingerprint {
		e.touchTimer(t)
	}
}

// fire puts the timer's event into its owner's inbox; the clock advances to the deadline if it has not passed it.
func (e *Engine) fire(t *timer) {
	if e.cfg.Ordered && len(e.enabled) > 0 {
		e.budgets[0].units-- // before its turn
		e.fp.budgets = true
		e.meet(strategy.Inject, strategy.BudgetObject(0))
	} else if e.cfg.Ordered {
		e.meet(strategy.Quiesce, strategy.Clock)
	}
	if t.deadline > e.now {
		e.now = t.deadline
		e.fp.env.Now = epochOf.Add(e.now)
		e.fp.moved = true
	}
	t.unread = true
	if t.every {
		t.deadline = e.now + t.period
		t.op.Due = t.deadline
	} else {
		t.armed = false
	}
	m := t.owner
	e.refreshTimer(t)
	if e.obs != nil {
		e.did = append(e.did[:0], t.op.Next)
	}
	var meta *machine.Meta
	if e.careful {
		meta = e.fired(t)
	}
	e.arrive(m, machine.Entry{Ev: t.ev, Column: m.Def.Column(t.ev), Timer: t.n + 1}, meta)
	if e.obs != nil {
		e.closeStep()
		e.obs.Executed(&t.op.Op, e.did)
	}
	if e.watched {
		e.watch(m)
	}
}

// dueTimers returns the timers with the earliest deadline.
func (e *Engine) dueTimers() []*strategy.Op {
	due := e.mandatory[:0]
	var at time.Duration
	for _, t := range e.timers[:e.ntimers] {
		if !t.armed || t.unread {
			continue
		}
		if len(due) == 0 || t.deadline < at {
			due, at = due[:0], t.deadline
		}
		if t.deadline == at {
			due = append(due, &t.op.Op)
		}
	}
	e.mandatory = due
	return due
}

func (t *timer) String() string {
	kind := "timer"
	if t.every {
		kind = "periodic timer"
	}
	return fmt.Sprintf("%s of %s (%T)", kind, t.owner.Ref, t.ev)
}
