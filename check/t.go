package check

import (
	"fmt"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// T is one execution of a test body. It is the root machine: its Create and Send are effects of that machine, performed
// one by one, with scheduling points between them.
//
// T implements testing.TB for the execution: Log is kept and shown only if the execution fails, Cleanup functions and the
// Context end with it, and FailNow ends the execution, whichever machine's handler calls it. Setenv, Chdir, Parallel and
// Run change or outlive the process and are failures that say so.
//
// A T may be used by the body, by the handlers of its execution, by AtEnd and Cleanup functions, and by goroutines that are
// under control, and not afterwards. Its methods are no scheduling points.
type T struct {
	testing.TB // the outer test; nil outside go test. Everything it offers is overridden.

	x     *execution
	epoch uint64 // of x when the T was made: it is of no use when x has another one
}

// own returns the execution, if it is still the T's own.
func (t *T) own(call string) *execution {
	if t.epoch != t.x.epoch {
		t.late(call)
	}
	return t.x
}

// late reports the use of a T whose execution is over.
func (t *T) late(call string) {
	err := &failure.Misuse{
		Site: failure.Site{Place: callerPlace(4, nil)}, Rule: failure.OtherRule, Subject: call,
		Text: fmt.Sprintf("%s on the T of an execution that is over", call),
		Fix:  "a T belongs to one execution of the body: do not keep it in a variable outside, nor in a goroutine",
	}
	if gocontrol.Current() >= 0 && t.x.eng.FailRunning(err) {
		return // not reached
	}
	if !t.x.cleaning && !engine.OnCoroutine() {
		t.x.stranger(call, err)
	}
	panic(err)
}

// Root returns the Context of the root machine, for models that want one.
func (t *T) Root() *ravel.Context { return t.own("t.Root").c }

// Self returns the ID of the root machine, for machines that answer the body.
func (t *T) Self() ravel.ID { return t.own("t.Self").c.Self() }

// Create creates a machine; see ravel.Context.Create.
func (t *T) Create(m ravel.Machine) ravel.ID { return t.own("t.Create").c.Create(m) }

// Go creates a machine that is a plain function; see ravel.Func.
func (t *T) Go(name string, body func(c *ravel.Context)) ravel.ID {
	return t.own("t.Go").c.Go(name, body)
}

// Send sends an event from the root machine.
func (t *T) Send(to ravel.ID, event any) { t.own("t.Send").c.Send(to, event) }

// Monitor registers a monitor with the execution. Do it before creating machines that notify it.
func (t *T) Monitor(m ravel.Monitor) { t.own("t.Monitor").c.Monitor(m) }

// Notify tells an event to the monitors, in the name of the machine whose handler calls it; else in that of the root machine.
// As with all that a machine does, a deferred function of a handler that has failed, whose machine has crashed, or that still
// waited when the execution ended, tells nobody.
func (t *T) Notify(event any) {
	if c := t.acting("t.Notify"); c != nil {
		c.Notify(event)
	}
}

// acting returns the Context of the machine in whose name the caller acts; nil if it is being unwound.
func (t *T) acting(call string) *ravel.Context {
	defer t.quietly()()
	x := t.own(call)
	c, ok := x.eng.Acting().(*ravel.Context)
	switch {
	case ok:
		return c
	case x.eng.Unwinding():
		return nil
	}
	return x.c
}

// Bool, Int and Now are those of the root machine's Context.
func (t *T) Bool() bool     { return t.own("t.Bool").c.Bool() }
func (t *T) Int(n int) int  { return t.own("t.Int").c.Int(n) }
func (t *T) Now() time.Time { return t.own("t.Now").c.Now() }

// Assert fails the execution if cond is false.
func (t *T) Assert(cond bool, format string, args ...any) {
	t.own("t.Assert").c.Assert(cond, format, args...)
}

// Sometimes states that cond holds in some execution; a run in which it never did says so.
func (t *T) Sometimes(cond bool, name string) { t.own("t.Sometimes").c.Sometimes(cond, name) }

// Wait runs the execution until nothing can move, and then goes on with the body.
func (t *T) Wait() { ravel.AwaitQuiet(t.own("t.Wait").c) }

// AtEnd registers a function that runs when the execution is over and nothing can move: the place for assertions about
// the final state. It is not called when the execution fails before, or is cut at its step bound.
func (t *T) AtEnd(f func()) {
	defer t.quietly()()
	x := t.own("t.AtEnd")
	x.atEnd = append(x.atEnd, f)
}

// Expect receives an event of type E for the root machine; see ravel.Receive.
func Expect[E any](t *T) E { return ravel.Receive[E](t.own("check.Expect").c) }
