package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

func TestDequeue(t *testing.T) { enginetest.Test(t, dequeueRows) }

var dequeueRows = []row{
	{
		Name: "first in first out", Source: "10: FIFO; 3.6",
		Body: one(events(A{1}, B{2}, A{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, seeA(p), seeB(p)))
		}),
		Want: []string{"A1 B2 A3"},
	},
	{
		Name: "first in first out per sender", Source: "3.6: sends are FIFO per inbox, senders interleave",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, seeA(p), seeB(p)))
			c.Go("x", func(c ctx) { c.Send(m, A{1}); c.Send(m, A{2}) })
			c.Go("y", func(c ctx) { c.Send(m, B{3}) })
		},
		Want: []string{"A1 A2 B3", "A1 B3 A2", "B3 A1 A2"},
	},
	{
		Name: "an ignored event is removed", Source: "10: ignored events are removed; 4: dropped at enqueue by an idle machine",
		Body: one(events(B{1}, A{2}, B{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Ignore[B](), ravel.Goto[A](s1)), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"B3"},
	},
	{
		Name: "an event behind one that will be taken is judged in the state it meets", Source: "semantics 2.1: ignored lazily",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Ignore[B](), ravel.Goto[A](s1)), ravel.In(s1, seeB(p)))
			c.Go("x", func(c ctx) { c.Send(m, A{}) })
			c.Go("y", func(c ctx) { c.Send(m, B{1}) })
		},
		Want: []string{"", "B1"},
	},
	{
		Name: "a deferred event stays and keeps its place", Source: "10: deferred ones stay",
		Body: one(events(B{1}, B{2}, A{3}, C{4}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), seeA(p), ravel.Goto[C](s1)), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"A3 B1 B2"},
	},
	{
		Name: "deferred again in the next state", Source: "10: deferred ones stay",
		Body: one(events(B{1}, A{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), ravel.Goto[A](s1)), ravel.In(s1, ravel.Defer[B](), ravel.Goto[C](s2)), ravel.In(s2, seeB(p)))
		}),
		Want: []string{"B1"},
	},
	{
		Name: "deferred, then ignored", Source: "10: a FIFO scan in each state",
		Body: one(events(B{1}, A{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), ravel.Goto[A](s1)), ravel.In(s1, ravel.Ignore[B](), ravel.Goto[C](s2)), ravel.In(s2, seeB(p)))
		}),
		Want: []string{""},
	},
	{
		Name: "only deferred events left is rest, not deadlock", Source: "4: a machine with only deferred or ignored events is not enabled",
		Body: one(events(B{1}, C{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), ravel.Ignore[C]()))
		}),
		Want: []string{""},
	},
	{
		Name: "the default handler runs when nothing can be taken", Source: "10: then the default handler; semantics 2.1.2",
		Body: one(events(B{1}, A{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, seeA(p), ravel.Defer[B](), ravel.OnDefault(func(_ *cell, c ctx) { p.See("default"); c.Halt() })))
		}),
		Want: []string{"default", "A2 default"},
	},
	{
		Name: "the default handler's event is nil", Source: "10: default handler",
		Body: one(nil, func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.OnDefault(func(_ *cell, c ctx) { p.See("%v", c.Event()); c.Goto(s1) })), ravel.In(s1))
		}),
		Want: []string{"<nil>"},
	},
	{
		Name: "a pushed state inherits the default handler", Source: "10: a pushed state inherits Do",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), ravel.Push[A](s1), ravel.OnDefault(func(_ *cell, c ctx) {
				if p.See("%s", c.State()); c.State() == s1 {
					c.Halt()
				} else {
					c.Goto(s2)
				}
			})), ravel.In(s1), ravel.In(s2, ravel.Ignore[A]()))
		}),
		Want: []string{"S0", "S1"},
	},
	{
		Name: "a raised event comes before the inbox", Source: "10: raised event first",
		Body: one(events(A{1}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, seeB(p), seeC(p), ravel.On(func(_ *cell, c ctx, a A) { p.See("A"); c.Raise(B{2}) })))
		}),
		Want: []string{"A B2 C3"},
	},
	{
		Name: "a chain of raises is one step", Source: "3.2: every raise, goto, push, pop, exit and entry that follows",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, c ctx, a A) {
				if p.See("A%d", a.N); a.N > 0 {
					c.Raise(A{a.N - 1})
				}
			}), seeB(p)))
			c.Go("other", func(c ctx) { c.Send(m, B{9}) })
			c.Send(m, A{3})
		},
		Want: []string{"A3 A2 A1 A0 B9", "B9 A3 A2 A1 A0"},
	},
	{
		Name: "raising a deferred event", Source: "10: an error; semantics 2.1.1: silently lost in the peers",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), do(func(c ctx) { c.Raise(B{1}) })))
		}),
		Want: []string{"!misuse: raise deferred"},
		Says: []string{"M raised event engine_test.B"},
	},
	{
		Name: "raising an ignored event", Source: "10: an error; semantics 2.1.1",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Ignore[any](), do(func(c ctx) { c.Raise(B{1}) })))
		}),
		Want: []string{"!misuse: raise ignored"},
		Says: []string{"M raised event engine_test.B"},
	},
	{
		Name: "raising an event that is deferred only further down", Source: "10: the nearest declaration wins",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), do(func(c ctx) { c.Push(s1) })),
				ravel.In(s1, seeB(p), ravel.Entry(func(_ *cell, c ctx) { c.Raise(B{1}) })))
		}),
		Want: []string{"B1"},
	},
	{
		Name: "raising an event without a handler", Source: "10: unhandled",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Raise(B{1}) })))
		}),
		Want: []string{"!unhandled event"},
	},
	{
		Name: "transitions are not subject to ignore", Source: "10: Goto, push and pop are never subject to ignore or defer; semantics 2.1.1",
		Body: one(events(A{1}, B{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Ignore[any](), do(func(c ctx) { c.Goto(s1) })),
				ravel.In(s1, ravel.Ignore[any](), ravel.On(func(_ *cell, c ctx, _ B) { p.See("B"); c.Push(s2) }), seeC(p)),
				ravel.In(s2, ravel.Defer[any](), ravel.Entry(func(_ *cell, c ctx) { p.See("in"); c.Pop() })))
		}),
		Want: []string{"B in C3"},
	},
	{
		Name: "types are matched exactly", Source: "semantics 2.1: exact type, no subtyping",
		Body: one(events(A{1}, &A{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, seeA(p), ravel.On(func(_ *cell, _ ctx, a *A) { p.See("*A%d", a.N) })))
		}),
		Want: []string{"A1 *A2"},
	},
	{
		Name: "the exact type comes before the wildcard", Source: "semantics 2.2: same depth, exact wins",
		Body: one(events(A{1}, B{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, seeA(p), ravel.On(func(_ *cell, _ ctx, ev any) { p.See("any:%v", ev) })))
		}),
		Want: []string{"A1 any:{2}"},
	},
	{
		Name: "an event sent to oneself waits its turn", Source: "3.6",
		Body: one(events(A{1}, B{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.On(func(_ *cell, c ctx, a A) { p.See("A"); c.Send(c.Self(), C{3}) }), seeB(p), seeC(p)))
		}),
		Want: []string{"A B2 C3", "A C3 B2"},
	},
}
