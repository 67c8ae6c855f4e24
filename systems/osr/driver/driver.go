package driver

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/timer"
)

// Driver is the driver of one device. It starts with the device out of D0.
type Driver struct {
	Power    Power
	Switches Switches
	Device   Device
	Timer    Timer         // nil: a new one, of package model/timer
	Debounce time.Duration // how long the switches must rest to count as stable
	Bugs     Bugs

	shown uint8 // the switches as they were stored last
	moved uint8 // as the change that is being dealt with says
}

// What the driver tells monitors about its debounce timer.
type (
	DebounceStarted   struct{} // a new period begins
	DebounceFired     struct{} // the driver learns that a period is over
	DebounceCancelled struct{} // the driver learns that a period will not be over
	DebounceRefused   struct{} // the driver learns that a period cannot be stopped any more
)

func (d *Driver) start(c *ravel.Context) {
	if d.Timer == nil {
		d.Timer = timer.New(c)
	}
	c.Goto(dx)
}

func (d *Driver) entered(c *ravel.Context) {
	d.Power.Completed(c, true)
	c.Goto(waitSwitch)
}

func (d *Driver) exited(c *ravel.Context) {
	d.Power.Completed(c, false)
	c.Goto(dx)
}

// changed takes an interrupt while nothing else is going on.
func (d *Driver) changed(c *ravel.Context, e SwitchChange) {
	d.take(c, e)
	c.Goto(storeSwitch)
}

// changedAgain takes an interrupt while the switches are watched.
func (d *Driver) changedAgain(c *ravel.Context, e SwitchChange) {
	d.take(c, e)
	c.Goto(stopOnSwitch)
}

// take takes an interrupt off the pipe: the next one may come.
func (d *Driver) take(c *ravel.Context, e SwitchChange) {
	d.moved = e.Switches
	d.Switches.Next(c)
}

// store stores the switches, and shows them if they are others than before.
func (d *Driver) store(c *ravel.Context) {
	if d.Bugs.Has(NextTwice) {
		d.Switches.Next(c)
	}
	if d.moved == d.shown {
		c.Goto(waitTimer)
		return
	}
	d.shown = d.moved
	c.Goto(updateBarGraph)
}

func (d *Driver) showBars(c *ravel.Context)     { d.Device.SetBarGraph(c, d.shown) }
func (d *Driver) showUnstable(c *ravel.Context) { d.Device.SetLED(c, false) }
func (d *Driver) showStable(c *ravel.Context)   { d.Device.SetLED(c, true) }

// A transfer that fails is not repeated: the next change of the switches shows them again.
func (d *Driver) barsShown(c *ravel.Context, _ TransferDone)     { c.Goto(ledUnstable) }
func (d *Driver) unstableShown(c *ravel.Context, _ TransferDone) { c.Goto(waitTimer) }
func (d *Driver) stableShown(c *ravel.Context, _ TransferDone)   { c.Goto(waitSwitch) }

// watch begins a period in which the switches should rest.
func (d *Driver) watch(c *ravel.Context) {
	d.Timer.Start(c, d.Debounce)
	c.Notify(DebounceStarted{})
}

// rested ends a period in which they have.
func (d *Driver) rested(c *ravel.Context, _ timer.Timeout) {
	c.Notify(DebounceFired{})
	c.Goto(ledStable)
}

// stop begins the subroutine StopTimer of two states. It ends with timerStopped, when no Timeout can come any more.
func (d *Driver) stop(c *ravel.Context) { d.Timer.Cancel(c) }

func (d *Driver) stopped(c *ravel.Context, _ timer.CancelOK) {
	c.Notify(DebounceCancelled{})
	c.Goto(stopDone)
}

func (d *Driver) notStopped(c *ravel.Context, _ timer.CancelFail) {
	c.Notify(DebounceRefused{})
	if d.Bugs.Has(NoFlush) {
		c.Goto(stopDone)
		return
	}
	c.Goto(waitFlush)
}

func (d *Driver) flushed(c *ravel.Context, _ timer.Timeout) {
	c.Notify(DebounceFired{})
	c.Goto(stopDone)
}

func (d *Driver) callStop(c *ravel.Context) { c.Push(stopTimer) }
func (d *Driver) done(c *ravel.Context)     { c.Raise(timerStopped{}) }
