package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

func TestFaults(t *testing.T) { enginetest.Test(t, faultRows) }

// offer is a machine that offers faults D{1}, D{2}, ... from a budget of units, and shows Bs.
func offer(n, units int, d ravel.Clause, more ...ravel.Clause) func(p probe, c ctx) ravel.ID {
	return func(p probe, c ctx) ravel.ID {
		return machine(c, nil, ravel.Start(s0, append(more, d, seeB(p), ravel.Entry(func(_ *cell, c ctx) {
			for i := range n {
				c.OfferFault(c.Budget("d", units), D{i + 1})
			}
		}))...))
	}
}

var faultRows = []row{
	{
		Name: "a fault may happen, at any step or at rest", Source: "3.8: at quiescence the choice is to end or to inject",
		Body: func(p probe, c ctx) { c.Send(offer(1, 1, seeD(p))(p, c), B{}) },
		Want: []string{"B0", "B0 D1", "D1 B0"},
	},
	{
		Name: "a budget is for all offers", Source: "3.8: budgeted",
		Body: func(p probe, c ctx) { offer(3, 1, seeD(p))(p, c) },
		Want: []string{"", "D1", "D2", "D3"},
	},
	{
		Name: "two units", Source: "3.8: budgeted; each offer happens once",
		Body: func(p probe, c ctx) { offer(2, 2, seeD(p))(p, c) },
		Want: []string{"", "D1", "D2", "D1 D2", "D2 D1"},
	},
	{
		Name: "a budget of nothing", Source: "3.8: budgeted",
		Body: func(p probe, c ctx) { offer(2, 0, seeD(p))(p, c) },
		Want: []string{""},
	},
	{
		Name: "a fault that is offered again by its handler", Source: "fault.go: once per offer",
		Body: func(p probe, c ctx) {
			again := ravel.On(func(_ *cell, c ctx, d D) { p.See("D%d", d.N); c.OfferFault(c.Budget("d", 2), D{d.N + 1}) })
			offer(1, 2, again)(p, c)
		},
		Want: []string{"", "D1", "D1 D2"},
	},
	{
		Name: "a fault that was withdrawn", Source: "fault.go: WithdrawFault",
		Body: one(events(B{}), func(p probe) []ravel.StateClause {
			var f ravel.Fault
			return states(ravel.Start(s0, seeD(p), ravel.Entry(func(_ *cell, c ctx) { f = c.OfferFault(c.Budget("d", 1), D{1}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { p.See("B"); c.WithdrawFault(f); c.WithdrawFault(f) })))
		}),
		Want: []string{"B", "D1 B"},
	},
	{
		Name: "a fault is one atomic step, effects included", Source: "fault.go: OfferFault",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p), seeB(p)))
			offer(1, 1, ravel.On(func(_ *cell, c ctx, _ D) { c.Send(sink, A{1}); c.Send(sink, A{2}) }))(p, c)
			c.Send(sink, B{})
		},
		Want: []string{"B0", "A1 A2 B0", "B0 A1 A2"},
	},
	{
		Name: "a fault comes ahead of the inbox", Source: "fault.go: ahead of its inbox",
		Body: func(p probe, c ctx) {
			id := machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("d", 1), D{}) }),
				ravel.On(func(_ *cell, c ctx, _ D) { p.See("D"); c.Goto(s1) }), seeB(p)), ravel.In(s1, ravel.Ignore[B]()))
			c.Send(id, B{1})
			c.Send(id, B{2})
		},
		Want: []string{"B1 B2", "B1 B2 D", "B1 D", "D"},
	},
	{
		Name: "a fault does not happen amid a handler's effects, nor while it waits", Source: "fault.go: while the machine has effects to perform or waits",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p), ravel.On(func(_ *cell, _ ctx, d D) { p.See("D") })))
			machine(c, events(B{}), ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("d", 1), D{}) }),
				ravel.On(func(_ *cell, c ctx, d D) { c.Send(sink, d) }),
				ravel.On(func(_ *cell, c ctx, _ B) { c.Send(sink, A{1}); c.Yield(); c.Send(sink, A{2}) })))
		},
		Want: []string{"A1 A2", "A1 A2 D", "D A1 A2"},
	},
	{
		Name: "a fault that the state defers", Source: "fault.go: a handler for the event in every state",
		Body: func(p probe, c ctx) { offer(1, 1, ravel.Defer[D]())(p, c) },
		Want: []string{"", "!misuse"},
		Says: []string{"a fault happens at once"},
	},
	{
		Name: "a fault without a handler", Source: "10: unhandled",
		Body: func(p probe, c ctx) { offer(1, 1, ravel.Ignore[C]())(p, c) },
		Want: []string{"", "!unhandled event"},
	},
	{
		Name: "the handler of a fault that waits", Source: "fault.go: one atomic step",
		Body: func(p probe, c ctx) {
			offer(1, 1, ravel.On(func(_ *cell, c ctx, _ D) { c.Yield() }))(p, c)
		},
		Want: []string{"", "!misuse"},
		Says: []string{"one atomic step"},
	},
	{
		Name: "an assertion in the handler of a fault", Source: "3.5",
		Body: func(p probe, c ctx) {
			offer(1, 1, ravel.On(func(_ *cell, c ctx, _ D) { c.Send(c.Self(), B{1}); c.Fail("fault") }))(p, c)
		},
		Want: []string{"", "!assertion"},
	},
	{
		Name: "faults in a plain function", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) { c.OfferFault(c.Budget("d", 1), D{}) },
		Want: []string{"!misuse"},
		Says: []string{"a fault needs a handler"},
	},
	{
		Name: "a budget with two sizes", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) { c.Budget("d", 1); c.Budget("d", 2) },
		Want: []string{"!misuse"},
	},
	{
		Name: "a negative budget", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) { c.Budget("d", -1) },
		Want: []string{"!misuse"},
	},
	{
		Name: "a fault that crashes and restarts another machine", Source: "3.4, 3.8",
		Body: func(p probe, c ctx) {
			def := ravel.Define[cell]("S", ravel.Start(s0, ravel.On(func(m *cell, c ctx, b B) { m.n++; p.See("B%d", m.n) })))
			server := c.Create(def.New(&cell{}))
			offer(1, 1, ravel.On(func(_ *cell, c ctx, _ D) { c.Crash(server); c.Restart(server, def.New(&cell{})) }))(p, c)
			c.Send(server, B{})
			c.Send(server, B{})
		},
		Want: []string{"B1 B2", "B1 B1", "B1", ""},
	},
	{
		Name: "faults under a sampler", Source: "3.8: samplers draw for each unit",
		Strategy: func() strategy.Strategy { return strategy.NewRandom() },
		Body:     func(p probe, c ctx) { c.Send(offer(1, 1, seeD(p))(p, c), B{}) },
		Want:     []string{"B0", "B0 D1", "D1 B0"},
	},
	{
		Name: "waiting for quiescence with faults on offer", Source: "3.8: quiescence",
		Body: func(p probe, c ctx) {
			offer(1, 1, seeD(p))(p, c)
			ravel.AwaitQuiet(c)
			p.See("quiet")
		},
		Want: []string{"quiet", "quiet D1", "D1 quiet"},
	},
}
