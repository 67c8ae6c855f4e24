package ravel

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// Timer is an armed timer of one machine. It is an operation of its own: the tester chooses when it fires.
type Timer struct {
	owner ID
	n     int32
}

// After starts a timer that puts an event into the machine's own inbox once, d from now or later. The same event value
// is delivered: it must not be changed by the handler.
func (c *Context) After(d time.Duration, event any) Timer {
	return c.startTimer("After", d, false, event)
}

// Every starts a timer that puts an event into the machine's own inbox again and again, d apart or more. It does not fire
// while its last tick is unread.
func (c *Context) Every(d time.Duration, event any) Timer {
	return c.startTimer("Every", d, true, event)
}

func (c *Context) startTimer(call string, d time.Duration, periodic bool, event any) Timer {
	if !c.in.May(call) {
		return Timer{}
	}
	switch {
	case event == nil:
		c.breaks(failure.NoNil, call, "%s with a nil event: an event is a value of some type", call)
	case d < 0 || periodic && d == 0:
		c.usage("%s(%v): the duration must be positive", call, d)
	}
	n := c.in.Host.NewTimer(d, periodic, event)
	c.in.Do(call, machine.Effect{Kind: machine.TimerStart, N: n})
	return Timer{c.Self(), n}
}

// StopTimer stops a timer. A tick of it that is still unread is taken back. Stopping a timer that has fired or was
// stopped does nothing.
func (c *Context) StopTimer(t Timer) {
	if c.ownTimer("StopTimer", t) {
		c.in.Do("StopTimer", machine.Effect{Kind: machine.TimerStop, N: t.n})
	}
}

// CancelTimer stops a timer and reports whether it did so before the timer fired. A tick that has fired stays in the
// inbox. It is a scheduling point, as its result depends on whether the timer was faster.
func (c *Context) CancelTimer(t Timer) bool {
	if !c.ownTimer("CancelTimer", t) {
		return false
	}
	w := machine.Wait{Kind: machine.WaitStop, N: t.n}
	c.await("CancelTimer", &w)
	return w.OK
}

func (c *Context) ownTimer(call string, t Timer) bool {
	if !c.in.May(call) {
		return false
	}
	if t.owner != c.Self() {
		c.breaks(failure.OwnTimer, fmt.Sprintf("of %v", t.owner), "%s of a timer of %v: a machine stops only its own timers", call, t.owner)
	}
	return true
}
