package machine

import (
	"time"

	"github.com/ravelgo/ravel/schedule"
)

// Guard bits: while any is set, a Context call takes the slow path.
const (
	GuardIdle    uint8 = 1 << iota // no handler of the machine is running
	GuardDead                      // the handler failed, or the execution is over: calls do nothing
	GuardMoved                     // the running handler has asked for a transition: nothing may follow it
	GuardCareful                   // the host wants to hear of every effect (digests, places)
	GuardExit                      // an exit handler runs: no transitions
)

// Transition is what a handler asked for.
type Transition struct {
	Verb  Verb // None when nothing is pending; Do stands for raise
	State int32
	Ev    any // the raised event
	PC    uintptr
}

// Instance is one machine or monitor at run time. Its Host owns it: nothing here is safe for concurrent use.
type Instance struct {
	Def   *Def
	Self  any
	Ctx   any // handed to handlers
	Host  Host
	Ref   *Ref
	Guard uint8
	Cover *Cover // counts what the machine does; may be nil

	State   int32   // the top of the state stack
	Below   []int32 // the states under it, bottom first
	Pending Transition
	Event   any // what is being handled

	In      Queue
	Out     []Effect
	OutMeta []Meta // as long as Out in careful executions, else empty

	// Grow may return the full outbox in a larger one. Without it, and if it returns what it got, the outbox grows as
	// slices do.
	Grow func([]Effect) []Effect
}

// Host is what a runtime does for one Instance beyond performing its effects.
//
// Fail and a Misplaced that reports a mistake do not return: they unwind the handler. Await may suspend it.
type Host interface {
	Fail(err error)
	// Misplaced is called for a Context call while a guard is set; it returns only if the call is to do nothing.
	Misplaced(call string)
	// Effected is called after an effect was appended while GuardCareful is set.
	Effected()
	// Moved tells that the top of the stack changed; from is -1 at the start.
	Moved(from, to int32)

	// Choose resolves a data choice; n is at least 1.
	Choose(kind schedule.Kind, n int, fair bool) int
	// Await suspends the handler until what w waits for has come, and returns the event that came, if any.
	Await(w *Wait) any

	// The next ones reserve or register; the effect that uses what they return is appended by the caller.
	NewMachine(s Spec) *Ref
	NewTimer(d time.Duration, periodic bool, ev any) int32
	NewFault(budget int32, ev any) int32
	NewBudget(name string, units int) int32
	NewModel(name string, model any) int32
	ModelNamed(name string) (int32, any) // nil when there is none
	NewMonitor(def *Def, self any)

	Now() time.Time
	Logf(format string, args []any)
	Sometimes(name string, held bool)
	Recording() bool
	// Caller returns a program counter in the code that called into Ravel.
	Caller() uintptr
}

// Wait says what a suspended handler waits for.
type Wait struct {
	Kind  WaitKind
	Words []uintptr         // WaitReceive, WaitNext: the types that match, by TypeWord; empty: every type
	Types string            // the same for people
	Match func(ev any) bool // WaitReceive: nil means always
	N     int32             // WaitStop: the timer; WaitRead: the model
	OK    bool              // WaitStop: set to whether the timer was stopped before it fired
}

// WaitKind is the kind of a Wait.
type WaitKind uint8

// The kinds of waits.
const (
	WaitReceive WaitKind = iota // for an event; an obligation
	WaitNext                    // for an event; idle when there is none
	WaitYield                   // a scheduling point, nothing else
	WaitStop                    // stop a timer and learn whether it had fired
	WaitRead                    // read a shared model
	WaitQuiet                   // until nothing else can move
)

// Reset makes the instance ready for a machine that has not started, keeping its memory.
func (in *Instance) Reset(def *Def, self any, ref *Ref) {
	in.Def, in.Self, in.Ref = def, self, ref
	in.State, in.Below = def.Start, in.Below[:0]
	in.Pending, in.Event = Transition{}, nil
	in.Guard = GuardIdle
	in.In.Clear()
	clear(in.Out)
	in.Out, in.OutMeta = in.Out[:0], in.OutMeta[:0]
}

// Do appends an effect. It reports whether it did; if not, the caller returns at once.
func (in *Instance) Do(call string, e Effect) bool {
	if raceEnabled {
		defer in.order()()
	}
	if in.Guard != 0 {
		if in.Guard&^GuardCareful&^GuardExit != 0 && !in.adopted(call) {
			in.Host.Misplaced(call)
			return false
		}
		if in.Guard&GuardCareful != 0 {
			if !in.owns(call) {
				return false
			}
			in.Out = append(in.Out, e)
			in.Host.Effected()
			return true
		}
	}
	if len(in.Out) == cap(in.Out) && in.Grow != nil {
		in.Out = in.Grow(in.Out)
	}
	in.Out = append(in.Out, e)
	return true
}

// May reports whether the running handler may make a call that is not an effect.
func (in *Instance) May(call string) bool {
	if raceEnabled {
		defer in.order()()
	}
	if in.Guard&^GuardCareful&^GuardExit != 0 && !in.adopted(call) {
		in.Host.Misplaced(call)
		return false
	}
	return in.Guard&GuardCareful == 0 || in.owns(call)
}

// adopted reports whether a goroutine that a handler has started makes the call, and may.
func (in *Instance) adopted(call string) bool {
	a, ok := in.Host.(Adopter)
	return ok && in.Guard&^GuardCareful == GuardIdle && a.Adopt(call)
}

// owns reports whether the caller may make the call while a handler runs.
func (in *Instance) owns(call string) bool {
	a, ok := in.Host.(Adopter)
	return !ok || a.Own(call)
}

// An Adopter is a Host that runs handlers beside goroutines, which handlers may have started.
type Adopter interface {
	// Adopt lets a goroutine make a call in the name of the machine, between its handlers. It reports whether it may.
	Adopt(call string) bool
	// Own reports whether the caller may make a call while a handler runs: the handler itself, or a goroutine that does
	// what it could do between handlers. It does not return if the call is a mistake. It is asked while GuardCareful is set.
	Own(call string) bool
	// Enter orders the caller's memory with that of the host, and the function that it returns the host's with the
	// caller's, for the race detector.
	Enter() (leave func())
}

// order is Adopter.Enter, if there is one.
func (in *Instance) order() (leave func()) {
	if a, ok := in.Host.(Adopter); ok {
		return a.Enter()
	}
	return func() {}
}

// Recorded reports whether the lines of calls will be read.
func (in *Instance) Recorded() bool {
	if raceEnabled {
		defer in.order()()
	}
	return in.Guard&GuardCareful != 0 && in.Host.Recording()
}

// Dead reports whether calls do nothing, as the handler has failed or the execution is over.
func (in *Instance) Dead() bool {
	if raceEnabled {
		defer in.order()()
	}
	return in.Guard&GuardDead != 0
}

// StateName returns the name of the top state.
func (in *Instance) StateName() string { return in.Def.StateName(in.State) }

// StateName returns the name of a state; a function has none.
func (d *Def) StateName(s int32) string {
	if s < 0 || int(s) >= len(d.States) {
		return ""
	}
	return d.States[s].Name
}

// StackNames returns the names of the states, top first.
func (in *Instance) StackNames() []string {
	if len(in.Def.States) == 0 {
		return nil
	}
	names := []string{in.StateName()}
	for i := len(in.Below) - 1; i >= 0; i-- {
		names = append(names, in.Def.StateName(in.Below[i]))
	}
	return names
}
