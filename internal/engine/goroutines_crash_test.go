package engine_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
)

// Crash, restart, halt and faults of machines whose handlers and goroutines are amid something.

func TestControlledCrashes(t *testing.T) { runGoRows(t, goCrashRows) }

var goCrashRows = []goRow{
	{
		Name: "a crash ends a blocked handler, whose deferred functions run",
		Body: func(p *shown, c ctx) {
			m := handler(p, c, func(c ctx) {
				defer p.See("deferred")
				defer c.Send(c.Self(), B{1}) // nothing
				p.See("in")
				<-make(chan int)
			})
			c.Crash(m)
		},
		Want: []string{"", "in deferred"},
	},
	{
		Name: "a crash at a scheduling point",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			m := handler(p, c, func(c ctx) {
				mu.Lock()
				defer mu.Unlock()
				p.See("in")
				ch := make(chan int, 1)
				ch <- 1
				p.See("out")
			})
			c.Crash(m)
			mu.Lock()
			p.See("free")
			mu.Unlock()
		},
		Want: []string{"free", "in free", "in out free"},
	},
	{
		Name: "effects that were not performed go with the crash",
		Body: func(p *shown, c ctx) {
			seen := machine(c, nil, ravel.Start(s0, showB(p)))
			m := handler(p, c, func(c ctx) {
				c.Send(seen, B{1})
				c.Send(seen, B{2})
				<-make(chan int)
			})
			c.Crash(m)
		},
		Want: []string{"", "B1", "B1 B2"},
	},
	{
		Name: "a restarted machine begins anew, while deferred functions of its old handler run",
		Body: func(p *shown, c ctx) {
			def := ravel.Define[cell]("M", ravel.Start(s0, do(func(c ctx) {
				defer func() {
					(&sync.Mutex{}).Lock() // others may move
					c.Send(c.Self(), B{1}) // lost
					c.Assert(false, "lost, too")
				}()
				<-make(chan int)
			}), showB(p), ravel.On(func(_ *cell, c ctx, e C) { p.See("C%d", e.N); c.Send(c.Self(), B{2}) })))
			m := c.Create(def.New(&cell{}))
			c.Send(m, A{})
			c.Crash(m)
			c.Restart(m, def.New(&cell{}))
			c.Send(m, C{1})
		},
		Want: []string{"C1 B2"},
	},
	{
		Name: "goroutines act in the name of their machine",
		Body: func(p *shown, c ctx) {
			seen := machine(c, nil, ravel.Start(s0, showB(p)))
			def := ravel.Define[cell]("M", ravel.Start(s0, do(func(c ctx) {
				go func() {
					time.Sleep(time.Second)
					c.Send(seen, B{1})
					c.Assert(true, "")
					p.See("g")
				}()
			})))
			c.Send(c.Create(def.New(&cell{})), A{})
			ravel.AwaitQuiet(c)
			p.See("over")
		},
		Want: []string{"g B1 over"},
	},
	{
		Name: "goroutines of a crashed machine go on, and what they do in its name is lost",
		Body: func(p *shown, c ctx) {
			seen := machine(c, nil, ravel.Start(s0, showB(p)))
			gate := make(chan bool)
			def := ravel.Define[cell]("M", ravel.Start(s0, ravel.Ignore[C](), do(func(c ctx) {
				go func() {
					<-gate
					c.Send(seen, B{1})
					c.Assert(false, "lost")
					p.See("g")
				}()
				c.Crash(c.Self())
			})))
			m := c.Create(def.New(&cell{}))
			c.Send(m, A{})
			ravel.AwaitQuiet(c)
			c.Restart(m, def.New(&cell{}))
			close(gate)
		},
		Want: []string{"g"},
	},
	{
		Name: "a goroutine of a crashed machine that is blocked has leaked",
		Body: func(p *shown, c ctx) {
			ready := make(chan bool)
			m := handler(p, c, func(c ctx) {
				go func() { close(ready); <-make(chan int) }()
			})
			<-ready
			c.Crash(m)
		},
		Want: []string{"!leak"}, Says: []string{"goroutines_crash_test.go"},
	},
	{
		Name: "a halted machine leaves its goroutines running",
		Body: func(p *shown, c ctx) {
			m := handler(p, c, func(c ctx) {
				go func() {
					time.Sleep(time.Second)
					c.Send(c.Self(), B{1}) // dropped
					p.See("g")
				}()
				c.Halt()
			})
			c.Send(m, B{2})
		},
		Want: []string{"g"},
	},
	{
		Name: "a machine crashes itself amid a handler",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				defer p.See("deferred")
				p.See("in")
				c.Crash(c.Self())
				<-make(chan int)
				p.See("never")
			})
		},
		Want: []string{"in deferred"},
	},
	{
		Name: "a fault whose handler locks and starts a goroutine",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			goFault(c, ravel.On(func(_ *cell, c ctx, d D) {
				mu.Lock()
				p.See("fault")
				mu.Unlock()
				go p.See("g")
			}))
		},
		Want: []string{"", "fault g"},
	},
	{
		Name: "a fault whose handler blocks",
		Body: func(p *shown, c ctx) {
			goFault(c, ravel.On(func(_ *cell, c ctx, d D) { <-make(chan int) }))
		},
		Want: []string{"", "!misuse"}, Says: []string{"a handler of a fault blocks: a fault happens in one atomic step"},
	},
	{
		Name: "a fault whose handler waits for a lock that a goroutine holds",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			goFault(c, ravel.On(func(_ *cell, c ctx, d D) { mu.Lock(); mu.Unlock() }))
			go func() { mu.Lock(); p.See("g"); mu.Unlock() }()
		},
		Want: []string{"g", "g !misuse"}, Says: []string{"a handler of a fault blocks"},
	},
	{
		Name: "a fault whose handler sleeps",
		Body: func(p *shown, c ctx) {
			goFault(c, ravel.On(func(_ *cell, c ctx, d D) { time.Sleep(1) }))
		},
		Want: []string{"", "!misuse"}, Says: []string{"a handler of a fault blocks"},
	},
	{
		Name: "a fault waits until the handler of its machine is over",
		Body: func(p *shown, c ctx) {
			m := goFault(c, ravel.On(func(_ *cell, c ctx, d D) { p.See("fault") }), do(func(c ctx) {
				p.See("from")
				time.Sleep(time.Second)
				p.See("to")
			}))
			c.Send(m, A{})
		},
		Want: []string{"from to", "fault from to", "from to fault"},
	},
	{
		Name: "a fault happens while a goroutine can move",
		Body: func(p *shown, c ctx) {
			goFault(c, ravel.On(func(_ *cell, c ctx, d D) { p.See("fault") }))
			ravel.AwaitQuiet(c)
			go p.See("g")
			ch := make(chan int, 1)
			ch <- 1
			p.See("body")
		},
		Want: []string{"g body", "body g", "fault g body", "fault body g", "g fault body", "body fault g", "g body fault", "body g fault"},
	},
}

// goFault creates a machine that offers one fault D.
func goFault(c ctx, d ravel.Clause, more ...ravel.Clause) ravel.ID {
	return machine(c, nil, ravel.Start(s0, append(more, d, ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("d", 1), D{1}) }))...))
}
