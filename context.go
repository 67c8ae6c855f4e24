package ravel

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
)

// Context is what a machine's handlers use to act: send, create, choose, wait, tell monitors, change state.
//
// A machine has one Context for its whole life, which it may keep (an adapter behind an interface of the code under test
// usually does). It works only while a handler of that machine runs, and only on the goroutine that runs it.
//
// Send, Create, timers, writes, Halt and Notify are effects: they are performed in program order after the handler has
// reached its end or a wait, one scheduling point before each but Notify (see the package documentation).
type Context struct{ in *machine.Instance }

// NewContext returns the Context of an instance, for runtimes.
func NewContext(in *machine.Instance) *Context { return &Context{in} }

// Self returns the machine's own ID.
func (c *Context) Self() ID { return ID{c.in.Ref} }

// State returns the machine's current state, the top of its stack.
func (c *Context) State() State { return State(c.in.StateName()) }

// Event returns the event that is being handled; nil in the entry of a start state and in a plain function.
func (c *Context) Event() any { return c.in.Event }

// Send puts an event into the inbox of another machine, or of this one. If the event is a pointer, what it points to
// belongs to the receiver from now on.
func (c *Context) Send(to ID, event any) {
	if to.ref == nil || event == nil {
		c.badSend(to, event)
		return
	}
	c.in.Do("Send", machine.Effect{Kind: machine.Send, To: to.ref, Ev: event})
}

func (c *Context) badSend(to ID, event any) {
	switch {
	case !c.in.May("Send"):
	case to.ref == nil:
		c.breaks(failure.KnownMachine, fmt.Sprintf("%T", event), "Send of %T to the zero ID: no such machine", event)
	default:
		c.breaks(failure.NoNil, "Send", "Send of a nil event to %v: an event is a value of some type", to)
	}
}

// Create creates a machine and returns its ID at once. The machine starts in a step of its own.
func (c *Context) Create(m Machine) ID {
	if !c.in.May("Create") {
		return ID{}
	}
	if m.spec.Def == nil {
		c.usage("Create of a zero Machine: use Definition.New or Func")
	}
	ref := c.in.Host.NewMachine(m.spec)
	c.in.Do("Create", machine.Effect{Kind: machine.Create, To: ref})
	return ID{ref}
}

// Go creates a machine that is a plain function; see Func.
func (c *Context) Go(name string, body func(c *Context)) ID { return c.Create(Func(name, body)) }

// Goto leaves the current state for another one when the handler returns: exit, then entry, also when both are the same.
// It is the last thing a handler asks for.
func (c *Context) Goto(s State) { c.move("Goto", machine.Goto, s) }

// Push puts a state on top of the current one when the handler returns: entry without exit.
func (c *Context) Push(s State) { c.move("Push", machine.Push, s) }

// Pop leaves a pushed state when the handler returns: exit without entry.
func (c *Context) Pop() { c.request("Pop", machine.Transition{Verb: machine.Pop}) }

// Raise handles an event when the handler returns, before anything in the inbox and without a scheduling point. The state
// must neither defer nor ignore it.
func (c *Context) Raise(event any) {
	if event == nil {
		c.breaks(failure.NoNil, "Raise", "Raise of a nil event: an event is a value of some type")
		return
	}
	c.request("Raise", machine.Transition{Verb: machine.Do, Ev: event})
}

// Halt ends the machine when the handler returns, without exits. Its inbox is emptied; what is sent to it from then on is
// dropped.
func (c *Context) Halt() { c.request("Halt", machine.Transition{Verb: machine.Halt}) }

func (c *Context) move(call string, v machine.Verb, s State) {
	n, ok := c.in.Def.StateNamed(string(s))
	if !ok {
		c.breaks(failure.KnownState, string(s), "%s to state %q, which %s does not declare", call, s, c.in.Def.Name)
		return
	}
	c.request(call, machine.Transition{Verb: v, State: n})
}

func (c *Context) request(call string, t machine.Transition) {
	if c.in.Def.Fn != nil {
		if c.in.May(call) {
			c.usage("%s in a machine that is a plain function: it has no states; return to halt it", call)
		}
		return
	}
	if c.in.Recorded() {
		t.PC = c.in.Host.Caller()
	}
	c.in.Request(call, t)
}

// usage fails the handler for breaking a rule of the programming model.
func (c *Context) usage(format string, args ...any) {
	c.breaks(failure.OtherRule, "", format, args...)
}

// breaks fails the handler for breaking one of the rules that have a name, in what it did to the subject.
func (c *Context) breaks(rule failure.Rule, subject, format string, args ...any) {
	if !c.in.Dead() {
		c.in.Host.Fail(&machine.UsageError{Rule: rule, Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
}

// Bool returns a boolean of the tester's choice. The choice is demonic: nothing says that it ever differs.
func (c *Context) Bool() bool { return c.choose("Bool", schedule.Bool, 2, false) == 1 }

// Int returns a number in [0, n) of the tester's choice. The choice is demonic.
func (c *Context) Int(n int) int { return c.choose("Int", schedule.Int, n, false) }

// FairBool is Bool with the promise that, asked for ever, it is true infinitely often and false infinitely often.
func (c *Context) FairBool() bool { return c.choose("FairBool", schedule.Bool, 2, true) == 1 }

// FairInt is Int with the promise that, asked for ever, it takes each value infinitely often.
func (c *Context) FairInt(n int) int { return c.choose("FairInt", schedule.Int, n, true) }

func (c *Context) choose(call string, k schedule.Kind, n int, fair bool) int {
	if !c.in.May(call) {
		return 0
	}
	if n < 1 {
		c.breaks(failure.PositiveChoice, strconv.Itoa(n), "%s(%d): there is nothing to choose from; n must be at least 1", call, n)
		return 0
	}
	return c.in.Host.Choose(k, n, fair)
}

// Choose returns one of the items, of the tester's choice. The choice is demonic.
func Choose[T any](c *Context, items []T) T {
	if len(items) == 0 {
		c.breaks(failure.PositiveChoice, "0", "Choose from no items")
		var zero T
		return zero
	}
	return items[c.choose("Choose", schedule.Int, len(items), false)]
}

// Assert fails the execution if cond is false. The handler ends there; the effects before it still happen.
func (c *Context) Assert(cond bool, format string, args ...any) {
	if !cond {
		c.Fail(format, args...)
	}
}

// Fail fails the execution.
func (c *Context) Fail(format string, args ...any) {
	if !c.in.Dead() {
		c.in.Host.Fail(&machine.AssertError{Text: fmt.Sprintf(format, args...), PC: c.in.Host.Caller()})
	}
}

// Notify tells an event to every monitor that declares its type in some state.
func (c *Context) Notify(event any) {
	if event == nil {
		c.breaks(failure.NoNil, "Notify", "Notify of a nil event: an event is a value of some type")
		return
	}
	c.in.Do("Notify", machine.Effect{Kind: machine.Notify, Ev: event})
}

// Now returns the time of the tester's clock, which stands still while a handler runs.
func (c *Context) Now() time.Time { return c.in.Host.Now() }

// Logf writes a line into the trace of the execution. Arguments are formatted only when somebody will read it, and a line
// that comes out empty is left out, so that an argument may decide whether it has something to say. It may be called at
// any time, as it does nothing to the execution: also after a transition, in AtEnd, and while the handler is being unwound.
func (c *Context) Logf(format string, args ...any) {
	if c.in.Host.Recording() {
		c.in.Host.Logf(format, args)
	}
}

// Sometimes states that cond holds in some execution: a run in which it was asked and never held says so. What is only
// reached when it happens is announced at the start, by asking with false. Like Logf it may be called at any time.
func (c *Context) Sometimes(cond bool, name string) {
	if !c.in.Dead() {
		c.in.Host.Sometimes(name, cond)
	}
}

// Explorer calls the exploration strategy, if it listens: an effect, performed like a notification. Strategies
// know machines by IDs among the arguments, or in a []ID.
func (c *Context) Explorer(call string, args ...any) { c.explore("Explorer", call, args...) }

// ChangeOrder asks the strategy to run these machines before all others, in this order, whenever they can move: a call to
// the custom delaying explorer (package strategy/delaying). Others take no notice.
func (c *Context) ChangeOrder(ids ...ID) { c.explore("ChangeOrder", "ChangeOrder", slices.Clone(ids)) }

// SetPriority asks the strategy to run this machine before those with a lower priority; at first all have 0. Like
// ChangeOrder, it is a call to the custom delaying explorer.
func (c *Context) SetPriority(p int) { c.explore("SetPriority", "SetPriority", p) }

func (c *Context) explore(method, call string, args ...any) {
	c.in.Do(method, machine.Effect{Kind: machine.Tell, Ev: &machine.Told{Name: call, Args: args}})
}
