package engine

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// The methods below implement machine.Host for machines; monitors have their own in monitor.go.

// Fail makes the failure the last entry of the outbox and ends the handler.
func (m *mach) Fail(err error) {
	e := m.e
	if m.Guard&guardIdle != 0 && !e.ending {
		e.strayCall(m, "Assert")
	}
	e.failMach(m, e.explain(m, err))
	e.unwind()
}

// Misplaced tells why a Context call cannot be made now.
func (m *mach) Misplaced(call string) {
	e := m.e
	switch {
	case m.Guard&guardDead != 0:
		return
	case m.Guard&guardIdle != 0:
		e.strayCall(m, call)
	case m.Guard&machine.GuardExit != 0:
		m.Fail(m.MovesInExit(call))
	default:
		m.Fail(e.twoTransitions(m.site(), &m.Instance, call))
	}
}

// Effected keeps what careful executions keep beside an effect.
func (m *mach) Effected() { m.e.effected(m) }

// Moved starts a new scan of the inbox: what was deferred may not be any more.
func (m *mach) Moved(from, to int32) {
	m.scan = 0
	if m.e.cfg.Record {
		m.e.moved(m, from, to)
	}
}

// Choose resolves a data choice.
func (m *mach) Choose(k schedule.Kind, n int, fair bool) int {
	e := m.e
	v := 0
	switch {
	case n == 1:
	case e.confirm.on:
		if fair {
			v = m.cycle % n
			m.cycle++
		}
	case e.lasso.cycle != nil:
		v, _ = e.again(n)
	default:
		v = e.strat.Value(strategy.Value{Kind: k, N: n, Fair: fair, Op: &m.op.Op})
		if uint(v) >= uint(n) {
			e.badStrategy("Value", v, n)
		}
		e.choices = append(e.choices, uint32(v))
		if e.cfg.Record {
			e.rec.value(m, k, n, v)
		}
		m.values++
	}
	if e.careful {
		e.chose(m, k, n, v, fair)
	}
	return v
}

// Await suspends the handler.
func (m *mach) Await(w *machine.Wait) any {
	e := m.e
	if m.atomic {
		m.Fail(&machine.UsageError{Text: "a handler of a fault waits: a fault happens in one atomic step"})
	}
	m.wait, m.waits = w, e.steps
	if e.cfg.Record {
		m.waitsAt = userPC()
	}
	m.next = -1
	e.park(m)
	got := m.got
	m.got = nil
	return got
}

// NewMachine reserves the n-th machine created by m.
func (m *mach) NewMachine(s machine.Spec) *machine.Ref {
	ref := m.Ref.Child(m.creates)
	m.creates++
	m.e.inherit(m, m.e.newMach(ref, s))
	return ref
}

// Now makes the handler's step one of its own: timers that fire before it would change what it reads.
func (m *mach) Now() time.Time {
	if m.Guard&guardIdle != 0 && !m.e.ending {
		m.Misplaced("Now")
	}
	m.noisy = true
	if m.e.cfg.Fingerprint && m.Guard&guardIdle == 0 {
		m.e.readClock(m)
	}
	return m.e.readNow()
}

// Recording reports whether log lines will be read.
func (m *mach) Recording() bool { return m.e.cfg.Record }

// Caller returns the line of user code that called.
func (m *mach) Caller() uintptr { return userPC() }

// Logf writes to the trace.
func (m *mach) Logf(format string, args []any) { m.e.log(m.display(), fmt.Sprintf(format, args...)) }

// Sometimes notes that a condition held, or did not.
func (m *mach) Sometimes(name string, held bool) { m.e.sometimes(name, held) }

func (e *Engine) sometimes(name string, held bool) {
	if was, ok := e.somes[name]; !ok || held && !was {
		e.somes[name] = held
	}
}

// FailRunning fails the execution in the handler that is running, which it unwinds. It returns false, and does nothing,
// if none is. A test failure or misuse that does not say where it happened happened there.
func (e *Engine) FailRunning(err error) bool {
	if g := e.onGoroutine(); g != nil {
		e.failGoroutine(g, err)
		return true
	}
	e.runs(e.onHand())
	if e.listening == nil && e.running == nil && e.lent == nil {
		return false
	}
	if !OnCoroutine() {
		e.stranger("FailNow", err)
	}
	here := e.Running()
	switch f := err.(type) {
	case *failure.TestFailure:
		f.Site = located(f.Site, here)
	case *failure.Misuse:
		f.Site = located(f.Site, here)
	}
	switch {
	case e.listening != nil:
		e.listening.Guard |= guardDead
		e.end(err)
		e.running, e.listening = nil, nil
	case e.lent != nil:
		e.lent = nil
		e.end(err)
	default:
		e.failMach(e.running, err)
	}
	e.unwind()
	return true
}

// Running says whose code runs, and in which step; the site is empty if nobody's does.
func (e *Engine) Running() failure.Site {
	if g := e.onGoroutine(); g != nil {
		return failure.Site{Machine: g.callerName(), Step: e.steps}
	}
	e.runs(e.onHand())
	switch {
	case e.listening != nil:
		return failure.Site{Machine: e.listening.name, State: e.listening.StateName(), Step: e.steps}
	case e.lent != nil:
		return e.lent.site()
	case e.running != nil:
		return e.running.site()
	}
	return failure.Site{}
}

// Acting returns the Context of the machine in whose name the caller acts: that whose handler runs, or that has started the
// goroutine; nil if it is not known.
func (e *Engine) Acting() any {
	if g := e.onGoroutine(); g != nil {
		if g.of == nil {
			return nil
		}
		return g.of.Ctx
	}
	e.runs(e.onHand())
	if e.listening != nil || e.lent != nil || e.running == nil || e.ending {
		return nil
	}
	return e.running.Ctx
}

// Unwinding reports whether handlers are being ended where they are, outside of their machines' turns: what their deferred
// functions do is done in nobody's name.
func (e *Engine) Unwinding() bool { return e.unwinding }

// located is a site with what it does not know taken from another one.
func located(s, here failure.Site) failure.Site {
	if s.Machine == "" {
		s.Machine, s.State, s.Step = here.Machine, here.State, here.Step
	}
	return s
}

// StopRunning ends the execution without a verdict, from within a running handler.
func (e *Engine) StopRunning() {
	if e.onGoroutine() != nil {
		e.stop = true
		gocontrol.Mask(false) // see failGoroutine
		gocontrol.Halt()
		return
	}
	e.runs(e.onHand())
	if e.running == nil && e.listening == nil && e.lent == nil {
		return
	}
	if !OnCoroutine() {
		e.stranger("SkipNow", &failure.Misuse{Site: failure.Site{Place: userPlace()}, Rule: failure.OwnContext, Subject: "SkipNow"})
	}
	if e.running != nil {
		e.running.Guard |= guardDead
	}
	e.stop, e.running, e.listening, e.lent, e.ending = true, nil, nil, nil, false
	e.unwind()
}

// Log writes to the trace in the name of whoever is running.
func (e *Engine) Log(text string) {
	who := e.Running().Machine
	if who == "" {
		who = "test"
	}
	e.log(who, text)
}
