package observe

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// listener is a monitor that hears a log. It implements machine.Host; what a MonitorContext has no call for is never asked of
// the embedded one, which is nil.
type listener struct {
	machine.Host
	in machine.Instance

	anywhere bool   // it may begin in the middle
	deaf     string // why it has not heard all, "" if it has

	at    Position // of what it hears
	by    string
	over  error // the specification is violated
	hot   bool
	since Position // when it became hot
	told  failure.Heard
}

// unwound is what a monitor that has failed panics with.
type unwound struct{}

// run runs code of the monitor on a goroutine of its own, which the code may end.
func (l *listener) run(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if v := recover(); !returned && l.over == nil {
				l.over = l.escaped(v)
			}
		}()
		l.in.Guard &^= machine.GuardIdle
		f()
		l.in.Guard |= machine.GuardIdle
		returned = true
	}()
	<-done
}

// escaped is the failure of a handler that was left by a panic, or by a Goexit for nil.
func (l *listener) escaped(v any) error {
	stack := string(debug.Stack())
	if e, ok := v.(*failure.Misuse); ok {
		return e
	}
	if v == nil {
		return &failure.Exit{Site: l.site(0), Call: "runtime.Goexit()", Stack: stack}
	}
	return &failure.Panic{Site: l.site(0), Value: v, Stack: stack}
}

func (l *listener) site(pc uintptr) failure.Site {
	site := failure.Site{Machine: l.in.Def.Name, State: l.in.StateName(), Step: l.at.Step}
	if pc != 0 {
		f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		site.Place = failure.Place{File: f.File, Line: f.Line, Func: f.Function}
	}
	return site
}

// start enters the start state.
func (l *listener) start() { l.run(l.in.Start) }

// hear tells the monitor an event, if it listens to such events.
func (l *listener) hear(at Position, by, shown string, ev any) {
	col := l.in.Def.Column(ev)
	if l.over != nil || col == machine.OtherColumn && !l.in.Def.Hears(col) || l.in.Standing(col) == machine.Ignore {
		return
	}
	l.at, l.by = at, by
	l.told.All++
	l.told.Last = append(l.told.Last, failure.Message{Type: fmt.Sprintf("%T", ev), Value: shown, Peer: by, Step: at.Step})
	if n := len(l.told.Last); n > failure.MostHeard {
		l.told.Last = l.told.Last[n-failure.MostHeard:]
	}
	l.run(func() { l.in.Handle(ev, col) })
}

// Fail reports that the specification is violated. The monitor hears nothing from then on.
func (l *listener) Fail(err error) {
	l.in.Guard |= machine.GuardDead
	switch e := err.(type) {
	case *machine.AssertError:
		heard := l.told
		l.over = &failure.MonitorViolation{Site: l.site(e.PC), Message: e.Text, Event: typeOf(l.in.Event), By: l.by, Heard: &heard}
	case *machine.UnhandledError:
		l.over = &failure.Unhandled{
			Site: l.site(0), Event: typeOf(e.Event), States: l.in.StackNames(), HandledAs: l.in.Def.HandledAs(e.Event), From: l.by,
		}
	case *machine.UsageError:
		l.over = &failure.Misuse{Site: l.site(l.Caller()), Rule: e.Rule, Subject: e.Subject, Text: e.Text}
	default:
		l.over = err
	}
	panic(unwound{})
}

func typeOf(ev any) string {
	if ev == nil {
		return ""
	}
	return fmt.Sprintf("%T", ev)
}

// Moved keeps where the monitor has been, and since when it is hot.
func (l *listener) Moved(_, to int32) {
	st := l.in.Def.States[to]
	l.told.Path = append(l.told.Path, failure.Visit{State: l.in.Def.StateName(to), Step: l.at.Step})
	if n := len(l.told.Path); n > failure.MostPath {
		l.told.Path, l.told.Longer = l.told.Path[n-failure.MostPath:], true
	}
	hot := st.Temperature == machine.Hot
	if hot && !l.hot {
		l.since = l.at
	}
	l.hot = hot
}

// Misplaced tells why a call cannot be made now.
func (l *listener) Misplaced(call string) {
	switch g := l.in.Guard; {
	case g&machine.GuardDead != 0:
	case g&machine.GuardIdle != 0:
		panic(fmt.Sprintf("ravel: %s on the context of monitor %s outside its handlers", call, l.in.Def.Name))
	case g&machine.GuardExit != 0:
		l.Fail(l.in.MovesInExit(call))
	default:
		l.Fail(&machine.UsageError{Rule: failure.OneTransition, Subject: call})
	}
}

// Caller returns the innermost caller outside Ravel's own packages.
func (l *listener) Caller() uintptr {
	var pcs [24]uintptr
	for _, pc := range pcs[:runtime.Callers(2, pcs[:])] {
		f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		ours := strings.HasPrefix(f.Function, "github.com/ravelgo/ravel.") || strings.HasPrefix(f.Function, "runtime.") ||
			strings.HasPrefix(f.Function, "github.com/ravelgo/ravel/internal/machine.") ||
			strings.HasPrefix(f.Function, "github.com/ravelgo/ravel/live/observe.")
		if !ours || strings.HasSuffix(f.File, "_test.go") {
			return pc
		}
	}
	return 0
}

func (l *listener) Now() time.Time         { return time.Time{}.Add(l.at.Clock) }
func (l *listener) Recording() bool        { return false }
func (l *listener) Logf(string, []any)     {}
func (l *listener) Sometimes(string, bool) {}
func (l *listener) Effected()              {}

// hotFor is a hot state that lasts too long.
func (l *listener) tooHot(p Position, bound time.Duration) error {
	text := fmt.Sprintf("hot in state %s for %v, since line %d", l.in.StateName(), p.Clock-l.since.Clock, l.since.Line)
	if bound > 0 {
		text += fmt.Sprintf(": %v is allowed", bound)
	}
	heard := l.told
	return &failure.MonitorViolation{
		Site:    failure.Site{Machine: l.in.Def.Name, State: l.in.StateName(), Step: cmp.Or(p.Step, l.at.Step)},
		Message: text, Heard: &heard,
	}
}
