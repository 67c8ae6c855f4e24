package check_test

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// The programs that the tests of this package explore.

type write struct {
	from ravel.ID
	v    int
}

type ack struct{ v int }

type counter struct{ v int }

var counterMachine = ravel.Define[counter]("Counter", ravel.Start("Serving",
	ravel.On(func(s *counter, c *ravel.Context, w write) {
		s.v = w.v
		c.Send(w.from, ack{s.v})
	})))

// passing has a few schedules and no bug.
func passing(t *check.T) {
	s := t.Create(counterMachine.New(&counter{}))
	t.Go("client", func(c *ravel.Context) {
		c.Send(s, write{c.Self(), 1})
		a := ravel.Receive[ack](c)
		c.Assert(a.v == 1, "got %d", a.v)
	})
	t.Wait()
	t.AtEnd(func() {})
}

// lastWins fails when the second client overtakes the first.
func lastWins(t *check.T) {
	s := t.Create(counterMachine.New(&counter{}))
	for i := 1; i <= 2; i++ {
		t.Go("client", func(c *ravel.Context) {
			c.Send(s, write{c.Self(), i})
			a := ravel.Receive[ack](c)
			c.Assert(a.v == i, "got %d, want %d", a.v, i)
			c.Send(t.Self(), a)
		})
	}
	a := check.Expect[ack](t)
	t.Assert(a.v == 1, "the second client was faster")
}

// late fails in one of some hundred executions, and shows in its message in which way.
func late(t *check.T) {
	for i := range 3 {
		t.Go("racer", func(c *ravel.Context) {
			c.Yield()
			c.Send(t.Self(), ack{i})
		})
	}
	order := ""
	for range 3 {
		order += string(rune('a' + check.Expect[ack](t).v))
	}
	n := t.Int(40)
	t.Assert(order == "abc" || n != 17, "order %s", order)
}

// patient is a monitor that stays hot while something is owed.
type patient struct{}
type owed struct{}
type paid struct{}

var patientMonitor = ravel.DefineMonitor[patient]("Patient",
	ravel.Cold("Content", ravel.On(func(p *patient, c *ravel.MonitorContext, _ owed) { c.Goto("Waiting") }), ravel.Ignore[paid]()),
	ravel.Hot("Waiting", ravel.On(func(p *patient, c *ravel.MonitorContext, _ paid) { c.Goto("Content") }), ravel.Ignore[owed]()))

type tick struct{}
type crash struct{}

type debtor struct {
	timer ravel.Timer
	ticks int
}

var debtorMachine = ravel.Define[debtor]("Debtor", ravel.Start("Owing",
	ravel.Entry(func(d *debtor, c *ravel.Context) {
		c.Notify(owed{})
		d.timer = c.Every(time.Second, tick{})
		c.OfferFault(c.Budget("crash", 1), crash{})
	}),
	ravel.On(func(d *debtor, c *ravel.Context, _ tick) {
		if d.ticks++; d.ticks == 3 {
			c.StopTimer(d.timer)
			c.Notify(paid{})
		}
	}),
	ravel.On(func(d *debtor, c *ravel.Context, _ crash) { c.StopTimer(d.timer) })))

// unpaid ends with a hot monitor when its fault happens in time; it uses timers, a fault, a choice and a monitor.
func unpaid(t *check.T) {
	t.Monitor(patientMonitor.New(&patient{}))
	t.Create(debtorMachine.New(&debtor{}))
	if t.Int(8) != 5 {
		t.Go("payer", func(c *ravel.Context) { c.Notify(paid{}) })
	}
}

// circling never ends and never pays.
func circling(t *check.T) {
	t.Monitor(patientMonitor.New(&patient{}))
	if t.Int(6) != 3 {
		return
	}
	t.Notify(owed{})
	first := t.Create(stationMachine.New(&station{}))
	second := t.Create(stationMachine.New(&station{next: first}))
	t.Send(first, second)
	t.Send(first, token{1 << 30})
}

// forgetful deadlocks when the answer is lost.
func forgetful(t *check.T) {
	lost := t.Int(50) == 33
	s := t.Go("server", func(c *ravel.Context) {
		w := ravel.Receive[write](c)
		if !lost {
			c.Send(w.from, ack{})
		}
	})
	t.Go("client", func(c *ravel.Context) {
		c.Send(s, write{from: c.Self()})
		ravel.Receive[ack](c)
	})
}

// brittle panics in a handler.
func brittle(t *check.T) {
	var list []int
	s := t.Go("server", func(c *ravel.Context) {
		_ = list[ravel.Receive[ack](c).v-1]
	})
	t.Send(s, ack{t.Int(60)})
}

// fails is every program that fails, with the executions that certainly suffice with any strategy but pct.
var fails = map[string]func(*check.T){
	"lastWins": lastWins, "late": late, "unpaid": unpaid, "circling": circling, "forgetful": forgetful, "brittle": brittle,
}
