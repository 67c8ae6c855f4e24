package failure

import (
	"cmp"
	"fmt"
	"strings"
)

// The failures that the code of a program or of its test raises itself.

// Assertion reports a failed Assert outside monitors.
type Assertion struct {
	Site
	Message string
	Stack   string
}

func (e *Assertion) Error() string {
	return fmt.Sprintf("an assertion in %s failed%s", e.who(), said(e.Message))
}

// Detail tells where, and the stack.
func (e *Assertion) Detail() string { return codeDetail(e.Site, e.Message, e.Stack) }

// MonitorViolation reports a failed Assert in a monitor. Machine is the monitor.
type MonitorViolation struct {
	Site
	Message string
	Event   string // type of the event that the monitor heard
	By      string // the machine that notified it
	Stack   string
	Heard   *Heard // nil if it is not known

	Attached []Attachment
}

func (e *MonitorViolation) Error() string {
	heard := ""
	if e.Event != "" {
		heard = fmt.Sprintf(" when %s announced %s", cmp.Or(e.By, "the test body"), generic(e.Event))
	}
	return fmt.Sprintf("monitor %s found its specification violated%s%s", e.who(), heard, said(e.Message))
}

// Detail tells where, what the monitor has heard, and the stack.
func (e *MonitorViolation) Detail() string {
	var d detail
	d.site(e.Site)
	d.full(e.Message)
	d.heard(e.Heard)
	d.text("stack", e.Stack)
	return d.String()
}

// Unhandled reports an event that no state on the stack of a machine handles, defers or ignores.
type Unhandled struct {
	Site
	Event  string   // type of the event
	From   string   // who sent it; only recorded executions know, so that Error does not say it
	States []string // the whole stack, top first; State is the top
	// HandledAs is a type that the machine does handle and that differs from Event only in being a pointer or not.
	HandledAs string
}

func (e *Unhandled) Error() string {
	machine := cmp.Or(e.Machine, "a machine")
	states := ""
	if len(e.States) > 1 {
		states = " in any of its states " + list(e.States)
	} else if e.State != "" {
		states = " in state " + e.State
	}
	s := fmt.Sprintf("%s got event %s and has no handler for it%s", machine, e.Event, states)
	if e.HandledAs != "" {
		s += fmt.Sprintf(" (it handles %s: send that instead)", e.HandledAs)
	}
	return s
}

// Detail tells who sent it, the whole stack of states and what can be done.
func (e *Unhandled) Detail() string {
	var d detail
	d.site(e.Site)
	if e.From != "" {
		d.add("sent by: %s", e.From)
	}
	if len(e.States) > 1 {
		d.add("states, top first: %s", strings.Join(e.States, ", "))
	}
	if e.HandledAs == "" {
		d.add("fix: handle the event there with On, keep it for a later state with Defer, or drop it with Ignore")
	}
	return d.String()
}

// Panic reports a panic that left a handler, a goroutine or the body of a test.
type Panic struct {
	Site
	Value     any
	Stack     string
	Goroutine *Goroutine // that panicked, if the goroutines of the execution are controlled
}

// text prints the value as an unrecovered panic would.
func (e *Panic) text() string { return fmt.Sprint(e.Value) }

func (e *Panic) Error() string { return fmt.Sprintf("%s panicked%s", e.who(), said(e.text())) }

// Unwrap returns the value if it is an error.
func (e *Panic) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Detail tells where, what the goroutine held, and the stack.
func (e *Panic) Detail() string { return goroutineDetail(e.Site, e.Goroutine, e.text(), e.Stack) }

// Fatal reports an error that the Go runtime finds in the program and that no recover can catch: an unlock of an unlocked
// mutex, concurrent map writes.
type Fatal struct {
	Site
	Message   string // as the runtime words it, such as "sync: unlock of unlocked mutex"
	Stack     string
	Goroutine *Goroutine
}

func (e *Fatal) Error() string {
	return fmt.Sprintf("%s met a fatal error of the Go runtime%s", e.who(), said(e.Message))
}

// Detail tells where, what the goroutine held, and the stack.
func (e *Fatal) Detail() string { return goroutineDetail(e.Site, e.Goroutine, e.Message, e.Stack) }

// TestFailure reports that the code failed the test itself, with t.Error, t.Fatal, t.Fail or t.FailNow.
type TestFailure struct {
	Site
	Call    string // such as "t.Fatal"
	Message string
	Stack   string
}

func (e *TestFailure) Error() string {
	return fmt.Sprintf("%s called %s%s", e.who(), cmp.Or(e.Call, "t.Fail"), said(e.Message))
}

// Detail tells where, and the stack.
func (e *TestFailure) Detail() string { return codeDetail(e.Site, e.Message, e.Stack) }

// Exit reports code that tried to end the process or its own goroutine.
type Exit struct {
	Site
	Call  string // such as "os.Exit(2)" or "runtime.Goexit()"
	Stack string
}

func (e *Exit) Error() string {
	return fmt.Sprintf("%s called %s, which would end the test before the execution is over", e.who(), cmp.Or(e.Call, "runtime.Goexit()"))
}

// Detail tells where, and the stack.
func (e *Exit) Detail() string { return codeDetail(e.Site, "", e.Stack) }

func codeDetail(s Site, message, stack string) string { return goroutineDetail(s, nil, message, stack) }

// goroutineDetail is codeDetail with what is known of the goroutine.
func goroutineDetail(s Site, g *Goroutine, message, stack string) string {
	var d detail
	d.site(s)
	if g != nil {
		d.holds("held", g.Holds)
		d.place("created", g.started())
	}
	d.full(message)
	d.text("stack", stack)
	return d.String()
}
