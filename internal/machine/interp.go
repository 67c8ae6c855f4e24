package machine

import (
	"fmt"

	"github.com/ravelgo/ravel/failure"
)

// maxSettle bounds the transitions and raises of one handler: a machine that goes on for longer never returns.
const maxSettle = 10_000

// Resolve finds what the stack does with events of a column, and how many states must be popped first. A nil cell means
// that nobody handles them.
func (in *Instance) Resolve(col int32) (*Cell, int) {
	c := in.Def.cell(in.State, col)
	if c.Verb != None || len(in.Below) == 0 {
		return c, 0
	}
	return in.resolveBelow(c, col)
}

func (in *Instance) resolveBelow(c *Cell, col int32) (*Cell, int) {
	top := c
	for d := len(in.Below) - 1; d >= 0 && !c.Stop; d-- {
		c = in.Def.cell(in.Below[d], col)
		switch c.Verb {
		case None:
		case Do, Defer, Ignore:
			return c, 0
		default:
			return c, len(in.Below) - d
		}
	}
	return top, 0
}

// Standing says what would happen to an event of a column if it were next in the inbox.
func (in *Instance) Standing(col int32) Verb {
	if len(in.Below) == 0 {
		return in.Def.cell(in.State, col).Verb
	}
	return in.standingInStack(col)
}

func (in *Instance) standingInStack(col int32) Verb {
	c, _ := in.Resolve(col)
	return c.Verb
}

// Start runs the entry of the start state.
func (in *Instance) Start() {
	in.Host.Moved(-1, in.State)
	if in.Cover != nil {
		in.Cover.Began(in.State)
	}
	in.enter(nil)
	in.settle(in.Def.columns)
}

// Handle runs the handler of an event that has been taken out of the inbox, and settles. The event must not be one that
// the stack defers or ignores.
func (in *Instance) Handle(ev any, col int32) {
	in.Event = ev
	if at := in.State*in.Def.columns + col; in.Def.cells[at].Verb == Do {
		if in.Cover != nil {
			in.Cover.did(int(at))
		}
		in.Def.cells[at].Fn(in.Self, in.Ctx, ev)
	} else {
		c, pops := in.Resolve(col)
		in.perform(ev, col, c, pops)
	}
	if in.Pending.Verb != None {
		in.settle(col)
	}
	in.Event = nil
}

func (in *Instance) perform(ev any, col int32, c *Cell, pops int) {
	if c.Verb == None {
		in.Host.Fail(&UnhandledError{Event: ev})
		return
	}
	if in.Cover != nil {
		in.Cover.did(in.Def.indexOf(c))
	}
	for ; pops > 0; pops-- {
		in.pop(col)
	}
	switch c.Verb {
	case Do:
		c.Fn(in.Self, in.Ctx, ev)
	case Goto, Push, Pop, Halt:
		in.Pending = Transition{Verb: c.Verb, State: c.To}
	default:
		panic("machine: handling an event that the state defers or ignores")
	}
}

// settle performs transitions until none is pending. The first of them comes of an event of the column col; those of entry
// functions have the column behind the last one.
func (in *Instance) settle(col int32) {
	for n := 0; in.Pending.Verb != None; n++ {
		t := in.Pending
		in.Pending = Transition{}
		in.Guard &^= GuardMoved
		if n >= maxSettle {
			in.Host.Fail(&UsageError{Text: fmt.Sprintf("more than %d transitions in one handler: it would never end", maxSettle)})
			return
		}
		switch t.Verb {
		case Do:
			if col = in.Def.Column(t.Ev); !in.raised(t.Ev, col) {
				return
			}
		case Goto:
			in.leave()
			in.move(col, Goto, t.State)
			col = in.Def.columns
			in.enter(nil)
		case Push:
			in.Below = append(in.Below, in.State)
			in.move(col, Push, t.State)
			col = in.Def.columns
			in.enter(nil)
		case Pop:
			if len(in.Below) == 0 {
				in.Host.Fail(&UsageError{Rule: failure.PopNeedsPush, Subject: in.StateName(), Text: fmt.Sprintf("pop in state %q, which was not pushed: there is nothing to go back to", in.StateName())})
				return
			}
			in.pop(col)
		case Halt:
			if in.Cover != nil {
				in.Cover.moved(in.State, col, Halt, -1)
			}
			in.Out = append(in.Out, Effect{Kind: HaltSelf})
			if in.Guard&GuardCareful != 0 {
				in.Host.Effected()
			}
			return
		}
	}
}

// raised handles a raised event. It is handled at once, so a state that would put it off or drop it is in error.
func (in *Instance) raised(ev any, col int32) bool {
	c, pops := in.Resolve(col)
	if c.Verb == Defer || c.Verb == Ignore {
		rule := failure.RaiseDeferred
		if c.Verb == Ignore {
			rule = failure.RaiseIgnored
		}
		in.Host.Fail(&UsageError{Rule: rule, Subject: fmt.Sprintf("%T", ev), Text: fmt.Sprintf("raised %T in state %q, which has it under %s: a raised event is handled at once, so it can be neither deferred nor ignored", ev, in.StateName(), c.Verb)})
		return false
	}
	in.Event = ev
	in.perform(ev, col, c, pops)
	return true
}

// move makes another state the top of the stack.
func (in *Instance) move(col int32, v Verb, to int32) {
	from := in.State
	in.State = to
	if in.Cover != nil {
		in.Cover.moved(from, col, v, to)
		if v != Pop {
			in.Cover.Began(to)
		}
	}
	in.Host.Moved(from, to)
}

func (in *Instance) enter(ev any) {
	if f := in.Def.States[in.State].Entry; f != nil {
		f(in.Self, in.Ctx, ev)
	}
}

// leave runs the exit of the top state. Exits make no transitions; Request reports those that try.
func (in *Instance) leave() {
	if f := in.Def.States[in.State].Exit; f != nil {
		in.Guard |= GuardExit
		f(in.Self, in.Ctx, nil)
		in.Guard &^= GuardExit
	}
}

func (in *Instance) pop(col int32) {
	in.leave()
	to := in.Below[len(in.Below)-1]
	in.Below = in.Below[:len(in.Below)-1]
	in.move(col, Pop, to)
}

// Request asks for a transition when the running handler returns.
func (in *Instance) Request(call string, t Transition) {
	if raceEnabled {
		defer in.order()()
	}
	if in.Guard&(GuardIdle|GuardDead|GuardMoved|GuardExit) != 0 {
		in.Host.Misplaced(call)
		return
	}
	if in.Guard&GuardCareful != 0 && !in.owns(call) {
		return
	}
	in.Pending = t
	in.Guard |= GuardMoved
}

// StateNamed returns the number of a state.
func (d *Def) StateNamed(name string) (int32, bool) {
	for i := range d.States {
		if d.States[i].Name == name {
			return int32(i), true
		}
	}
	return 0, false
}

// UnhandledError reports an event that nobody on the stack handles.
type UnhandledError struct{ Event any }

func (e *UnhandledError) Error() string { return fmt.Sprintf("no handler for %T", e.Event) }

// UsageError reports a call that breaks the rules of the programming model.
type UsageError struct {
	Rule    failure.Rule // OtherRule: Text says it all
	Subject string       // what the rule was applied to
	Text    string
}

func (e *UsageError) Error() string { return e.Text }

// MovesInExit reports a call that asks for a transition in an exit.
func (in *Instance) MovesInExit(call string) error {
	return &UsageError{
		Rule: failure.NoTransitionInExit, Subject: call,
		Text: fmt.Sprintf("%s in the exit of state %q: exits make no transitions", call, in.StateName()),
	}
}

// PanicError reports a panic of code that runs on a coroutine within a handler, with its stack as debug.Stack prints it.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprint(e.Value) }

// AssertError reports an assertion that failed at PC.
type AssertError struct {
	Text     string
	PC       uintptr
	Attached []failure.Attachment
}

func (e *AssertError) Error() string { return e.Text }
