package strategytest

import (
	"fmt"

	"github.com/ravelgo/ravel/strategy"
)

// Program is what the simulator runs: threads that take their actions in order, and faults.
type Program struct {
	Name    string
	Threads []Thread
	Budgets []Budget
}

// Thread is the actions of a thread. It exists from the start, unless a Spawn creates it.
type Thread []Action

// Budget is a number of faults. Each unit can stop one of the threads of Stops, as long as it exists and has not
// ended; -1 stands for a fault that does nothing and can always happen.
type Budget struct {
	Units int
	Stops []int
}

// Action is what a thread does in one step. The functions of this package make them.
type Action struct {
	code   code
	n      int
	joined bool
}

type code uint8

const (
	local code = iota
	read
	write
	lock
	unlock
	wait
	signal
	spawn
	choose
	flip
	back
)

var codeNames = [...]string{"local", "read", "write", "lock", "unlock", "wait", "signal", "spawn", "choose", "flip", "back"}

func (a Action) String() string { return fmt.Sprintf("%s %d", codeNames[a.code], a.n) }

// Local races with nothing.
func Local() Action { return Action{code: local} }

// R reads an object, W writes one.
func R(object int) Action { return Action{code: read, n: object} }

// W writes an object.
func W(object int) Action { return Action{code: write, n: object} }

// Lock waits until a lock is free and takes it.
func Lock(n int) Action { return Action{code: lock, n: n} }

// Unlock frees a lock.
func Unlock(n int) Action { return Action{code: unlock, n: n} }

// Wait waits until a semaphore, at first 0, is positive, and lowers it.
func Wait(n int) Action { return Action{code: wait, n: n} }

// Signal raises a semaphore.
func Signal(n int) Action { return Action{code: signal, n: n} }

// Spawn starts a thread.
func Spawn(thread int) Action { return Action{code: spawn, n: thread} }

// Choose asks for a number in [0, n), for n of at least 2.
func Choose(n int) Action { return Action{code: choose, n: n} }

// Flip asks for a boolean.
func Flip() Action { return Action{code: flip} }

// Back, as the last action of a thread, lets it start again; it is not a step.
func Back() Action { return Action{code: back} }

// Joined makes an action and the next one of its thread one step, when the next one need not wait.
func Joined(a Action) Action {
	a.joined = true
	return a
}

// Repeat returns n times the action.
func Repeat(n int, a Action) Thread {
	t := make(Thread, n)
	for i := range t {
		t[i] = a
	}
	return t
}

// The objects of locks and semaphores, beside those of R and W.
const (
	locks      = 1 << 20
	semaphores = 1 << 21
)

// of is the action as an operation shows it.
func (a Action) of(op *strategy.Op) strategy.Action {
	switch a.code {
	case read:
		return strategy.Action{Kind: strategy.Read, Object: strategy.ModelObject(a.n)}
	case write:
		return strategy.Action{Kind: strategy.Write, Object: strategy.ModelObject(a.n)}
	case lock, unlock:
		return strategy.Action{Kind: strategy.Write, Object: strategy.ModelObject(locks + a.n)}
	case wait, signal:
		return strategy.Action{Kind: strategy.Write, Object: strategy.ModelObject(semaphores + a.n)}
	case spawn:
		return strategy.Action{Kind: strategy.Create, Object: strategy.Inbox(op.Index)}
	}
	return strategy.Action{Kind: strategy.Dequeue, Object: strategy.Inbox(op.Index)}
}
