package engine_test

import (
	"errors"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

func TestReceive(t *testing.T) { enginetest.Test(t, receiveRows) }

// receiver is a machine that, at an A, runs f.
func receiver(f func(p probe, c ctx), more ...ravel.Clause) func(p probe) []ravel.StateClause {
	return func(p probe) []ravel.StateClause {
		return states(ravel.Start(s0, append(more, do(func(c ctx) { f(p, c) }), seeB(p), seeC(p))...))
	}
}

var receiveRows = []row{
	{
		Name: "receive takes the first match and leaves the rest", Source: "10: Receive takes the first matching event and leaves all others",
		Body: one(events(A{}, B{1}, C{2}, C{3}), receiver(func(p probe, c ctx) { p.See("got%d", ravel.Receive[C](c).N) })),
		Want: []string{"got2 B1 C3"},
	},
	{
		Name: "receive regardless of defer and ignore", Source: "10; semantics 2.4: ignores the defer and ignore sets",
		Body: one(events(A{}, D{0}, B{1}, C{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Ignore[B](), ravel.Defer[D](), do(func(c ctx) {
				p.See("got%d", ravel.Receive[B](c).N)
				p.See("got%d", ravel.Receive[D](c).N)
			}), seeC(p)))
		}),
		Want: []string{"got1 got0 C2"},
	},
	{
		Name: "receive takes what was deferred before", Source: "10: leaves all others, regardless of defer",
		Body: one(events(B{1}, B{2}, A{}, C{0}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Defer[B](), do(func(c ctx) { p.See("got%d", ravel.Receive[B](c).N) }), ravel.Goto[C](s1)), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"got1 B2"},
	},
	{
		Name: "receive by predicate", Source: "10; semantics 2.4: exact type and predicate",
		Body: one(events(A{}, B{1}, B{2}, B{3}), receiver(func(p probe, c ctx) {
			p.See("got%d", ravel.ReceiveWhere(c, func(b B) bool { return b.N > 1 }).N)
		})),
		Want: []string{"got2 B1 B3"},
	},
	{
		Name: "receive of one of several types", Source: "10: Receive",
		Body: one(events(A{}, D{0}, C{1}, B{2}), receiver(func(p probe, c ctx) {
			p.See("got%v", ravel.ReceiveAny(c, ravel.Type[B](), ravel.Type[C]()))
			p.See("got%v", ravel.ReceiveAny(c, ravel.Type[any](), ravel.Type[C]()))
		})),
		Want: []string{"got{1} got{0} B2"},
	},
	{
		Name: "receive matches the exact type", Source: "semantics 2.1: exact type",
		Body: one(events(A{}, &B{1}, B{2}), receiver(func(p probe, c ctx) { p.See("got%d", ravel.Receive[B](c).N) }, ravel.Ignore[*B]())),
		Want: []string{"got2"},
	},
	{
		Name: "nothing is dequeued or raised while it waits", Source: "semantics 2.4",
		Body: one(events(A{}, B{1}, C{2}), receiver(func(p probe, c ctx) {
			p.See("wait")
			ravel.Receive[C](c)
			p.See("on")
			c.Raise(C{9})
		})),
		Want: []string{"wait on C9 B1"},
	},
	{
		Name: "what was done before a wait happens before it", Source: "3.3: a call that waits first flushes the outbox",
		Body: func(p probe, c ctx) {
			echo := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, c ctx, to Peer) { c.Send(to.ID, B{7}) })))
			machine(c, events(A{}), receiver(func(p probe, c ctx) {
				c.Send(echo, Peer{c.Self()})
				p.See("got%d", ravel.Receive[B](c).N)
			})(p)...)
		},
		Want: []string{"got7"},
	},
	{
		Name: "a receive that nothing can end", Source: "10: a deadlock, reported with what it waits for; semantics 2.4",
		Body: one(events(A{}, B{1}), receiver(func(p probe, c ctx) { ravel.Receive[C](c) })),
		Want: []string{"!deadlock"},
		Says: []string{"M waits for event engine_test.C"},
	},
	{
		Name: "two blocked in a receive", Source: "10: all are reported",
		Body: func(p probe, c ctx) {
			c.Go("x", func(c ctx) { ravel.ReceiveWhere(c, func(C) bool { return true }) })
			c.Go("y", func(c ctx) { ravel.ReceiveAny(c, ravel.Type[A](), ravel.Type[B]()) })
		},
		Want: []string{"!deadlock"},
		Says: []string{"x waits for event engine_test.C that satisfies a predicate", "y waits for event engine_test.A or engine_test.B"},
	},
	{
		Name: "a deadlock with a hot monitor", Source: "5: at quiescence deadlock and hot monitors are both reported",
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Go("x", func(c ctx) { c.Notify(A{}); ravel.Receive[C](c) })
		},
		Want: []string{"!deadlock"},
		Says: []string{"x waits for", "HotUntilB (in hot state Hot)"},
	},
	{
		Name: "next is idle, not deadlocked", Source: "10: waiting for the next event of a loop is not an obligation",
		Body: func(p probe, c ctx) {
			m := c.Go("server", func(c ctx) {
				for {
					p.See("%v", ravel.Next(c))
				}
			})
			c.Send(m, A{1})
			c.Send(m, &B{2})
		},
		Want: []string{"{1} &{2}"},
	},
	{
		Name: "next and receive in one machine", Source: "10: Next is idle, Receive an obligation",
		Body: func(p probe, c ctx) {
			m := c.Go("server", func(c ctx) {
				for {
					if _, ok := ravel.Next(c).(A); ok {
						p.See("A then B%d", ravel.Receive[B](c).N)
					}
				}
			})
			c.Send(m, C{})
			c.Send(m, A{1})
			c.Send(m, C{})
			if c.Bool() {
				c.Send(m, B{2})
			}
		},
		Want: []string{"A then B2", "!deadlock"},
	},
	{
		Name: "a plain function halts when it returns", Source: "11: a machine as a plain function; ravel.Func",
		Body: func(p probe, c ctx) {
			m := c.Go("once", func(c ctx) { p.See("%v", ravel.Receive[A](c)) })
			c.Send(m, A{1})
			c.Send(m, A{2})
		},
		Want: []string{"{1}"},
		Finished: func(t testing.TB, o engine.Outcome) {
			if n := count(o, "halted"); n != 1 {
				t.Errorf("%d machines halted", n)
			}
		},
	},
	{
		Name: "the body of the test receives", Source: "11: the body is the root machine's first handler",
		Body: func(p probe, c ctx) {
			root := c.Self()
			c.Go("x", func(c ctx) { c.Send(root, A{1}) })
			c.Go("y", func(c ctx) { c.Send(root, A{2}) })
			p.See("%d", ravel.Receive[A](c).N)
		},
		Want: []string{"1", "2"},
	},
	{
		Name: "waiting for quiescence", Source: "11: t.Wait runs until nothing can move",
		Body: func(p probe, c ctx) {
			m := machine(c, events(A{1}), ravel.Start(s0, seeA(p)))
			ravel.AwaitQuiet(c)
			p.See("quiet")
			c.Send(m, A{2})
			ravel.AwaitQuiet(c)
			p.See("quiet")
		},
		AtEnd: func(p probe) { p.See("end") },
		Want:  []string{"A1 quiet A2 quiet end"},
	},
	{
		Name: "transitions in a plain function", Source: "ravel.Func: it has no states",
		Body: func(p probe, c ctx) { c.Go("x", func(c ctx) { c.Halt() }) },
		Want: []string{"!misuse"},
		Says: []string{"it has no states; return to halt it"},
	},
	{
		Name: "receive in the entry of the start state", Source: "3.3: waits anywhere but in exits",
		Body: one(events(B{1}, A{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { p.See("got%d", ravel.Receive[A](c).N); c.Goto(s1) })), ravel.In(s1, seeB(p)))
		}),
		Want: []string{"got2 B1"},
	},
	{
		Name: "receive in a raised handler, then a transition", Source: "3.3: waiting changes neither steps nor choices",
		Body: one(events(A{}, B{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Raise(C{}) }), exit(p, "out"), ravel.On(func(_ *cell, c ctx, _ C) {
				ravel.Receive[B](c)
				c.Goto(s1)
			})), ravel.In(s1, ravel.Entry(func(_ *cell, c ctx) { p.See("%v", c.Event()) })))
		}),
		Want: []string{"out {0}"},
	},
	{
		Name: "receive of an interface", Source: "2.1: exact types; an interface would match nothing",
		Body: func(p probe, c ctx) { c.Go("x", func(c ctx) { ravel.Receive[error](c) }) },
		Want: []string{"!misuse"},
		Says: []string{"Receive of the interface error", "receive_test.go:"},
	},
	{
		Name: "receive of any", Source: "wait.go: any matches every event",
		Body: func(p probe, c ctx) {
			c.Send(c.Go("x", func(c ctx) { p.See("%v", ravel.Receive[any](c)) }), errors.New("e"))
		},
		Want: []string{"e"},
	},
	{
		Name: "receive of no types", Source: "wait.go: misuse",
		Body: func(p probe, c ctx) { c.Go("x", func(c ctx) { ravel.ReceiveAny(c) }) },
		Want: []string{"!misuse"},
	},
	{
		Name: "a predicate that panics", Source: "5: panic; no user code may end a worker",
		Body: one(events(A{}, B{1}), receiver(func(p probe, c ctx) {
			ravel.ReceiveWhere(c, func(b B) bool { panic("predicate") })
		})),
		Want: []string{"!panic"},
		Says: []string{"M panicked: predicate", "receive_test.go:"},
	},
	{
		Name: "a predicate that acts", Source: "5: a Context works only inside its own machine's handlers",
		Body: one(events(A{}, B{1}), receiver(func(p probe, c ctx) {
			ravel.ReceiveWhere(c, func(b B) bool { c.Send(c.Self(), b); return true })
		})),
		Want: []string{"!misuse: own context"},
	},
}

// count counts the recorded events of a kind.
func count(o engine.Outcome, kind string) int {
	n := 0
	for _, ev := range o.Events {
		if ev.Kind.String() == kind {
			n++
		}
	}
	return n
}

// TestReceiveDeadlockNamesTheState looks at the fields that reports are made of.
func TestDeadlockFields(t *testing.T) {
	e := engine.New()
	defer e.Close()
	r := row{Body: one(events(A{}), receiver(func(_ probe, c ctx) { ravel.Receive[B](c) }))}
	o := r.Once(e, engine.Config{})
	var d *failure.Deadlock
	if !errors.As(o.Err, &d) {
		t.Fatalf("got %v", o.Err)
	}
	if b := d.Blocked[0]; b.Machine != "M" || b.State != string(s0) || b.WaitsFor != "event engine_test.B" {
		t.Errorf("blocked: %+v", b)
	}
}
