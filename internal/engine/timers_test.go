package engine_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

func TestTimers(t *testing.T) { enginetest.Test(t, timerRows) }

// timed is a machine that runs f at its start and then shows As and Bs.
func timed(f func(c ctx), more ...ravel.Clause) func(probe, ctx) {
	return one(nil, func(p probe) []ravel.StateClause {
		return states(ravel.Start(s0, append(more, ravel.Entry(func(_ *cell, c ctx) { f(c) }), seeA(p), seeB(p))...))
	})
}

// ticks runs f at each A, up to n of them, and then stops the timer.
func ticks(n int, f func(p probe, c ctx)) func(probe, ctx) {
	return func(p probe, c ctx) {
		var tick ravel.Timer
		left := n
		machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { tick = c.Every(time.Second, A{}) }), seeB(p),
			do(func(c ctx) {
				p.See("A")
				if f(p, c); left > 0 {
					if left--; left == 0 {
						c.StopTimer(tick)
					}
				}
			})))
	}
}

var timerRows = []row{
	{
		Name: "a timer fires once, at any step", Source: "3.7: asynchronous clock",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, A{1}) }), seeA(p), seeB(p)))
			c.Send(m, B{1})
			c.Send(m, B{2})
		},
		Want: []string{"A1 B1 B2", "B1 A1 B2", "B1 B2 A1"},
	},
	{
		Name: "asynchronous timers fire in any order, the clock never goes back", Source: "3.7: Now advances by what the fired one needs",
		Body: func(p probe, c ctx) {
			start := c.Now()
			m := machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, A{1}); c.After(2*time.Second, B{2}) }),
				ravel.On(func(_ *cell, c ctx, ev any) { p.See("%v@%v", ev, c.Now().Sub(start)) })))
			_ = m
		},
		// At 3s: the first timer has fired before the second one is started, which is an effect of its own.
		Want: []string{"{1}@1s {2}@2s", "{1}@2s {2}@2s", "{2}@2s {1}@2s", "{1}@1s {2}@3s", "{1}@3s {2}@3s"},
	},
	{
		Name: "ordered timers fire in the order of their deadlines", Source: "3.7: ordered clock",
		Config: engine.Config{Ordered: true},
		Body:   timed(func(c ctx) { c.After(2*time.Second, A{2}); c.After(time.Second, B{1}); c.Send(c.Self(), A{0}) }),
		Want:   []string{"A0 B1 A2"},
	},
	{
		Name: "ordered timers with one deadline: a choice", Source: "3.7; brief: ties are choices",
		Config: engine.Config{Ordered: true},
		Body:   timed(func(c ctx) { c.After(time.Second, A{1}); c.After(time.Second, B{2}); c.After(time.Second, B{3}) }),
		Want:   []string{"A1 B2 B3", "A1 B3 B2", "B2 A1 B3", "B2 B3 A1", "B3 A1 B2", "B3 B2 A1"},
	},
	{
		Name: "an early timer spends the budget", Source: "3.7: or by a budgeted choice",
		Config: engine.Config{Ordered: true, EarlyTimers: 1},
		Body:   timed(func(c ctx) { c.After(time.Second, A{1}); c.After(2*time.Second, A{2}); c.Send(c.Self(), B{0}) }),
		Want:   []string{"B0 A1 A2", "A1 B0 A2"},
	},
	{
		Name: "a periodic timer does not fire while its tick is unread", Source: "3.7",
		Body: ticks(2, func(p probe, c ctx) {}),
		Want: []string{"A A"},
	},
	{
		Name: "a periodic timer may fire between the dequeue of its tick and the first flush", Source: "3.2: joined steps; reading a tick enables the timer, so it does not commute",
		Body: ticks(2, func(p probe, c ctx) { c.Send(c.Self(), B{}) }),
		Want: []string{"A B0 A B0", "A A B0 B0"},
	},
	{
		Name: "a deferred tick stops the timer", Source: "3.7: while its last tick is unread",
		Body: func(p probe, c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, A{}) }), ravel.Defer[A]()))
		},
		Want: []string{""},
	},
	{
		Name: "an ignored tick does not", Source: "3.7; semantics 2.1.3",
		Config: engine.Config{MaxSteps: 20},
		Body: func(p probe, c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, A{}) }), ravel.Ignore[A]()))
		},
		Want: []string{"(bounded)"},
	},
	{
		Name: "StopTimer takes an unread tick back", Source: "timer.go; semantics 2.1: stale timers",
		Body: func(p probe, c ctx) {
			var tm ravel.Timer
			m := machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { tm = c.After(time.Second, A{1}) }), seeA(p),
				ravel.On(func(_ *cell, c ctx, _ B) { c.StopTimer(tm); p.See("stop") })))
			c.Send(m, B{})
		},
		Want: []string{"stop", "A1 stop"},
	},
	{
		Name: "StopTimer of a fired timer does nothing", Source: "timer.go",
		Body: one(nil, func(p probe) []ravel.StateClause {
			var tm ravel.Timer
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { tm = c.After(0, A{1}) }),
				do(func(c ctx) { c.StopTimer(tm); c.StopTimer(tm); p.See("%t", c.CancelTimer(tm)) })))
		}),
		Want: []string{"false"},
	},
	{
		Name: "StopTimer before a receive takes the tick back", Source: "3.3: what was done before a wait happens before it",
		Body: func(p probe, c ctx) {
			c.Go("x", func(c ctx) {
				tm := c.After(time.Second, A{1})
				c.Yield()
				c.StopTimer(tm)
				c.Send(c.Self(), B{2})
				p.See("%v", ravel.ReceiveAny(c, ravel.Type[A](), ravel.Type[B]()))
			})
		},
		Want: []string{"{2}"},
	},
	{
		Name: "a tick ends a receive", Source: "3.3, 3.7: timers and waits",
		Body: func(p probe, c ctx) {
			x := c.Go("x", func(c ctx) {
				c.After(time.Second, A{1})
				p.See("%v", ravel.ReceiveAny(c, ravel.Type[A](), ravel.Type[B]()))
			})
			c.Send(x, B{2})
		},
		Want: []string{"{1}", "{2}"},
	},
	{
		Name: "CancelTimer both ways", Source: "3.3: a timer's Stop with a result; timer.go: a tick that has fired stays",
		Body: one(nil, func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) {
				tm := c.After(time.Second, A{1})
				p.See("%t", c.CancelTimer(tm))
				p.See("%t", c.CancelTimer(tm))
			}), seeA(p)))
		}),
		Want: []string{"true false", "false false A1"},
	},
	{
		Name: "CancelTimer of a periodic timer with an unread tick", Source: "timer.go",
		Body: one(nil, func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { p.See("%t", c.CancelTimer(c.Every(time.Second, A{1}))) }), seeA(p)))
		}),
		Want: []string{"true", "false A1"},
	},
	{
		Name: "another machine's timer", Source: "10: misuse",
		Body: func(p probe, c ctx) {
			var tm ravel.Timer
			c.Go("x", func(c ctx) { tm = c.After(time.Second, A{}) })
			ravel.AwaitQuiet(c)
			c.StopTimer(tm)
		},
		Want: []string{"!misuse: own timer"},
		Says: []string{"test stopped timer of x"},
	},
	{
		Name: "timers without sense", Source: "timer.go: misuse",
		Body: func(p probe, c ctx) {
			switch c.Int(3) {
			case 0:
				c.After(-1, A{})
			case 1:
				c.Every(0, A{})
			case 2:
				c.StopTimer(ravel.Timer{})
			}
		},
		Want: []string{"!misuse", "!misuse: own timer"},
	},
	{
		Name: "a timer whose owner halts before it is set", Source: "3.7: timers are effects of their owner",
		Body: one(nil, func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, A{1}); c.Halt() }), seeA(p)))
		}),
		Want: []string{""},
	},
	{
		Name: "a timer of a plain function", Source: "3.7",
		Body: func(p probe, c ctx) {
			c.Go("x", func(c ctx) {
				c.Every(time.Second, A{1})
				p.See("%v %v", ravel.Receive[A](c), ravel.Next(c))
			})
		},
		Want: []string{"{1} {1}"},
	},
	{
		Name: "a timer that is stopped where its deferred tick could be taken", Source: "3.2: a machine with a non-empty outbox can only flush",
		Body: one(events(B{1}), func(p probe) []ravel.StateClause {
			var tm ravel.Timer
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { tm = c.Every(time.Second, A{1}) }), ravel.Defer[A](), ravel.Goto[B](s1)),
				ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { c.StopTimer(tm) }), seeA(p)))
		}),
		Want: []string{""},
	},
}

// TestOrderedTiesAndObservers runs strategies that follow the operations under the ordered clock.
func TestOrderedTiesAndObservers(t *testing.T) {
	for name, s := range map[string]func() strategy.Strategy{
		"pct": func() strategy.Strategy { return strategy.NewPCT(3) },
		"pos": func() strategy.Strategy { return strategy.NewPOS() },
	} {
		r := timerRows[3]
		r.Name, r.Strategy = name, s
		r.Test(t)
	}
}
