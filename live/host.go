package live

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
)

// The methods below implement machine.Host for machines; monitors have their own in monitor.go.

var noTime time.Time

// Fail makes the failure the last entry of the outbox and ends the handler.
func (p *proc) Fail(err error) {
	if p.Guard&guardIdle != 0 {
		p.stray("Assert")
	}
	p.fail(p.explain(err))
	p.exit()
}

// Misplaced tells why a Context call cannot be made now.
func (p *proc) Misplaced(call string) {
	switch {
	case p.Guard&guardDead != 0:
	case p.Guard&guardIdle != 0:
		p.stray(call)
	case p.Guard&machine.GuardExit != 0:
		p.Fail(p.MovesInExit(call))
	default:
		err := &failure.Misuse{Site: p.site(placeOf(userPC())), Subject: call, Rule: failure.NothingAfter, Earlier: placeOf(p.Instance.Pending.PC)}
		switch call {
		case "Goto", "Push", "Pop", "Raise", "Halt":
			err.Rule = failure.OneTransition
		}
		p.Fail(err)
	}
}

// stray reports a Context that is used while no handler of its machine runs. The caller is no handler that could be
// unwound, so it panics; if it is a handler of another machine, that one fails.
func (p *proc) stray(call string) {
	panic(&failure.Misuse{
		Site: failure.Site{Place: placeOf(userPC())}, Rule: failure.OwnContext, Subject: call,
		Text: fmt.Sprintf("%s on the Context of %s while no handler of it runs", call, p.shownAs()),
		Fix:  "use a Context inside its own machine's handlers; other goroutines send with System.Send",
	})
}

// Effected is not called: live machines are never careful.
func (p *proc) Effected() {}

// Moved starts a new scan of the inbox: what was deferred may not be any more.
func (p *proc) Moved(from, to int32) {
	p.scan = 0
	if r := p.sys.rec; r != nil {
		r.moved(p, from, to)
	}
}

// Choose draws a value, each with the same probability.
func (p *proc) Choose(k schedule.Kind, n int, _ bool) int {
	v := rand.IntN(n)
	if r := p.sys.rec; r != nil {
		r.chose(p, k, n, v)
	}
	return v
}

// NewMachine reserves a machine.
func (p *proc) NewMachine(s machine.Spec) *machine.Ref {
	if model := s.Def.ModelPackage(); model != "" {
		p.Fail(testOnly("create " + s.Def.Name + " of package " + model))
	}
	return &p.sys.reserve(s, p).ref
}

// testOnly reports the use of something that stands for an environment.
func testOnly(what string) error {
	return &machine.UsageError{Text: "cannot " + what + " in production: models stand for an environment in tests; here the machine needs the real " +
		"network, disk or clock, behind the interface by which the test has given it the model"}
}

// NewFault, NewBudget: faults are never offered.
func (p *proc) NewFault(int32, any) int32   { return 0 }
func (p *proc) NewBudget(string, int) int32 { return 0 }
func (p *proc) NewModel(name string, _ any) int32 {
	p.Fail(testOnly(fmt.Sprintf("register model %q", name)))
	return 0
}

// ModelNamed fails: there are no models.
func (p *proc) ModelNamed(name string) (int32, any) {
	p.Fail(testOnly(fmt.Sprintf("look for model %q", name)))
	return 0, nil
}

// NewMonitor registers a monitor.
func (p *proc) NewMonitor(def *machine.Def, self any) {
	if err := p.sys.listen(def, self); err != nil {
		p.Fail(&machine.UsageError{Rule: failure.OneMonitor, Subject: def.Name, Text: err.Error()})
	}
}

// Now stands still while a handler runs.
func (p *proc) Now() time.Time {
	if p.Guard&guardIdle != 0 {
		p.Misplaced("Now")
	}
	if p.now.IsZero() {
		p.now = time.Now()
	}
	return p.now
}

// Recording reports whether log lines will be read.
func (p *proc) Recording() bool { return p.sys.rec != nil || p.sys.logs() }

// Caller returns the line of user code that called.
func (p *proc) Caller() uintptr { return userPC() }

// Logf writes a line.
func (p *proc) Logf(format string, args []any) {
	text := fmt.Sprintf(format, args...)
	if text == "" {
		return
	}
	if r := p.sys.rec; r != nil {
		r.logged(p, text)
	}
	p.sys.line(p.Ref.String(), text)
}

// Sometimes is a question about all executions of a test.
func (p *proc) Sometimes(string, bool) {}

func (p *proc) site(at failure.Place) failure.Site {
	return failure.Site{Machine: p.Ref.String(), State: p.StateName(), Place: at}
}

// explain turns what a handler failed with into a failure that says where.
func (p *proc) explain(err error) error {
	var assert *machine.AssertError
	var unhandled *machine.UnhandledError
	var usage *machine.UsageError
	switch {
	case errors.As(err, &assert):
		return &failure.Assertion{Site: p.site(placeOf(assert.PC)), Message: assert.Text}
	case errors.As(err, &unhandled):
		if f, ok := unhandled.Event.(Failed); ok {
			return &EscalatedError{Machine: f.Name, Err: f.Err}
		}
		return &failure.Unhandled{
			Site: p.site(failure.Place{}), Event: typeName(unhandled.Event), States: p.StackNames(), HandledAs: p.Def.HandledAs(unhandled.Event),
		}
	case errors.As(err, &usage):
		return &failure.Misuse{Site: p.site(placeOf(userPC())), Rule: usage.Rule, Subject: usage.Subject, Text: usage.Text}
	}
	return err
}
