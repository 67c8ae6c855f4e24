package trace_test

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// Programs whose failures need an explanation beyond the last step.
var reasons = []program{
	{"why-circle", engine.Config{MaxSteps: 200, Threshold: 100}, circle, "deadlock"},
	{"why-lost", engine.Config{MaxSteps: 200, Threshold: 100}, askHalted, "deadlock"},
	{"why-rest", engine.Config{MaxSteps: 200, Threshold: 100}, restsHot, "liveness"},
	{"why-never", engine.Config{MaxSteps: 2000, Threshold: 200}, neverCold, "livelock"},
	{"why-monitor", engine.Config{MaxSteps: 200, Threshold: 100}, overdrawn, "monitor"},
	{"why-timer", engine.Config{MaxSteps: 200, Threshold: 100}, impatient, "assertion"},
	{"why-panic", engine.Config{MaxSteps: 200, Threshold: 100}, crashes, "panic"},
	{"why-room", engine.Config{MaxSteps: 200, Threshold: 100, Inboxes: map[string]ravel.Inbox{"left": {Capacity: 1}, "right": {Capacity: 1}, "log": {Capacity: 1, Reject: true}}}, crowded, "deadlock"},
}

type (
	Ask    struct{ From ravel.ID }
	Answer struct{ N int }
)

// Each of two brokers asks the other before it answers anybody: if both are asked at the same time they wait for each
// other, and their clients wait for them.
func circle(c *ravel.Context) {
	type friend struct{ ID ravel.ID }
	broker := func(c *ravel.Context) {
		other := ravel.Receive[friend](c).ID
		for n := 1; ; n++ {
			a, ok := ravel.Next(c).(Ask)
			if !ok {
				continue
			}
			if a.From != other {
				c.Send(other, Ask{c.Self()})
				ravel.Receive[Answer](c)
			}
			c.Send(a.From, Answer{n})
		}
	}
	left, right := c.Go("left", broker), c.Go("right", broker)
	c.Send(left, friend{right})
	c.Send(right, friend{left})
	for _, at := range []ravel.ID{left, right} {
		c.Go("client", func(c *ravel.Context) {
			c.Send(at, Ask{c.Self()})
			ravel.Receive[Answer](c)
		})
	}
}

// Two workers pass each other two parts for each order, and have room for one. Who counts orders may miss some.
func crowded(c *ravel.Context) {
	type (
		order struct{ Other, Log ravel.ID }
		part  struct{ N int }
	)
	worker := func(c *ravel.Context) {
		for {
			if o, ok := ravel.Next(c).(order); ok {
				c.Send(o.Log, o)
				c.Send(o.Other, part{1})
				c.Send(o.Other, part{2})
				c.Yield()
			}
		}
	}
	log := c.Go("log", func(c *ravel.Context) { ravel.Next(c); c.Yield(); ravel.Next(c) })
	left, right := c.Go("left", worker), c.Go("right", worker)
	c.Send(left, order{right, log})
	c.Send(right, order{left, log})
}

// The server that the client asks for the second time has halted.
func askHalted(c *ravel.Context) {
	server := c.Go("server", func(c *ravel.Context) { c.Send(ravel.Receive[Ask](c).From, Answer{1}) })
	c.Go("client", func(c *ravel.Context) {
		for range 2 {
			c.Send(server, Ask{c.Self()})
			ravel.Receive[Answer](c)
		}
	})
}

// Guests are served while there is food; the last one is forgotten.
func restsHot(c *ravel.Context) {
	c.Monitor(dinnerMonitor.New(&dinner{}))
	kitchen := c.Go("kitchen", func(c *ravel.Context) {
		for range 2 {
			c.Notify(Ate{ravel.Receive[Ask](c).From})
		}
	})
	for range 3 {
		c.Notify(Hungry{c.Self()})
		c.Send(kitchen, Ask{c.Self()})
		c.Yield()
	}
}

// neverCold begins hot, and nobody does anything about it.
type idle struct{}

var idleMonitor = ravel.DefineMonitor[idle]("Idle",
	ravel.Hot("Waiting", ravel.On(func(_ *idle, c *ravel.MonitorContext, _ Ate) { c.Goto("Fed") })),
	ravel.Cold("Fed"))

func neverCold(c *ravel.Context) {
	c.Monitor(idleMonitor.New(&idle{}))
	c.Go("sleeper", func(c *ravel.Context) { ravel.Next(c) })
	c.Go("ticker", func(c *ravel.Context) {
		c.Every(time.Second, Beat{})
		for {
			ravel.Next(c)
		}
	})
}

// An account that is never to be overdrawn, with many movements.
type (
	Moved   struct{ By int }
	account struct{ balance int }
)

var accountMonitor = ravel.DefineMonitor[account]("Account",
	ravel.Warm("Poor", ravel.On((*account).moved)),
	ravel.Warm("Rich", ravel.On((*account).moved)))

func (a *account) moved(c *ravel.MonitorContext, m Moved) {
	a.balance += m.By
	c.Assert(a.balance >= 0, "overdrawn: %d", a.balance)
	switch rich := a.balance > 5; {
	case rich && c.State() != "Rich":
		c.Goto("Rich")
	case !rich && c.State() != "Poor":
		c.Goto("Poor")
	}
}

func overdrawn(c *ravel.Context) {
	c.Monitor(accountMonitor.New(&account{}))
	c.Go("bank", func(c *ravel.Context) {
		for range 3 {
			for _, by := range []int{4, 3, -2, -5} {
				c.Notify(Moved{by})
			}
			c.Yield()
		}
		c.Notify(Moved{-1})
	})
}

// A client whose patience ends before the answer comes.
type patient struct{ server ravel.ID }

var patientMachine = ravel.Define[patient]("Patient",
	ravel.Start("Asking",
		ravel.Entry(func(p *patient, c *ravel.Context) {
			c.Send(p.server, Ask{c.Self()})
			c.After(time.Second, Expire{"patience"})
		}),
		ravel.On(func(_ *patient, c *ravel.Context, _ Answer) { c.Halt() }),
		ravel.On(func(_ *patient, c *ravel.Context, e Expire) { c.Assert(false, "%s has ended", e.Lease) })))

func impatient(c *ravel.Context) {
	server := c.Go("server", func(c *ravel.Context) { c.Send(ravel.Receive[Ask](c).From, Answer{1}) })
	c.Create(patientMachine.New(&patient{server}))
}

// A server that divides by what it is sent.
type divider struct{ left int }

var dividerMachine = ravel.Define[divider]("Divider",
	ravel.Start("Ready", ravel.On(func(d *divider, c *ravel.Context, a Answer) { d.left /= a.N })))

func crashes(c *ravel.Context) {
	d := c.Create(dividerMachine.New(&divider{100}))
	for n := range 3 {
		c.Send(d, Answer{2 - n})
	}
}
