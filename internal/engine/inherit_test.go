package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

// below is a stack of S1 on S0; the events are A, which pushes, and what the row sends then.
func below(more []any, low, high func(p probe) []ravel.Clause) func(probe, ctx) {
	return one(append(events(A{1}), more...), func(p probe) []ravel.StateClause {
		return states(ravel.Start(s0, append(low(p), ravel.Push[A](s1), exit(p, "out0"))...),
			ravel.In(s1, append(high(p), exit(p, "out1"))...),
			ravel.In(s2, entry(p, "in2"), seeB(p), ravel.Ignore[C]()))
	})
}

func none(probe) []ravel.Clause { return nil }

func clauses(c ...ravel.Clause) func(probe) []ravel.Clause {
	return func(probe) []ravel.Clause { return c }
}

func TestInheritance(t *testing.T) { enginetest.Test(t, inheritRows) }

var inheritRows = []row{
	{
		Name: "On is inherited", Source: "10: a pushed state inherits Do; semantics 2.2",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, none),
		Want: []string{"B1"},
	},
	{
		Name: "Defer is inherited", Source: "10: inherits Defer",
		Body: below(events(B{1}, C{2}), func(p probe) []ravel.Clause {
			return []ravel.Clause{ravel.Defer[B](), seeC(p)}
		}, none),
		Want: []string{"C2"},
	},
	{
		Name: "Ignore is inherited", Source: "10: inherits Ignore",
		Body: below(events(B{1}, C{2}), func(p probe) []ravel.Clause {
			return []ravel.Clause{ravel.Ignore[B](), seeC(p)}
		}, none),
		Want: []string{"C2"},
	},
	{
		Name: "Goto is not inherited: it pops with exits", Source: "10: an event that only a lower Goto or Push handles pops the upper states",
		Body: below(events(B{1}), clauses(ravel.Goto[B](s2)), none),
		Want: []string{"out1 out0 in2"},
	},
	{
		Name: "Push is not inherited: it pops with exits", Source: "10: an event that only a lower Goto or Push handles pops the upper states",
		Body: below(events(B{1}, B{2}), clauses(ravel.Push[B](s2)), none),
		Want: []string{"out1 in2 B2"},
	},
	{
		Name: "HaltOn is not inherited: it pops with exits", Source: "10; semantics 2.2: a sent halt runs the stacked exits",
		Body: below(events(B{1}, B{2}), clauses(ravel.HaltOn[B]()), none),
		Want: []string{"out1"},
	},
	{
		Name: "two states are popped for the third", Source: "10: pops the upper states with their exits",
		Body: one(events(A{1}, B{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Push[A](s1), ravel.Goto[C]("end"), exit(p, "out0")),
				ravel.In(s1, ravel.Push[B](s2), exit(p, "out1")), ravel.In(s2, exit(p, "out2")), ravel.In("end", entry(p, "end")))
		}),
		Want: []string{"out2 out1 out0 end"},
	},
	{
		Name: "the nearest declaration wins: On over Defer", Source: "10: the nearest declaration wins",
		Body: below(events(B{1}), clauses(ravel.Defer[B]()), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }),
		Want: []string{"B1"},
	},
	{
		Name: "the nearest declaration wins: Ignore over On", Source: "10: the nearest declaration wins",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, clauses(ravel.Ignore[B]())),
		Want: []string{""},
	},
	{
		Name: "the nearest declaration wins: Goto over On", Source: "10: the nearest declaration wins",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, clauses(ravel.Goto[B](s2))),
		Want: []string{"out1 in2"},
	},
	{
		Name: "the nearest declaration wins: a wildcard above an exact type", Source: "semantics 2.2: higher depth wins, then exact",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, clauses(ravel.Ignore[any]())),
		Want: []string{""},
	},
	{
		Name: "an exact type above a wildcard", Source: "semantics 2.2",
		Body: below(events(B{1}), clauses(ravel.Ignore[any]()), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }),
		Want: []string{"B1"},
	},
	{
		Name: "a wildcard is inherited", Source: "10: inherits Do; 2.2",
		Body: below(events(B{1}), func(p probe) []ravel.Clause {
			return []ravel.Clause{ravel.On(func(_ *cell, _ ctx, ev any) { p.See("any%v", ev) })}
		}, none),
		Want: []string{"any{1}"},
	},
	{
		Name: "a wildcard Goto below pops", Source: "10: an event that only a lower Goto handles",
		Body: below(events(B{1}), clauses(ravel.Goto[any](s2)), none),
		Want: []string{"out1 out0 in2"},
	},
	{
		Name: "NoInherit of a type", Source: "10: NoInherit switches it off",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, clauses(ravel.NoInherit[B]())),
		Want: []string{"!unhandled event"},
		Says: []string{"in any of its states S1 and S0"},
	},
	{
		Name: "NoInherit of another type", Source: "twin: NoInherit is about its type only",
		Body: below(events(B{1}), func(p probe) []ravel.Clause { return []ravel.Clause{seeB(p)} }, clauses(ravel.NoInherit[C]())),
		Want: []string{"B1"},
	},
	{
		Name: "NoInherit of everything", Source: "10: NoInherit switches it off",
		Body: below(events(C{1}), clauses(ravel.Goto[any](s2)), clauses(ravel.NoInherit[any]())),
		Want: []string{"!unhandled event"},
	},
	{
		Name: "NoInherit keeps the state's own handler", Source: "10: NoInherit switches inheritance off, nothing else",
		Body: below(events(B{1}), clauses(ravel.Defer[B]()), func(p probe) []ravel.Clause {
			return []ravel.Clause{ravel.NoInherit[any](), seeB(p)}
		}),
		Want: []string{"B1"},
	},
	{
		Name: "NoInherit in the middle", Source: "10: the search ends at its state",
		Body: one(events(A{1}, B{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Push[A](s1), seeC(p)), ravel.In(s1, ravel.NoInherit[C](), ravel.Push[B](s2)), ravel.In(s2))
		}),
		Want: []string{"!unhandled event"},
		Says: []string{"S2, S1 and S0"},
	},
	{
		Name: "an unhandled event pops nothing", Source: "semantics 2.2: the peers pop and run exits first",
		Body: below(events(B{1}), none, none),
		Want: []string{"!unhandled event"},
		Says: []string{"M got event engine_test.B", "in any of its states S1 and S0"},
	},
	{
		Name: "a raised event that only a lower Goto handles", Source: "10: raise follows the same resolution",
		Body: below(events(C{1}), clauses(ravel.Goto[B](s2)), func(p probe) []ravel.Clause {
			return []ravel.Clause{ravel.On(func(_ *cell, c ctx, _ C) { c.Raise(B{}) })}
		}),
		Want: []string{"out1 out0 in2"},
	},
	{
		Name: "a goto in an inherited handler moves the top", Source: "10: the handler is inherited, the transition is the top's",
		Body: below(events(B{1}), clauses(ravel.On(func(_ *cell, c ctx, _ B) { c.Goto(s2) })), none),
		Want: []string{"out1 in2"},
	},
	{
		Name: "a state is on the stack twice", Source: "10: push",
		Body: one(events(A{1}, B{2}, B{3}, B{4}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Push[A](s1), seeB(p), exit(p, "out0")),
				ravel.In(s1, ravel.On(func(_ *cell, c ctx, b B) {
					if p.See("1:B%d", b.N); b.N == 2 {
						c.Push(s1)
					} else {
						c.Pop()
					}
				}), exit(p, "out1")))
		}),
		Want: []string{"1:B2 1:B3 out1 1:B4 out1"},
	},
}
