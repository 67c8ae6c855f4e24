package osr

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

// What the harness tells the monitors.
type (
	Powered       struct{ D0 bool } // the driver says that the device is in D0, or out of it
	TransferBegan struct{}
	TransferEnded struct{}
	NextAsked     struct{} // the driver asks for a change of the switches
	SwitchQueued  struct{} // the pipe reports one
	LEDStable     struct{} // the driver sets the LED to stable
)

// Power is the state of the PowerMonitor.
type Power struct{ d0 bool }

// PowerMonitor asserts that the driver uses the device only while that is in D0, one transfer at a time.
var PowerMonitor = ravel.DefineMonitor[Power]("PowerMonitor",
	ravel.Warm("Quiet",
		ravel.On((*Power).powered),
		ravel.On((*Power).began)),
	ravel.Warm("Transfer",
		ravel.On(func(_ *Power, c *ravel.MonitorContext, _ Powered) {
			c.Fail("the device changes its power while a transfer is under way")
		}),
		ravel.On(func(_ *Power, c *ravel.MonitorContext, _ TransferBegan) {
			c.Fail("a transfer begins while another one is under way")
		}),
		ravel.On(func(_ *Power, c *ravel.MonitorContext, _ TransferEnded) { c.Goto("Quiet") })))

func (p *Power) powered(c *ravel.MonitorContext, e Powered) {
	c.Assert(e.D0 != p.d0, "the device enters or leaves D0 twice in a row")
	p.d0 = e.D0
}

func (p *Power) began(c *ravel.MonitorContext, _ TransferBegan) {
	c.Assert(p.d0, "a transfer begins while the device is out of D0")
	c.Goto("Transfer")
}

// Queue is the state of the QueueMonitor.
type Queue struct{ asked, queued int }

// QueueMonitor asserts that there is at most one change of the switches on its way to the driver: it asks for another one
// when it has taken the one before.
var QueueMonitor = ravel.DefineMonitor[Queue]("QueueMonitor",
	ravel.Warm("Counting",
		ravel.On((*Queue).next),
		ravel.On((*Queue).change)))

func (q *Queue) next(c *ravel.MonitorContext, _ NextAsked) {
	q.asked++
	c.Assert(q.asked <= q.queued, "the driver asks for change %d of the switches and has had %d", q.asked+1, q.queued)
}

func (q *Queue) change(_ *ravel.MonitorContext, _ SwitchQueued) { q.queued++ }

// Debounce is the state of the DebounceMonitor. Periods of the timer are numbered from 1.
type Debounce struct {
	started int   // the last period
	running []int // those that are not over, in the order in which they will be
	refused int   // so many of running cannot be stopped any more
	fired   int   // the period that was over last
}

// DebounceMonitor asserts that the LED is set to stable only when the switches have rested for a period, and that this was
// the last one that the driver has begun. A period may begin while another one cannot be stopped, but not while one runs.
var DebounceMonitor = ravel.DefineMonitor[Debounce]("DebounceMonitor",
	ravel.Warm("Watching",
		ravel.On((*Debounce).start),
		ravel.On((*Debounce).fire),
		ravel.On((*Debounce).cancel),
		ravel.On((*Debounce).refuse),
		ravel.On((*Debounce).stable)))

func (d *Debounce) start(c *ravel.MonitorContext, _ driver.DebounceStarted) {
	c.Assert(len(d.running) == d.refused, "a period begins while period %d runs", d.started)
	d.started++
	d.running = append(d.running, d.started)
}

func (d *Debounce) fire(c *ravel.MonitorContext, _ driver.DebounceFired) {
	d.fired = d.end(c)
	d.refused = max(0, d.refused-1)
}

func (d *Debounce) cancel(c *ravel.MonitorContext, _ driver.DebounceCancelled) { d.end(c) }

func (d *Debounce) refuse(_ *ravel.MonitorContext, _ driver.DebounceRefused) { d.refused++ }

// end ends the oldest period.
func (d *Debounce) end(c *ravel.MonitorContext) int {
	c.Assert(len(d.running) > 0, "a period is over, and none was begun")
	n := d.running[0]
	d.running = d.running[1:]
	return n
}

func (d *Debounce) stable(c *ravel.MonitorContext, _ LEDStable) {
	c.Sometimes(true, "the switches are stable")
	c.Assert(d.fired == d.started, "the LED is set to stable when period %d is over, and period %d is not", d.fired, d.started)
}
