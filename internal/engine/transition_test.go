package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

func TestTransitions(t *testing.T) { enginetest.Test(t, transitionRows) }

var transitionRows = []row{
	{
		Name: "goto runs exit, then entry", Source: "10: goto; semantics 2.3",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, entry(p, "in0"), exit(p, "out0"), do(func(c ctx) { c.Goto(s1); p.See("still:%s", c.State()) })),
				ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { p.See("in1:%s:%v", c.State(), c.Event()) })))
		}),
		Want: []string{"in0 still:S0 out0 in1:S1:{1}"},
	},
	{
		Name: "goto to the same state runs both", Source: "10: self-goto both",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, entry(p, "in"), exit(p, "out"), ravel.Goto[A](s0)))
		}),
		Want: []string{"in out in"},
	},
	{
		Name: "the start state's entry has no event", Source: "10: one start state; Context.Event",
		Body: one(nil, func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { p.See("%v", c.Event()); c.Goto(s1) })),
				ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { p.See("%v:%s", c.Event(), c.State()) })))
		}),
		Want: []string{"<nil> <nil>:S1"},
	},
	{
		Name: "push runs no exit, pop no entry below", Source: "10: push no exit; pop the exit of the top and no entry below",
		Body: one(events(A{1}, B{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, entry(p, "in0"), exit(p, "out0"), ravel.Push[A](s1), seeC(p)),
				ravel.In(s1, entry(p, "in1"), exit(p, "out1"), ravel.Pop[B]()))
		}),
		Want: []string{"in0 in1 out1 C3"},
	},
	{
		Name: "push and pop by handlers", Source: "10: c.Push, c.Pop",
		Body: one(events(A{1}, B{2}, C{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, exit(p, "out0"), do(func(c ctx) { c.Push(s1) }), seeC(p)),
				ravel.In(s1, exit(p, "out1"), ravel.On(func(_ *cell, c ctx, b B) { p.See("%s", c.State()); c.Pop() })))
		}),
		Want: []string{"S1 out1 C3"},
	},
	{
		Name: "goto in a pushed state replaces only the top", Source: "10: goto; semantics 2.3",
		Body: one(events(A{1}, B{2}, C{3}, D{4}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, exit(p, "out0"), ravel.Push[A](s1), seeD(p)),
				ravel.In(s1, exit(p, "out1"), ravel.Goto[B](s2)), ravel.In(s2, exit(p, "out2"), ravel.Pop[C]()))
		}),
		Want: []string{"out1 out2 D4"},
	},
	{
		Name: "the last state cannot be popped", Source: "10; semantics 2.3: no matching push",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause { return states(ravel.Start(s0, do(func(c ctx) { c.Pop() }))) }),
		Want: []string{"!misuse: pop needs push"},
	},
	{
		Name: "transitions chain in one step", Source: "3.2: one dequeue step",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Goto[A](s1), seeB(p)),
				ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { p.See("1"); c.Push(s2) }), seeB(p)),
				ravel.In(s2, ravel.Entry(func(_ *cell, c ctx) { p.See("2"); c.Raise(C{}) }), ravel.On(func(_ *cell, c ctx, _ C) { c.Pop() }), seeB(p)))
			c.Go("x", func(c ctx) { c.Send(m, B{0}) })
			c.Send(m, A{1})
		},
		Want: []string{"1 2 B0", "B0 1 2"},
	},
	{
		Name: "two transitions", Source: "10: a second one is a failure that names both lines; semantics 2.3",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Goto(s1); c.Goto(s1) })), ravel.In(s1, entry(p, "in1")))
		}),
		Want: []string{"!misuse: one transition"},
		Says: []string{"second transition (Goto at transition_test.go:", "after the first at transition_test.go:"},
	},
	{
		Name: "a raise after a goto", Source: "10: at most one per handler",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Goto(s1); c.Raise(B{}) })), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"!misuse: one transition"},
		Says: []string{"(Raise at transition_test.go:", "after the first at transition_test.go:"},
	},
	{
		Name: "a halt after a raise", Source: "10: at most one per handler",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Raise(B{}); c.Halt() }), seeB(p)))
		}),
		Want: []string{"!misuse: one transition"},
		Says: []string{"(Halt at transition_test.go:", "after the first at transition_test.go:"},
	},
	{
		Name: "a send after a transition", Source: "10: or a send after one; semantics 2.3: API calls after a transition",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Pop(); c.Send(c.Self(), B{}) })), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"!misuse: nothing after a transition"},
		Says: []string{"called Send at transition_test.go:", "after its transition at transition_test.go:"},
	},
	{
		Name: "a choice after a transition", Source: "10: nothing may follow it",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Goto(s0); c.Bool() })))
		}),
		Want: []string{"!misuse: nothing after a transition"},
		Says: []string{"called Bool at"},
	},
	{
		Name: "a receive after a transition", Source: "10: nothing may follow it",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Goto(s0); ravel.Receive[B](c) })))
		}),
		Want: []string{"!misuse: nothing after a transition"},
		Says: []string{"called Receive at"},
	},
	{
		Name: "a log line, an assertion and a condition after a transition", Source: "10: what changes nothing may follow",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) {
				c.Goto(s1)
				c.Logf("gone to %s", s1)
				c.Sometimes(true, "gone")
				c.Assert(true, "fine")
				_, _ = c.Self(), c.State()
			})), ravel.In(s1, entry(p, "in1")))
		}),
		Want: []string{"in1"},
	},
	{
		Name: "a transition in each of two handlers", Source: "twin of two transitions",
		Body: one(events(A{1}, A{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, entry(p, "in0"), do(func(c ctx) { c.Send(c.Self(), B{1}); c.Goto(s1) }), ravel.Ignore[B]()),
				ravel.In(s1, entry(p, "in1"), do(func(c ctx) { c.Goto(s0) }), ravel.Ignore[B]()))
		}),
		Want: []string{"in0 in1 in0"},
	},
	{
		Name: "goto in an exit", Source: "10: exit handlers make no transitions; semantics 2.3",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1), ravel.Exit(func(_ *cell, c ctx) { c.Goto(s0) })), ravel.In(s1))
		}),
		Want: []string{"!misuse: no transition in exit"},
		Says: []string{"(Goto) in an exit handler", "transition_test.go:"},
	},
	{
		Name: "halt in an exit", Source: "10: exit handlers make no transitions; the peers allow it",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1), ravel.Exit(func(_ *cell, c ctx) { c.Halt() })), ravel.In(s1))
		}),
		Want: []string{"!misuse: no transition in exit"},
	},
	{
		Name: "raise in the exit of a pop", Source: "10: exit handlers make no transitions",
		Body: one(events(A{1}, B{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Push[A](s1)), ravel.In(s1, ravel.Pop[B](), ravel.Exit(func(_ *cell, c ctx) { c.Raise(A{}) })))
		}),
		Want: []string{"!misuse: no transition in exit"},
	},
	{
		Name: "receive in an exit", Source: "10: exits make no transitions; they do not wait either",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1), ravel.Exit(func(_ *cell, c ctx) { ravel.Receive[B](c) })), ravel.In(s1))
		}),
		Want: []string{"!misuse"},
		Says: []string{"Receive in the exit of state"},
	},
	{
		Name: "an exit sends and chooses", Source: "twin of goto in an exit",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1), ravel.Exit(func(_ *cell, c ctx) {
				if c.Bool() {
					c.Send(c.Self(), B{1})
				}
			})), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"", "B1"},
	},
	{
		Name: "effects come in program order", Source: "3.2: exits and entries included",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			send := func(n int) func(*cell, ctx) { return func(_ *cell, c ctx) { c.Send(sink, A{n}) } }
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { c.Send(sink, A{1}); c.Goto(s1) }), ravel.Exit(send(2))), ravel.In(s1, ravel.Entry(send(3))))
		},
		Want: []string{"A1 A2 A3"},
	},
	{
		Name: "goto to a state that is not declared", Source: "10: misuse",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Goto("nowhere") })))
		}),
		Want: []string{"!misuse: known state"},
		Says: []string{"to state nowhere"},
	},
	{
		Name: "raise of nil", Source: "10: misuse",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause { return states(ravel.Start(s0, do(func(c ctx) { c.Raise(nil) }))) }),
		Want: []string{"!misuse: no nil"},
	},
	{
		Name: "transitions without end", Source: "5: livelock inside one handler is a failure, not a hang",
		Body: one(events(A{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1)),
				ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { c.Goto(s1) })))
		}),
		Want: []string{"!misuse"},
		Says: []string{"it would never end"},
	},
}
