package engine

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// end ends the execution with a failure; the first one counts.
func (e *Engine) end(err error) {
	if e.err == nil {
		e.err = err
		if e.cfg.Record {
			e.failed(err)
		}
	}
	e.stop = true
}

// display is the machine's name in reports.
func (m *mach) display() string { return m.Ref.String() }

func (m *mach) site() failure.Site {
	return failure.Site{Machine: m.display(), State: m.StateName(), Step: m.e.steps}
}

// explain turns what a handler failed with into a failure that says where.
func (e *Engine) explain(m *mach, err error) error {
	site := m.site()
	e.failsHere()
	var assert *machine.AssertError
	var unhandled *machine.UnhandledError
	var usage *machine.UsageError
	var panicked *machine.PanicError
	switch {
	case errors.As(err, &panicked):
		site.Place = panicPlace(string(panicked.Stack))
		return &failure.Panic{Site: site, Value: panicked.Value, Stack: userStack(string(panicked.Stack))}
	case errors.As(err, &assert):
		site.Place = placeOf(assert.PC)
		return &failure.Assertion{Site: site, Message: assert.Text}
	case errors.As(err, &unhandled):
		return &failure.Unhandled{
			Site: site, Event: typeName(unhandled.Event), States: m.StackNames(), HandledAs: m.Def.HandledAs(unhandled.Event), From: e.senderOf(m),
		}
	case errors.As(err, &usage):
		site.Place = userPlace()
		return &failure.Misuse{Site: site, Rule: usage.Rule, Subject: usage.Subject, Text: usage.Text}
	}
	return err
}

func (e *Engine) explainMonitor(mo *monitor, err error) error {
	site := failure.Site{Machine: mo.name, State: mo.StateName(), Step: e.steps}
	e.failsHere()
	var assert *machine.AssertError
	var unhandled *machine.UnhandledError
	var usage *machine.UsageError
	switch {
	case errors.As(err, &assert):
		site.Place = placeOf(assert.PC)
		return &failure.MonitorViolation{Site: site, Message: assert.Text, Event: typeName(mo.Event), By: mo.by.display(), Attached: assert.Attached}
	case errors.As(err, &unhandled):
		return &failure.Unhandled{
			Site: site, Event: typeName(unhandled.Event), States: mo.StackNames(), HandledAs: mo.Def.HandledAs(unhandled.Event), From: mo.by.display(),
		}
	case errors.As(err, &usage):
		site.Place = userPlace()
		return &failure.Misuse{Site: site, Rule: usage.Rule, Subject: usage.Subject, Text: usage.Text}
	}
	return err
}

// userPanic makes the failure of a panic that left user code.
func (e *Engine) userPanic(v any, stack []byte) {
	text := userStack(string(stack))
	place := panicPlace(string(stack))
	if mo := e.listening; mo != nil {
		e.listening, e.running = nil, nil
		mo.Guard |= guardDead
		e.end(&failure.Panic{Site: failure.Site{Machine: mo.name, State: mo.StateName(), Step: e.steps, Place: place}, Value: v, Stack: text})
		return
	}
	e.failUser(func(s failure.Site) error {
		s.Place = place
		return &failure.Panic{Site: s, Value: v, Stack: text}
	})
}

// failUser fails the machine whose code runs: its handler, or what the engine calls on its behalf amid a step.
func (e *Engine) failUser(f func(failure.Site) error) {
	if m := e.lent; m != nil {
		e.lent = nil
		e.end(f(m.site()))
		return
	}
	e.failMach(e.running, f(e.running.site()))
}

// userGoexit makes the failure of a runtime.Goexit that was not ours.
func (e *Engine) userGoexit() {
	place := userPlace() // the goroutine's stack still stands
	if mo := e.listening; mo != nil {
		e.listening, e.running = nil, nil
		mo.Guard |= guardDead
		e.end(&failure.Exit{Site: failure.Site{Machine: mo.name, State: mo.StateName(), Step: e.steps, Place: place}, Call: "runtime.Goexit()"})
		return
	}
	e.failUser(func(s failure.Site) error {
		s.Place = place
		return &failure.Exit{Site: s, Call: "runtime.Goexit()"}
	})
}

// failMach puts a failure at the end of a machine's outbox; its handler has ended.
func (e *Engine) failMach(m *mach, err error) {
	if e.cfg.Goroutines {
		gocontrol.Interrupt() // deferred functions may go on, but the failure comes first
	}
	m.Guard |= guardDead
	m.Out = append(m.Out, machine.Effect{Kind: machine.Failure, Ev: err})
	if e.careful {
		m.Effected()
	}
	m.wait = nil
	e.running, e.ending = nil, false
	if !e.cfg.Goroutines {
		e.unfinished = m
	}
}

func (e *Engine) misuse(m *mach, format string, args ...any) {
	e.end(&failure.Misuse{Site: m.site(), Text: fmt.Sprintf(format, args...)})
}

func (e *Engine) noSuchMachine(m *mach, ef *machine.Effect) {
	e.meet(strategy.Write, strategy.Machines)
	what := "a machine of another execution"
	if ef.To.Epoch == e.epoch {
		what = "a machine that has not been created"
	}
	const why = "an ID belongs to the execution in which Create returned it"
	switch ef.Kind {
	case machine.Crash:
		e.misuse(m, "Crash of %s: %s", what, why)
	case machine.Restart:
		e.misuse(m, "Restart of %s: %s", what, why)
	default:
		e.end(&failure.Misuse{Site: m.site(), Rule: failure.KnownMachine, Subject: typeName(ef.Ev), Text: fmt.Sprintf("sends to %s: %s", what, why)})
	}
}

// OnCoroutine reports whether the caller runs on a coroutine of an engine, or on one that a handler has made with Pull, as
// handlers do.
func OnCoroutine() bool {
	var pcs [128]uintptr
	n := runtime.Callers(2, pcs[:])
	if n == len(pcs) {
		return true // too deep to tell
	}
	for i := n - 1; i >= 0; i-- {
		if f := runtime.FuncForPC(pcs[i] - 1); f != nil && runsHandlers(f.Name()) {
			return true
		}
	}
	return false
}

// runsHandlers reports whether a function of the engine runs handlers, or code that they run on coroutines of their own.
func runsHandlers(name string) bool {
	return strings.HasSuffix(name, "engine.(*Engine).guardedLoop") || strings.HasSuffix(name, "engine.(*hand).guard") ||
		strings.Contains(name, onPulled)
}

// stranger reports a call from a goroutine that is not the engine's, which it cannot unwind.
func (e *Engine) stranger(call string, err error) {
	if e.Stranger != nil {
		e.Stranger(call, err)
	}
	panic(err)
}

// strayCall reports a Context that is used while no handler of its machine runs.
func (e *Engine) strayCall(m *mach, call string) {
	if !OnCoroutine() {
		e.stranger(call, &failure.Misuse{
			Site: failure.Site{Place: userPlace()}, Rule: failure.OwnContext, Subject: call,
			Text: fmt.Sprintf("%s outside of all handlers", call),
		})
	}
	user := e.running
	if e.ending {
		user = e.machs[0]
	}
	text := fmt.Sprintf("%s on the Context of %s while no handler of %s runs: a Context works only inside its own machine's handlers", call, m.display(), m.display())
	if e.ending {
		text = fmt.Sprintf("%s in AtEnd: the execution is over; assert, but do not act", call)
	}
	err := &failure.Misuse{Site: failure.Site{Step: e.steps, Place: userPlace()}, Rule: failure.OwnContext, Subject: call, Text: text}
	switch {
	case e.lent != nil:
		err.Machine, err.State = e.lent.display(), e.lent.StateName()
		e.lent = nil
		e.end(err)
		e.unwind()
	case user != nil:
		err.Machine, err.State = user.display(), user.StateName()
		e.failMach(user, err)
		e.unwind()
	case e.listening != nil:
		err.Machine = e.listening.name
		e.listening.Guard |= guardDead
		e.listening = nil
		e.end(err)
		e.unwind()
	default:
		// No handler runs at all: a deferred function of a handler that is being unwound, or code that the execution does
		// not control.
		e.end(err)
		panic(err)
	}
}

// twoTransitions reports a call after a transition was asked for, with both lines if they are known.
func (e *Engine) twoTransitions(site failure.Site, in *machine.Instance, call string) error {
	site.Place = userPlace()
	err := &failure.Misuse{Site: site, Subject: call, Earlier: placeOf(in.Pending.PC), Rule: failure.NothingAfter}
	switch call {
	case "Goto", "Push", "Pop", "Raise", "Halt":
		err.Rule = failure.OneTransition
	}
	return err
}

func (e *Engine) badStrategy(call string, i, n int) {
	e.running = nil // it is not the program's fault
	who := strategy.Unwrapped(e.strat)
	if _, ok := who.(strategy.FaultPicker); !ok && call == "PickFault" {
		call = "Pick"
	}
	panic(fmt.Sprintf("ravel: %s of strategy %T returned %d: it must be at least 0 and less than %d", call, who, i, n))
}

func typeName(v any) string {
	if v == nil {
		return "nothing"
	}
	return reflect.TypeOf(v).String()
}
