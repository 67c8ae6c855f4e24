package engine_test

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

// What the rows of the suite are written with.

type (
	ctx   = *ravel.Context
	mctx  = *ravel.MonitorContext
	probe = *enginetest.Probe
	row   = enginetest.Row
)

// Events.
type (
	A struct{ N int }
	B struct{ N int }
	C struct{ N int }
	D struct{ N int }
	// Peer introduces a machine to another one.
	Peer struct{ ID ravel.ID }
)

// cell is the state of the rows' machines.
type cell struct {
	n    int
	peer ravel.ID
}

// spec is the state of the rows' monitors.
type spec struct{ n int }

// seeA and so on are handlers that only show the event.
func seeA(p probe) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, a A) { p.See("A%d", a.N) }) }
func seeB(p probe) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, b B) { p.See("B%d", b.N) }) }
func seeC(p probe) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, c C) { p.See("C%d", c.N) }) }
func seeD(p probe) ravel.Clause { return ravel.On(func(_ *cell, _ ctx, d D) { p.See("D%d", d.N) }) }

// entry and exit show that a state is entered and left.
func entry(p probe, word string) ravel.Clause {
	return ravel.Entry(func(*cell, ctx) { p.See(word) })
}

func exit(p probe, word string) ravel.Clause {
	return ravel.Exit(func(*cell, ctx) { p.See(word) })
}

// do handles an A by a function of the context.
func do(f func(c ctx)) ravel.Clause { return ravel.On(func(_ *cell, c ctx, _ A) { f(c) }) }

// machine creates a machine with the states and sends it the events.
func machine(c ctx, events []any, states ...ravel.StateClause) ravel.ID {
	id := c.Create(ravel.Define[cell]("M", states...).New(&cell{}))
	for _, ev := range events {
		c.Send(id, ev)
	}
	return id
}

// one is a row's body that creates a machine with the states and sends it the events.
func one(events []any, states func(p probe) []ravel.StateClause) func(probe, ctx) {
	return func(p probe, c ctx) { machine(c, events, states(p)...) }
}

func states(s ...ravel.StateClause) []ravel.StateClause { return s }
func events(e ...any) []any                             { return e }

const (
	s0 ravel.State = "S0"
	s1 ravel.State = "S1"
	s2 ravel.State = "S2"
)
