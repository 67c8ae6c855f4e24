package engine_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
)

// Goroutines that act in the name of the machine whose code has started them.

func TestControlledAdoption(t *testing.T) { runGoRows(t, append(goAdoptRows, goRefusedRows()...)) }

// pool is a component as it exists in production: workers that call back.
type pool struct {
	jobs chan int
	done sync.WaitGroup
}

func newPool(workers int, answer func(n int)) *pool {
	p := &pool{jobs: make(chan int)}
	for range workers {
		p.done.Go(func() {
			for n := range p.jobs {
				answer(n * n)
			}
		})
	}
	return p
}

// poolMachine is the pool behind an adapter: an A is a job, its answer goes to the peer.
type poolMachine struct {
	pool *pool
	peer ravel.ID
}

var poolDefinition = ravel.Define[poolMachine]("Pool", ravel.Start(s0,
	ravel.Entry(func(m *poolMachine, c ctx) {
		m.pool = newPool(1, func(n int) { c.Send(m.peer, B{n}) })
	}),
	ravel.On(func(m *poolMachine, c ctx, a A) { m.pool.jobs <- a.N }),
	ravel.On(func(m *poolMachine, c ctx, _ C) { close(m.pool.jobs); m.pool.done.Wait() })))

var goAdoptRows = []goRow{
	{
		Name: "a worker pool in a machine", Sample: true,
		Body: func(p *shown, c ctx) {
			m := c.Create(poolDefinition.New(&poolMachine{peer: c.Self()}))
			c.Send(m, A{2})
			c.Send(m, A{3})
			p.See("%d %d", ravel.Receive[B](c).N, ravel.Receive[B](c).N)
			c.Send(m, C{})
		},
		Want: []string{"4 9"},
	},
	{
		Name: "a worker pool that is not closed has leaked", Sample: true,
		Body: func(p *shown, c ctx) {
			m := c.Create(poolDefinition.New(&poolMachine{peer: c.Self()}))
			c.Send(m, A{2})
			p.See("%d", ravel.Receive[B](c).N)
		},
		Want: []string{"4 !leak"}, Says: []string{"goroutines_adopt_test.go:26"},
	},
	{
		Name: "sends of a goroutine keep their order",
		Body: func(p *shown, c ctx) {
			seen := machine(c, nil, ravel.Start(s0, showB(p)))
			handler(p, c, func(c ctx) {
				go func() {
					c.Send(seen, B{1})
					c.Send(seen, B{2})
				}()
			})
		},
		Want: []string{"B1 B2"},
	},
	{
		Name: "a goroutine sends while the handler is blocked",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				go c.Send(c.Self(), B{1})
				time.Sleep(time.Second)
				p.See("slept")
			})
		},
		Want: []string{"slept B1"},
	},
	{
		Name: "a goroutine of the body creates a machine, sends to it and chooses",
		Body: func(p *shown, c ctx) {
			go func() {
				m := machine(c, nil, ravel.Start(s0, showB(p)))
				if c.Bool() {
					c.Send(m, B{1})
				} else {
					c.Send(m, B{c.Int(2) + 2})
				}
			}()
		},
		Want: []string{"B1", "B2", "B3"},
	},
	{
		Name: "a monitor hears a goroutine",
		Body: func(p *shown, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { p.See("hears%d", a.N) }))).New(&spec{}))
			go func() {
				c.Notify(A{1})
				p.See("g")
			}()
		},
		Want: []string{"g hears1"},
	},
	{
		Name: "a monitor is violated by a goroutine",
		Body: func(p *shown, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { c.Assert(a.N == 0, "heard %d", a.N) }))).New(&spec{}))
			go c.Notify(A{1})
		},
		Want: []string{"!monitor"}, Says: []string{"heard 1"},
	},
	{
		Name: "a goroutine asserts in the name of its machine",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				go c.Assert(false, "broken")
			})
		},
		Want: []string{"!assertion"}, Says: []string{"broken", "M"},
	},
	{
		Name: "a goroutine asserts while its handler is blocked",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				go func() { c.Assert(false, "broken") }()
				<-make(chan int)
			})
		},
		Want: []string{"!assertion"}, Says: []string{"broken", "M"},
	},
	{
		Name: "a machine whose goroutine sends to it takes events in turn",
		Body: func(p *shown, c ctx) {
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) {
				go func() { c.Send(c.Self(), C{}) }()
			}), ravel.Goto[C](s1)), ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { p.See("s1") })))
		},
		Want: []string{"s1"},
	},
}

// goRefusedRows: what a goroutine may not do in the name of a machine, between its handlers and while one is blocked.
func goRefusedRows() []goRow {
	calls := map[string]func(c ctx){
		"Goto":       func(c ctx) { c.Goto(s0) },
		"Halt":       func(c ctx) { c.Halt() },
		"Raise":      func(c ctx) { c.Raise(B{}) },
		"Receive":    func(c ctx) { ravel.Receive[B](c) },
		"Yield":      func(c ctx) { c.Yield() },
		"After":      func(c ctx) { c.After(time.Second, B{}) },
		"Crash":      func(c ctx) { c.Crash(c.Self()) },
		"OfferFault": func(c ctx) { c.OfferFault(c.Budget("d", 1), B{}) },
		"Model":      func(c ctx) { c.Model("disk", &disk{}) },
	}
	var rows []goRow
	for name, call := range calls {
		says := []string{" on the Context of M by a goroutine", "let the goroutine send an event to the machine"}
		rows = append(rows, goRow{
			Name: strings.ToLower(name) + " by a goroutine between handlers",
			Body: func(p *shown, c ctx) { handler(p, c, func(c ctx) { go call(c) }) },
			Want: []string{"!misuse"}, Says: says,
		}, goRow{
			Name: strings.ToLower(name) + " by a goroutine while the handler is blocked",
			Body: func(p *shown, c ctx) {
				handler(p, c, func(c ctx) {
					go func() { time.Sleep(time.Second); call(c) }()
					<-make(chan int)
				})
			},
			Want: []string{"!misuse"}, Says: says,
		})
	}
	rows = append(rows, goRow{
		Name: "the Context of a machine whose handler is blocked, in another machine",
		Body: func(p *shown, c ctx) {
			var other ctx
			handler(p, c, func(c ctx) { other = c; <-make(chan int) })
			handler(p, c, func(c ctx) {
				if other != nil {
					other.Send(c.Self(), B{1})
				}
			})
		},
		Want: []string{"!deadlock", "!misuse: own context"},
	}, goRow{
		Name: "a goroutine that AtEnd has started sends",
		Body: func(p *shown, c ctx) { p.ctx = c },
		AtEnd: func(p *shown) {
			go p.ctx.Send(p.ctx.Self(), B{1})
		},
		Want: []string{"!misuse"}, Says: []string{"in AtEnd or Cleanup: the execution is over"},
	})
	return rows
}
