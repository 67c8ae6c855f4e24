package driver

import "github.com/ravelgo/ravel"

// The states of the driver.
const (
	initial         ravel.State = "Init"
	dx              ravel.State = "Dx" // out of D0
	completeD0Entry ravel.State = "CompleteD0Entry"
	waitSwitch      ravel.State = "WaitSwitch"
	completeD0Exit  ravel.State = "CompleteD0Exit"
	storeSwitch     ravel.State = "StoreSwitch"
	updateBarGraph  ravel.State = "UpdateBarGraph"
	ledUnstable     ravel.State = "LedUnstable"
	waitTimer       ravel.State = "WaitTimer" // the switches are watched
	ledStable       ravel.State = "LedStable"
	stopOnSwitch    ravel.State = "StopTimerOnSwitch"
	stopOnD0Exit    ravel.State = "StopTimerOnD0Exit"
	stopTimer       ravel.State = "StopTimer"
	waitFlush       ravel.State = "WaitFlush" // the timer could not be stopped
	stopDone        ravel.State = "StopDone"
)

// timerStopped ends the subroutine StopTimer.
type timerStopped struct{}

// Machine is the machine of a correct Driver.
var Machine = define(0)

// seeded are the machines of drivers with defects of the table.
var seeded = map[Bugs]*ravel.Definition[Driver]{
	NoDefer:  define(NoDefer),
	WakeInDx: define(WakeInDx),
	LoseExit: define(LoseExit),
}

// New returns the machine of a driver. Bugs must be valid; see Bugs.Check.
func (d *Driver) New() ravel.Machine {
	if def := seeded[d.Bugs&inTable]; def != nil {
		return def.New(d)
	}
	return Machine.New(d)
}

// define makes the table of the driver: a row for each state. What a row does not have cannot happen, and is a failure if
// it does.
func define(b Bugs) *ravel.Definition[Driver] {
	inDx := ravel.Defer[SwitchChange]()
	if b.Has(WakeInDx) {
		inDx = ravel.On((*Driver).changed)
	}
	afterStop := completeD0Exit
	if b.Has(LoseExit) {
		afterStop = waitSwitch
	}
	// StopTimer stands for itself, so that what it does not say shows.
	stopping := []ravel.Clause{
		ravel.NoInherit[any](),
		ravel.Entry((*Driver).stop),
		ravel.Ignore[D0Entry](),
		ravel.Defer[D0Exit](),
		ravel.On((*Driver).stopped),
		ravel.On((*Driver).notStopped),
		ravel.On((*Driver).flushed),
	}
	if !b.Has(NoDefer) {
		stopping = append(stopping, ravel.Defer[SwitchChange]())
	}
	// What a state does while the driver is busy: the power manager and the switches have to wait.
	busy := func(more ...ravel.Clause) []ravel.Clause {
		return append(more, ravel.Ignore[D0Entry](), ravel.Defer[D0Exit](), ravel.Defer[SwitchChange]())
	}
	return ravel.Define[Driver]("OSRDriver",
		ravel.Start(initial, ravel.Entry((*Driver).start)),
		ravel.In(dx,
			ravel.Goto[D0Entry](completeD0Entry),
			ravel.Ignore[D0Exit](),
			inDx),
		ravel.In(completeD0Entry, ravel.Entry((*Driver).entered)),
		ravel.In(waitSwitch,
			ravel.Ignore[D0Entry](),
			ravel.Goto[D0Exit](completeD0Exit),
			ravel.On((*Driver).changed)),
		ravel.In(completeD0Exit, ravel.Entry((*Driver).exited)),
		ravel.In(storeSwitch, ravel.Entry((*Driver).store)),
		ravel.In(updateBarGraph, busy(
			ravel.Entry((*Driver).showBars),
			ravel.On((*Driver).barsShown))...),
		ravel.In(ledUnstable, busy(
			ravel.Entry((*Driver).showUnstable),
			ravel.On((*Driver).unstableShown))...),
		ravel.In(waitTimer,
			ravel.Entry((*Driver).watch),
			ravel.Ignore[D0Entry](),
			ravel.Goto[D0Exit](stopOnD0Exit),
			ravel.On((*Driver).changedAgain),
			ravel.On((*Driver).rested)),
		ravel.In(ledStable, busy(
			ravel.Entry((*Driver).showStable),
			ravel.On((*Driver).stableShown))...),
		ravel.In(stopOnSwitch, busy(
			ravel.Entry((*Driver).callStop),
			ravel.Goto[timerStopped](storeSwitch))...),
		ravel.In(stopOnD0Exit, busy(
			ravel.Entry((*Driver).callStop),
			ravel.Goto[timerStopped](afterStop))...),
		ravel.In(stopTimer, stopping...),
		ravel.In(waitFlush, busy(
			ravel.NoInherit[any](),
			ravel.On((*Driver).flushed))...),
		ravel.In(stopDone, ravel.Entry((*Driver).done)),
	)
}
