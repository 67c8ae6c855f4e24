package engine_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
)

// Handlers that do what goroutines do: lock, send, receive, wait, sleep.

func TestControlledHandlers(t *testing.T) { runGoRows(t, goHandlerRows) }

// handler creates a machine that handles one A by f, and shows every B.
func handler(p *shown, c ctx, f func(c ctx), more ...ravel.Clause) ravel.ID {
	return machine(c, events(A{}), ravel.Start(s0, append(more, do(f), showB(p))...))
}

func showB(p *shown) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, b B) { p.See("B%d", b.N) }) }

// add adds one to n, in two pieces between which others may come.
func add(n *atomic.Int32) int32 {
	v := n.Load() + 1
	n.Store(v)
	return v
}

// atomically adds one to n in one piece.
func atomically(mu sync.Locker, n *int) int {
	mu.Lock()
	defer mu.Unlock()
	*n++
	return *n
}

var goHandlerRows = []goRow{
	{
		Name: "a lock that a handler shares with a goroutine",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			n := 0
			handler(p, c, func(c ctx) { p.See("m%d", atomically(&mu, &n)) })
			go atomically(&mu, &n)
		},
		Want: []string{"m1", "m2"},
	},
	{
		Name: "a lost update between a handler and a goroutine",
		Body: func(p *shown, c ctx) {
			var n atomic.Int32
			handler(p, c, func(c ctx) { p.See("%d", add(&n)) })
			go func() { p.See("%d", add(&n)) }()
		},
		Want: []string{"1 1", "1 2"},
	},
	{
		Name: "an RWMutex that handlers share",
		Body: func(p *shown, c ctx) {
			var mu sync.RWMutex
			n := 0
			handler(p, c, func(c ctx) { mu.RLock(); p.See("%d", n); mu.RUnlock() })
			handler(p, c, func(c ctx) { mu.Lock(); n++; mu.Unlock() })
		},
		Want: []string{"0", "1"},
	},
	{
		Name: "a handler sends to a goroutine and one receives",
		Body: func(p *shown, c ctx) {
			ask, answer := make(chan int), make(chan int)
			go func() { answer <- <-ask + 1 }()
			handler(p, c, func(c ctx) {
				ask <- 1
				p.See("%d", <-answer)
			})
		},
		Want: []string{"2"},
	},
	{
		Name: "a handler waits for goroutines that it has started",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				var wg sync.WaitGroup
				wg.Go(func() { p.See("g") })
				wg.Wait()
				p.See("done")
			})
		},
		Want: []string{"g done"},
	},
	{
		Name: "what comes while a handler sleeps waits in the inbox",
		Body: func(p *shown, c ctx) {
			m := handler(p, c, func(c ctx) {
				p.See("from")
				time.Sleep(time.Second)
				p.See("to")
			})
			c.Send(m, B{1})
			p.See("sent")
		},
		Want: []string{"sent from to B1"},
	},
	{
		Name: "the body sends while a handler is blocked",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			m := handler(p, c, func(c ctx) { <-gate; p.See("on") })
			c.Yield()
			c.Send(m, B{1})
			c.Yield()
			close(gate)
		},
		Want: []string{"on B1"},
	},
	{
		Name: "two handlers blocked amid a move meet",
		Body: func(p *shown, c ctx) {
			x, y := make(chan int), make(chan int)
			handler(p, c, func(c ctx) { x <- 1; p.See("m%d", <-y) })
			handler(p, c, func(c ctx) { v := <-x; y <- v + 1; p.See("n") })
		},
		Want: []string{"m2 n", "n m2"},
	},
	{
		Name: "handlers lock in opposite orders",
		Body: func(p *shown, c ctx) {
			var a, b sync.Mutex
			handler(p, c, func(c ctx) { a.Lock(); b.Lock(); b.Unlock(); a.Unlock() })
			handler(p, c, func(c ctx) { b.Lock(); a.Lock(); a.Unlock(); b.Unlock() })
		},
		Want: []string{"", "!deadlock"}, Says: []string{"(M)", "(M#2)", "to lock"},
	},
	{
		Name: "a handler that is blocked for ever",
		Body: func(p *shown, c ctx) { handler(p, c, func(c ctx) { <-make(chan int) }) },
		Want: []string{"!deadlock"}, Says: []string{"(M)", "goroutines_handlers_test.go"},
	},
	{
		Name: "the body that is blocked for ever",
		Body: func(p *shown, c ctx) {
			var wg sync.WaitGroup
			wg.Add(1)
			wg.Wait()
		},
		Want: []string{"!deadlock"}, Says: []string{"(test)"},
	},
	{
		Name: "effects before a wait for another machine's handler",
		Body: func(p *shown, c ctx) {
			answer := make(chan int)
			other := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, c ctx, b B) { answer <- b.N })))
			handler(p, c, func(c ctx) {
				c.Send(other, B{7})
				p.See("%d", <-answer)
			})
		},
		Want: []string{"7"},
	},
	{
		Name: "effects are performed before the next Go operation",
		Body: func(p *shown, c ctx) {
			next := make(chan bool)
			seen := machine(c, nil, ravel.Start(s0, showB(p)))
			handler(p, c, func(c ctx) { <-next; c.Send(seen, B{2}) })
			c.Send(seen, B{1})
			close(next)
		},
		Want: []string{"B1 B2"},
	},
	{
		Name: "a monitor hears before the next Go operation",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { p.See("hears%d", a.N) }))).New(&spec{}))
			handler(p, c, func(c ctx) {
				c.Notify(A{1})
				gate <- true
				c.Notify(A{2})
			})
			<-gate
			p.See("body")
		},
		Want: []string{"hears1 body hears2", "hears1 hears2 body"},
	},
	{
		Name: "a handler receives between Go operations",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			m := handler(p, c, func(c ctx) {
				<-gate
				p.See("C%d", ravel.Receive[C](c).N)
				gate <- true
			})
			gate <- true
			c.Send(m, C{1})
			<-gate
			p.See("over")
		},
		Want: []string{"C1 over"},
	},
	{
		Name: "a handler yields between Go operations",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			handler(p, c, func(c ctx) {
				atomically(&mu, new(int))
				c.Yield()
				p.See("m")
			})
			go p.See("g")
		},
		Want: []string{"m g", "g m"},
	},
	{
		Name: "a handler reads a model between Go operations",
		Body: func(p *shown, c ctx) {
			image := &disk{}
			d := c.Model("disk", image)
			gate := make(chan bool)
			handler(p, c, func(c ctx) {
				<-gate
				c.Read(d)
				v := image.v
				gate <- true
				p.See("%d", v)
			})
			c.Write(d, 5)
			gate <- true
			<-gate
		},
		Want: []string{"5"},
	},
	{
		Name: "a handler stops a timer between Go operations",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			handler(p, c, func(c ctx) {
				tm := c.After(time.Second, B{1})
				<-gate
				if c.CancelTimer(tm) {
					p.See("stopped")
				}
			})
			close(gate)
		},
		Want: []string{"stopped", "B1"},
	},
	{
		Name: "a lock held between handlers is a failure in careful executions only",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			handler(p, c, func(c ctx) { mu.Lock(); p.See("locked") })
		},
		Want: []string{"locked"},
	},
	{
		Name: "the body waits until nothing moves",
		Body: func(p *shown, c ctx) {
			go func() { time.Sleep(time.Second); p.See("g") }()
			ravel.AwaitQuiet(c)
			p.See("body")
		},
		Want: []string{"g body"},
	},
}
