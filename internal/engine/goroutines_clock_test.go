package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// One time for machines and goroutines: Context.Now and time.Now show the same clock, timers of machines and of package
// time advance it.

func TestControlledClocks(t *testing.T) { runGoRows(t, goClockRows) }

// same shows whether the two clocks agree.
func same(p *shown, c ctx, word string) {
	if m, g := c.Now(), time.Now(); !m.Equal(g) {
		p.See("%s: %v and %v", word, m, g)
		return
	}
	p.See(word)
}

var ordered = engine.Config{Ordered: true}

var goClockRows = []goRow{
	{
		Name: "one time",
		Body: func(p *shown, c ctx) {
			same(p, c, "start")
			time.Sleep(time.Second)
			same(p, c, "slept")
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.After(time.Minute, B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { same(p, c, "fired") })))
		},
		Want: []string{"start slept fired"},
	},
	{
		Name: "one time, under the ordered clock", Config: ordered,
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.After(2*time.Second, B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { same(p, c, "fired") })))
			for _, word := range []string{"first", "second"} {
				time.Sleep(1500 * time.Millisecond)
				same(p, c, word)
			}
		},
		Want: []string{"first fired second"},
	},
	{
		Name: "under the asynchronous clock a machine's timer fires at any time",
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.After(2*time.Second, B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { p.See("fired") })))
			time.Sleep(time.Second)
			p.See("slept")
		},
		Want: []string{"fired slept", "slept fired"},
	},
	{
		Name: "a timer of a machine and sleepers, in the order of time", Config: ordered,
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.After(2*time.Second, B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { p.See("2") })))
			go func() { time.Sleep(3 * time.Second); p.See("3") }()
			time.Sleep(time.Second)
			p.See("1")
		},
		Want: []string{"1 2 3"},
	},
	{
		Name: "a timer of a machine and a sleeper at the same time", Config: ordered,
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.After(time.Second, B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { p.See("m") })))
			time.Sleep(time.Second)
			p.See("body")
		},
		Want: []string{"m body", "body m"},
	},
	{
		Name: "time.After, a ticker and a context's timeout",
		Body: func(p *shown, c ctx) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			tick := time.NewTicker(2 * time.Second)
			defer tick.Stop()
			n := 0
			for {
				select {
				case <-tick.C:
					n++
				case <-ctx.Done():
					p.See("%d ticks, %v", n, ctx.Err())
					return
				}
			}
		},
		Want: []string{"2 ticks, context deadline exceeded"},
	},
	{
		Name: "a ticker that is never stopped does not keep the execution from ending",
		Body: func(p *shown, c ctx) {
			tick := time.NewTicker(time.Second)
			go func() {
				for range tick.C {
				}
			}()
			p.See("body")
		},
		Want: []string{"body"}, Config: engine.Config{MaxSteps: 1000}, Sample: true,
	},
	{
		Name: "who sleeps when the body returns gets the time to end",
		Body: func(p *shown, c ctx) {
			go func() {
				for range 3 {
					time.Sleep(time.Hour)
				}
				p.See("g")
			}()
			p.See("body")
		},
		Want: []string{"body g"},
	},
	{
		Name: "a periodic timer of a machine goes on while a goroutine sleeps", Config: ordered,
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0,
				do(func(c ctx) { c.Every(time.Second, B{}) }),
				ravel.On(func(m *cell, c ctx, _ B) {
					if m.n++; m.n == 3 {
						c.Halt()
					}
					p.See("%d", m.n)
				})))
			time.Sleep(2500 * time.Millisecond)
			p.See("body")
		},
		Want: []string{"1 2 body 3"},
	},
	{
		Name: "an early timer of a goroutine", Config: engine.Config{EarlyGoTimers: 1},
		Body: func(p *shown, c ctx) {
			done := make(chan bool)
			go func() {
				select {
				case <-time.After(time.Second / 2):
					p.See("timeout")
				case <-done:
					p.See("done")
				}
			}()
			close(done)
		},
		Want: []string{"done", "timeout"},
	},
	{
		Name: "without a budget timers of goroutines wait for their turn",
		Body: func(p *shown, c ctx) {
			done := make(chan bool)
			go func() {
				select {
				case <-time.After(time.Second / 2):
					p.See("timeout")
				case <-done:
					p.See("done")
				}
			}()
			close(done)
		},
		Want: []string{"done"},
	},
	{
		Name: "an early timer while a handler is blocked", Config: engine.Config{EarlyGoTimers: 1},
		Body: func(p *shown, c ctx) {
			m := handler(p, c, func(c ctx) {
				time.Sleep(time.Second / 2)
				same(p, c, "slept")
			})
			c.Send(m, B{1})
			c.Send(m, B{2})
		},
		Want: []string{"slept B1 B2"},
	},
}
