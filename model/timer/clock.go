package timer

import (
	"time"

	"github.com/ravelgo/ravel"
)

// Clock lets code that knows no machines, but asks for the time and for calls at later times, run inside a machine. Its
// methods may be called by that machine's handlers only, and call back only from Handle.
type Clock struct {
	c     *ravel.Context
	calls map[int]*call // by number, from 1; numbers are used again
}

// call is a call that is still to be made.
type call struct {
	timer ravel.Timer
	every bool
	do    func() `ravel:"-"`
}

// Fired is the event that brings a call that is due. The machine handles it in every state in which it uses the clock, by
// handing it to Handle.
type Fired struct{ N int }

// NewClock returns the clock of a machine.
func NewClock(c *ravel.Context) *Clock { return &Clock{c: c, calls: map[int]*call{}} }

// Now returns the time of the tester's clock, which stands still while a handler runs.
func (k *Clock) Now() time.Time { return k.c.Now() }

// Since returns the time that has passed since t.
func (k *Clock) Since(t time.Time) time.Duration { return k.Now().Sub(t) }

// AfterFunc calls f once, d from now or later. Stop prevents the call and reports whether it did: false means that the call
// has been made, was prevented before, or is on its way and will be made. It is a scheduling point.
func (k *Clock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	n, call := k.add("AfterFunc", f)
	if call == nil {
		return func() bool { return false }
	}
	call.timer = k.c.After(max(d, 0), Fired{n})
	return func() bool {
		if k.calls[n] != call || !k.c.CancelTimer(call.timer) {
			return false
		}
		delete(k.calls, n)
		return true
	}
}

// Every calls f again and again, d apart or more, which is more than zero; never while an earlier call is still to be made.
// No call is made after stop.
func (k *Clock) Every(d time.Duration, f func()) (stop func()) {
	n, call := k.add("Every", f)
	if call == nil {
		return func() {}
	}
	call.every = true
	call.timer = k.c.Every(d, Fired{n})
	return func() {
		if k.calls[n] == call {
			delete(k.calls, n)
			k.c.StopTimer(call.timer)
		}
	}
}

func (k *Clock) add(what string, f func()) (int, *call) {
	if f == nil {
		k.c.Misuse("%s of a nil function: there is nothing to call", what)
		return 0, nil
	}
	n := 1
	for k.calls[n] != nil {
		n++
	}
	k.calls[n] = &call{do: f}
	return n, k.calls[n]
}

// Handle makes the call that an event brings.
func (k *Clock) Handle(f Fired) {
	call := k.calls[f.N]
	if call == nil {
		k.c.Misuse("Handle of call %d, which this clock knows nothing of: a machine has one clock, and passes each Fired on once", f.N)
		return
	}
	if !call.every {
		delete(k.calls, f.N)
	}
	call.do()
}
