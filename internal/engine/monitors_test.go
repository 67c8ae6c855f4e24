package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

// hotUntilB is hot from an A to a B; C makes it warm.
var hotUntilB = ravel.DefineMonitor[spec]("HotUntilB",
	ravel.Cold("Cold", ravel.Goto[A]("Hot"), ravel.Ignore[B](), ravel.Ignore[C]()),
	ravel.Hot("Hot", ravel.Goto[B]("Cold"), ravel.Goto[C]("Warm"), ravel.Ignore[A]()),
	ravel.Warm("Warm", ravel.Goto[A]("Hot"), ravel.Goto[B]("Cold"), ravel.Ignore[C]()),
)

func TestMonitors(t *testing.T) { enginetest.Test(t, monitorRows) }

// listen registers a monitor and runs f in a machine.
func listen(f func(c ctx), states func(p probe) []ravel.StateClause) func(probe, ctx) {
	return func(p probe, c ctx) {
		c.Monitor(ravel.DefineMonitor[spec]("Spec", states(p)...).New(&spec{}))
		c.Go("x", f)
	}
}

var monitorRows = []row{
	{
		Name: "an assertion of a monitor", Source: "5: monitor violation; 2.7",
		Body: listen(func(c ctx) { c.Notify(A{3}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { c.Assert(a.N < 3, "N is %d", a.N) })))
		}),
		Want: []string{"!monitor"},
		Says: []string{"monitor Spec found its specification violated when x announced engine_test.A: N is 3", "monitors_test.go:"},
	},
	{
		Name: "an assertion of a monitor that holds", Source: "twin",
		Body: listen(func(c ctx) { c.Notify(A{2}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { c.Assert(a.N < 3, "N is %d", a.N) })))
		}),
		Want: []string{""},
	},
	{
		Name: "an event that no monitor declares", Source: "semantics 2.7: notify of unheard types",
		Body: listen(func(c ctx) { c.Notify(B{}) }, func(p probe) []ravel.StateClause { return states(ravel.Warm("W", ravel.Ignore[A]())) }),
		Want: []string{""},
	},
	{
		Name: "no monitor at all", Source: "semantics 2.7: calling an unregistered monitor is a no-op",
		Body: func(p probe, c ctx) { c.Notify(A{}) },
		Want: []string{""},
	},
	{
		Name: "an event that the monitor declares in another state", Source: "semantics 2.7: otherwise unhandled",
		Body: listen(func(c ctx) { c.Notify(B{}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.Goto[A]("V")), ravel.Warm("V", ravel.Ignore[B]()))
		}),
		Want: []string{"!unhandled event"},
		Says: []string{"Spec got event engine_test.B", "in state W"},
	},
	{
		Name: "ignored by the monitor's wildcard", Source: "semantics 2.7: ignore-wildcard",
		Body: listen(func(c ctx) { c.Notify(B{}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.Goto[A]("V"), ravel.Ignore[any]()), ravel.Warm("V", ravel.Ignore[B]()))
		}),
		Want: []string{""},
	},
	{
		Name: "goto, entry, exit and raise in a monitor", Source: "semantics 2.7: processed immediately after the action",
		Body: listen(func(c ctx) { c.Notify(A{1}); c.Notify(C{2}) }, func(p probe) []ravel.StateClause {
			return states(
				ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { c.Raise(B{a.N}) }), ravel.On(func(_ *spec, c mctx, b B) { p.See("B%d", b.N); c.Goto("V") }),
					ravel.Exit(func(_ *spec, c mctx) { p.See("out") })),
				ravel.Warm("V", ravel.Entry(func(_ *spec, c mctx) { p.See("in:%v", c.Event()) }), ravel.On(func(_ *spec, c mctx, e C) { p.See("C%d:%s", e.N, c.State()) })))
		}),
		Want: []string{"B1 out in:{1} C2:V"},
	},
	{
		Name: "two transitions in a monitor", Source: "10: at most one transition per handler, in monitors too",
		Body: listen(func(c ctx) { c.Notify(A{1}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(_ *spec, c mctx, a A) { c.Goto("W"); c.Goto("W") })))
		}),
		Want: []string{"!misuse: one transition"},
		Says: []string{"Spec made a second transition", "(Goto at monitors_test.go:", "the first at monitors_test.go:"},
	},
	{
		Name: "a transition in a monitor's exit", Source: "10: exits make no transitions",
		Body: listen(func(c ctx) { c.Notify(A{1}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.Goto[A]("W"), ravel.Exit(func(_ *spec, c mctx) { c.Goto("W") })))
		}),
		Want: []string{"!misuse: no transition in exit"},
	},
	{
		Name: "a monitor that is registered twice", Source: "semantics 2.7: one instance per type",
		Body: func(p probe, c ctx) { c.Monitor(hotUntilB.New(&spec{})); c.Monitor(hotUntilB.New(&spec{})) },
		Want: []string{"!misuse: one monitor"},
		Says: []string{"registered monitor HotUntilB twice"},
	},
	{
		Name: "a monitor that panics", Source: "5: panic in a monitor",
		Body: listen(func(c ctx) { c.Notify(A{1}) }, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(s *spec, c mctx, a A) { panic("spec") })))
		}),
		Want: []string{"!panic"},
		Says: []string{"Spec panicked: spec", "monitors_test.go:"},
	},
	{
		Name: "a monitor that panics at its start", Source: "5: panic in a monitor",
		Body: listen(func(c ctx) {}, func(p probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.Entry(func(s *spec, c mctx) { panic("start") })))
		}),
		Want: []string{"!panic"},
		Says: []string{"Spec panicked: start"},
	},
	{
		Name: "a monitor that panics at its start, and a body that recovers", Source: "3.5: only what the code under test itself panics is its business",
		Body: func(p probe, c ctx) {
			defer func() {
				p.See("recovered:%v", recover())
				c.Send(c.Self(), A{})
				ravel.Receive[B](c)
			}()
			bad := ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.Entry(func(s *spec, c mctx) {
				if p.Seen("fail") {
					c.Fail("start")
				}
				panic("start")
			})))
			if c.Bool() {
				p.See("fail")
			}
			c.Monitor(bad.New(&spec{}))
		},
		Want: []string{"recovered:<nil> !panic", "fail recovered:<nil> !monitor"},
	},
	{
		Name: "a monitor that hears a machine's Context", Source: "10: monitors may not send, create, choose or receive",
		Body: func(p probe, c ctx) {
			var kept ctx
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.On(func(_ *spec, _ mctx, a A) {
				if kept.Bool() {
					kept.Send(kept.Self(), B{})
				}
			}))).New(&spec{}))
			c.Go("x", func(c ctx) { kept = c; c.Notify(A{}) })
		},
		Want: []string{"!misuse: own context"},
		Says: []string{"Spec called Bool on a Context"},
	},
	{
		Name: "monitors hear in program order, with the effect before", Source: "3.2: notifications directly behind a flush",
		Body: func(p probe, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W",
				ravel.On(func(_ *spec, _ mctx, a A) { p.See("A%d", a.N) }), ravel.On(func(_ *spec, _ mctx, b B) { p.See("B%d", b.N) }))).New(&spec{}))
			m := c.Go("sink", func(c ctx) { ravel.Next(c); c.Notify(B{1}) })
			c.Notify(A{1})
			c.Send(m, C{})
			c.Notify(A{2})
			c.Notify(A{3})
			c.Send(c.Self(), C{})
			c.Notify(A{4})
		},
		Want: []string{"A1 A2 A3 B1 A4", "A1 A2 A3 A4 B1"},
	},
	{
		Name: "a monitor hears what was notified before an assertion failed", Source: "3.5: assertions keep program order",
		Body: func(p probe, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Warm("W", ravel.On(func(_ *spec, _ mctx, a A) { p.See("A%d", a.N) }))).New(&spec{}))
			c.Notify(A{1})
			c.Send(c.Self(), B{})
			c.Notify(A{2})
			c.Assert(false, "now")
			c.Notify(A{3})
		},
		Want: []string{"A1 A2 !assertion"},
	},
	{
		Name: "hot at quiescence", Source: "6: hot at quiescence is a failure under any strategy; 2.8",
		Body: func(p probe, c ctx) { c.Monitor(hotUntilB.New(&spec{})); c.Notify(A{}) },
		Want: []string{"!liveness"},
		Says: []string{"HotUntilB (in hot state Hot)", "hot since step 1"},
	},
	{
		Name: "cold or warm at quiescence", Source: "twin; 2.8: neither hot nor cold is warm",
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Notify(A{})
			if c.Bool() {
				c.Notify(B{})
			} else {
				c.Notify(C{})
			}
		},
		Want: []string{""},
	},
	{
		Name: "a monitor that starts hot", Source: "6: temperature; a monitor starts in its first state",
		Body: func(p probe, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("Spec", ravel.Hot("H", ravel.Goto[B]("C")), ravel.Cold("C", ravel.Ignore[B]())).New(&spec{}))
			if c.Bool() {
				c.Notify(B{})
			}
		},
		Want: []string{"", "!liveness"},
	},
	{
		Name: "two hot monitors", Source: "5: hot monitors are all reported",
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Monitor(ravel.DefineMonitor[spec]("Other", ravel.Hot("H")).New(&spec{}))
			c.Notify(A{})
		},
		Want: []string{"!liveness"},
		Says: []string{"HotUntilB (in hot state Hot) and Other (in hot state H)"},
	},
}

func TestHeardAndGone(t *testing.T) {
	e := engine.New()
	defer e.Close()
	r := row{Body: func(p probe, c ctx) {
		c.Monitor(hotUntilB.New(&spec{}))
		c.Notify(B{})
		c.Notify(D{})
		c.Sometimes(false, "never")
		c.Sometimes(true, "once")
		c.Sometimes(false, "once")
	}}
	for range 2 {
		if o := r.Once(e, engine.Config{}); o.Err != nil {
			t.Fatal(o.Err)
		}
	}
	if e.Heard()["HotUntilB"] != 2 || e.Gone()["engine_test.D"] != 2 {
		t.Errorf("heard %v, gone %v", e.Heard(), e.Gone())
	}
	if s := e.Sometimes(); s["never"] || !s["once"] || len(s) != 2 {
		t.Errorf("sometimes %v", s)
	}
}
