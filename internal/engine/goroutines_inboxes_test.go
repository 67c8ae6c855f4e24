package engine_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// Bounded inboxes, where goroutines are controlled: handlers run on goroutines, and perform what they have sent before their
// next operation.

func TestControlledInboxes(t *testing.T) { runGoRows(t, goInboxRows) }

// sink creates a machine that has room for one event, if the configuration says so.
func sink(c ctx, clauses ...ravel.Clause) ravel.ID {
	return c.Create(ravel.Define[cell]("Sink", ravel.Start(s0, clauses...)).New(&cell{}))
}

func showA(p *shown) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, a A) { p.See("A%d", a.N) }) }

var roomForOne = engine.Config{Inboxes: map[string]ravel.Inbox{"Sink": {Capacity: 1}}}

// twice sends two events, and shows that it has, behind an operation of goroutines.
func twice(p *shown, to ravel.ID) func(c ctx) {
	var n atomic.Int32
	return func(c ctx) {
		c.Send(to, A{1})
		c.Send(to, A{2})
		n.Add(1)
		p.See("x")
	}
}

var goInboxRows = []goRow{
	{
		Name: "room enough amid a handler",
		Body: func(p *shown, c ctx) { handler(p, c, twice(p, sink(c, showA(p)))) },
		Want: []string{"A1 A2 x", "A1 x A2", "x A1 A2"},
	},
	{
		Name: "a handler waits for room before its next operation", Config: roomForOne,
		Body: func(p *shown, c ctx) { handler(p, c, twice(p, sink(c, showA(p)))) },
		Want: []string{"A1 A2 x", "A1 x A2"},
	},
	{
		Name: "what is ignored makes room when the machine comes to it", Config: roomForOne,
		Body: func(p *shown, c ctx) { handler(p, c, twice(p, sink(c, ravel.Ignore[A]()))) },
		Want: []string{"x"},
	},
	{
		Name: "a lock held by who waits for room", Config: roomForOne,
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			to := sink(c, ravel.Defer[A]())
			handler(p, c, func(c ctx) {
				mu.Lock()
				c.Send(to, A{1})
				c.Send(to, A{2})
				mu.Unlock()
			})
		},
		Want: []string{"!deadlock"},
		Says: []string{"waits for room in the inbox of Sink (capacity 1), which defers what is there"},
	},
	{
		Name: "a goroutine sends in the name of a machine", Config: roomForOne,
		Body: func(p *shown, c ctx) {
			to := sink(c, showA(p))
			handler(p, c, func(c ctx) {
				go func() { c.Send(to, A{1}); c.Send(to, A{2}) }()
			})
		},
		Want: []string{"A1 A2"},
	},
}
