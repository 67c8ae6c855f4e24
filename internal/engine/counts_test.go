package engine_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// DFS must run each schedule once. How many there are follows from what must come before what: an execution is a linear
// extension of that order on joined steps, times the values chosen.
//
// In most programs below the body creates two machines, and the order is a tree:
//
//	r1 -- r2 -- b steps of the second machine
//	 \-- a steps of the first machine
//
// r1 is the body's start joined with the first create, r2 the second create. A tree of n nodes has n! / (product of the
// sizes of its subtrees) linear extensions; here the sizes are n = 2+a+b for r1, 1+b for r2, a...1 and b...1 for the chains:
//
//	two(a, b) = (1+a+b)! / ((1+b) a! b!)
func two(a, b int) int { return factorial(1+a+b) / ((1 + b) * factorial(a) * factorial(b)) }

func factorial(n int) int {
	if n < 2 {
		return 1
	}
	return n * factorial(n-1)
}

// equals is the number of schedules of t alike machines with e sends each. A machine has e+1 steps: its start is joined with
// the first send, and the last one halts it. The tree's subtrees have sizes k(e+2) for k = 1...t at the body's creates, and
// e+1...1 in each chain, so it has (t(e+2))! / (t! (e+2)!^t) linear extensions.
func equals(t, e int) int {
	n := factorial(t*(e+2)) / factorial(t)
	for range t {
		n /= factorial(e + 2)
	}
	return n
}

// executions counts what DFS runs.
func executions(t *testing.T, cfg engine.Config, body func(c *ravel.Context)) int {
	t.Helper()
	e := engine.New()
	defer e.Close()
	cfg.MaxSteps, cfg.Threshold = 1000, 1000
	dfs := strategy.NewDFS(1_000_000)
	n := 0
	for dfs.Start(strategy.Execution{MaxSteps: cfg.MaxSteps}) {
		if o := e.Run(cfg, dfs, engine.Program{Body: body}); o.Err != nil || o.Bounded {
			t.Fatalf("execution %d ended with %v, cut: %v", n, o.Err, o.Bounded)
		}
		dfs.Finish(strategy.Result{})
		n++
	}
	if err := dfs.Err(); err != nil || !dfs.Exhausted() {
		t.Fatalf("search ended early: %v", err)
	}
	return n
}

func counts(t *testing.T, name string, cfg engine.Config, want int, body func(c *ravel.Context)) {
	t.Run(name, func(t *testing.T) {
		if n := executions(t, cfg, body); n != want {
			t.Errorf("%d executions, want %d", n, want)
		}
	})
}

type (
	ping  struct{}
	blast struct{ n int }
)

// sender is a function that chooses among values and sends so many events to the body, and extra ones for the value chosen.
func sender(to ravel.ID, sends, values, extra int) func(c *ravel.Context) {
	return func(c *ravel.Context) {
		v := 0
		if values == 2 && c.Bool() {
			v = 1
		} else if values > 2 {
			v = c.Int(values)
		}
		for range sends + v*extra {
			c.Send(to, ping{})
		}
	}
}

func TestCountSends(t *testing.T) {
	for _, x := range []struct{ t, e int }{{1, 3}, {2, 0}, {2, 1}, {2, 2}, {2, 3}, {3, 0}, {3, 1}, {4, 0}} {
		counts(t, "alike", engine.Config{}, equals(x.t, x.e), func(c *ravel.Context) {
			for range x.t {
				c.Go("sender", sender(c.Self(), x.e, 1, 0))
			}
		})
	}
	// Values chosen in every execution multiply the schedules; one that decides about a send changes the length of a chain.
	counts(t, "values", engine.Config{}, 2*3*two(2, 3), func(c *ravel.Context) {
		c.Go("a", sender(c.Self(), 1, 2, 0))
		c.Go("b", sender(c.Self(), 2, 3, 0))
	})
	counts(t, "value decides", engine.Config{}, two(2, 2)+two(2, 3), func(c *ravel.Context) {
		c.Go("a", sender(c.Self(), 1, 1, 0))
		c.Go("b", sender(c.Self(), 1, 2, 1))
	})
}

// inboxMachine answers pings after telling the monitor, or not.
type inboxMachine struct{ answer, notify bool }

type (
	lap        struct{}
	lapMonitor struct{ laps int }
)

var lapsMonitor = ravel.DefineMonitor[lapMonitor]("Laps",
	ravel.Warm("Counting", ravel.On(func(m *lapMonitor, _ *ravel.MonitorContext, _ lap) { m.laps++ })))

var inboxDef = ravel.Define[inboxMachine]("Inbox",
	ravel.Start("S", ravel.On(func(m *inboxMachine, c *ravel.Context, _ ping) {
		if m.notify {
			c.Notify(lap{})
		}
		if m.answer {
			c.Send(c.Self(), blast{})
		}
	}), ravel.Ignore[blast]()),
)

// TestCountDequeues: the body creates a machine and sends it k events. The machine's steps are its start and k dequeues, the
// i-th of which follows the i-th send: two chains of k+1 steps, each of the second behind that of the first. That is a
// Catalan number. Joined with a send a dequeue is still one step; after a notification it is two.
func TestCountDequeues(t *testing.T) {
	program := func(k int, m inboxMachine) func(c *ravel.Context) {
		return func(c *ravel.Context) {
			c.Monitor(lapsMonitor.New(&lapMonitor{}))
			id := c.Create(inboxDef.New(&m))
			for range k {
				c.Send(id, ping{})
			}
		}
	}
	for k := range 5 {
		catalan := factorial(2*(k+1)) / (factorial(k+1) * factorial(k+2))
		counts(t, "plain", engine.Config{}, catalan, program(k, inboxMachine{}))
		counts(t, "joined", engine.Config{}, catalan, program(k, inboxMachine{answer: true}))
	}
	// The machine's steps are s d1 x1 d2 x2, the body's r1 r2 r3 with r1 < s, r2 < d1, r3 < d2. With r2 before s, r3 falls into
	// one of 4 gaps (before s, d1, x1, d2); with r2 between s and d1, into one of 3.
	counts(t, "observed", engine.Config{}, 4+3, program(2, inboxMachine{answer: true, notify: true}))
}

// clockMachine starts timers when it starts, then sends pings to itself, which it ignores, and stops the first timer at the
// tick of that number.
type clockMachine struct {
	timers []time.Duration
	every  bool
	sends  int
	stopAt int
	seen   int
	first  ravel.Timer
}

type clockTick struct{}

func (m *clockMachine) start(c *ravel.Context) {
	for i, d := range m.timers {
		arm := c.After
		if m.every {
			arm = c.Every
		}
		if id := arm(d, clockTick{}); i == 0 {
			m.first = id
		}
	}
	for range m.sends {
		c.Send(c.Self(), ping{})
	}
}

func (m *clockMachine) tick(c *ravel.Context, _ clockTick) {
	if m.seen++; m.seen == m.stopAt {
		c.StopTimer(m.first)
	}
}

var clockDef = ravel.Define[clockMachine]("Clock",
	ravel.Start("S", ravel.Entry((*clockMachine).start), ravel.On((*clockMachine).tick), ravel.Ignore[ping]()),
)

func TestCountTimers(t *testing.T) {
	clock := func(m clockMachine, other bool) func(c *ravel.Context) {
		return func(c *ravel.Context) {
			m := m
			c.Create(clockDef.New(&m))
			if other {
				c.Go("other", sender(c.Self(), 1, 1, 0)) // two steps: start and send, halt
			}
		}
	}
	ms := time.Millisecond
	// One-shot: start and arm, fire, dequeue: a chain of 3.
	counts(t, "once", engine.Config{}, two(3, 2), clock(clockMachine{timers: []time.Duration{ms}}, true))
	// Periodic, stopped at the second tick: start and arm, fire, dequeue, fire, dequeue, stop. Between the last dequeue and the
	// stop the timer may fire once more, and the stop takes that tick back: chains of 6 and of 7.
	periodic := clockMachine{timers: []time.Duration{ms}, every: true, stopAt: 2}
	counts(t, "periodic alone", engine.Config{}, 2, clock(periodic, false))
	counts(t, "periodic", engine.Config{}, two(6, 2)+two(7, 2), clock(periodic, true))
	// Ordered clock: timers wait until nothing else can move, so only ties are choices: 3 of 1 ms, 2 of 2 ms, in any order each.
	ordered := engine.Config{Ordered: true}
	counts(t, "ties", ordered, 6*2, clock(clockMachine{timers: []time.Duration{ms, 2 * ms, ms, 2 * ms, ms}}, false))
	counts(t, "no ties", ordered, two(1, 2), clock(clockMachine{timers: []time.Duration{ms}}, true))
	// The steps are start and arm, send, send; then the timer fires. Early, it fires before the first or the second send.
	early := engine.Config{Ordered: true, EarlyTimers: 1}
	counts(t, "early", early, 1+2, clock(clockMachine{timers: []time.Duration{ms}, sends: 2}, false))
	// Two timers of the same time: start and arm, arm, send, send. One fires early: the first before the second arming, or
	// either before the first or the second send; the other one then fires at the end: 1+2+2. None of these: either fires at
	// the end, and then the other one early, before the tick is taken, or in its turn after that: 2*2.
	counts(t, "early ties", early, 1+2+2+2*2, clock(clockMachine{timers: []time.Duration{ms, ms}, sends: 2}, false))
}

type faultMachine struct{ offers, units int }

var faultDef = ravel.Define[faultMachine]("Fault",
	ravel.Start("S",
		ravel.Entry(func(m *faultMachine, c *ravel.Context) {
			b := c.Budget("blasts", m.units)
			for i := range m.offers {
				c.OfferFault(b, blast{i})
			}
		}),
		ravel.On(func(m *faultMachine, c *ravel.Context, b blast) {})),
)

// TestCountFaults: a machine that makes k offers is a chain of k steps, its start joined with the first. Then each way to
// use the budget, in each order, makes the chain longer by as many faults. A fault falls anywhere behind the offers, also
// at quiescence; not using it is a way too.
func TestCountFaults(t *testing.T) {
	program := func(offers, units, values int) func(c *ravel.Context) {
		return func(c *ravel.Context) {
			c.Create(faultDef.New(&faultMachine{offers, units}))
			c.Go("other", sender(c.Self(), 1, values, 0))
		}
	}
	counts(t, "one of one", engine.Config{}, two(1, 2)+two(2, 2), program(1, 1, 1))
	counts(t, "one of two", engine.Config{}, two(2, 2)+2*two(3, 2), program(2, 1, 1))
	counts(t, "two of two", engine.Config{}, two(2, 2)+2*two(3, 2)+2*two(4, 2), program(2, 2, 1))
	counts(t, "two of three", engine.Config{}, two(3, 2)+3*two(4, 2)+6*two(5, 2), program(3, 2, 1))
	counts(t, "with a bool", engine.Config{}, 2*(two(1, 2)+two(2, 2)), program(1, 1, 2))
	counts(t, "no budget", engine.Config{}, two(1, 2), program(1, 0, 1))
	// Under the ordered clock the same: there are no timers.
	counts(t, "ordered", engine.Config{Ordered: true}, two(1, 2)+two(2, 2), program(1, 1, 1))
}
