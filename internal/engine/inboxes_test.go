package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/trace"
)

func TestInboxes(t *testing.T) { enginetest.Test(t, inboxRows) }

// room is a configuration with room for so many events in the inbox of each machine that is defined as M.
func room(n int) engine.Config {
	return engine.Config{Inboxes: map[string]ravel.Inbox{"M": {Capacity: n}}}
}

var rejecting = engine.Config{Inboxes: map[string]ravel.Inbox{"M": {Capacity: 1, Reject: true}}}

// sends shows each number that was sent to a machine as soon as it has arrived or was dropped.
func sends(p probe, to ravel.ID, numbers ...int) func(c ctx) {
	return func(c ctx) {
		for _, n := range numbers {
			c.Send(to, A{n})
			c.Yield()
			p.See("x%d", n)
		}
	}
}

// pair creates two machines that each send two events to the other one for an A, and shows those with the clause.
func pair(c ctx, clause func() ravel.Clause) {
	def := ravel.Define[cell]("M", ravel.Start(s0,
		ravel.On(func(m *cell, _ ctx, p Peer) { m.peer = p.ID }),
		ravel.On(func(m *cell, c ctx, a A) { c.Send(m.peer, B{a.N}); c.Send(m.peer, B{a.N + 1}) }),
		clause()))
	x, y := c.Create(def.New(&cell{})), c.Create(def.New(&cell{}))
	c.Send(x, Peer{y})
	c.Send(y, Peer{x})
	c.Send(x, A{1})
	c.Send(y, A{3})
}

var inboxRows = []row{
	{
		Name: "a send to a full inbox waits for room", Source: "9: bounded inboxes with back-pressure, the same scheduling point",
		Config: room(1),
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			c.Go("x", sends(p, sink, 1, 2))
		},
		Want: []string{"A1 x1 x2 A2", "A1 x1 A2 x2", "x1 A1 x2 A2", "x1 A1 A2 x2"},
		Finished: func(t testing.TB, o engine.Outcome) {
			held := false
			for _, ev := range o.Events {
				held = held || ev.Kind == trace.Held
				if ev.Kind == trace.Sent && ev.Value == "{N: 2}" && held && !slices.ContainsFunc(ev.After, func(i int) bool { return o.Events[i].Kind == trace.Took }) {
					t.Errorf("the send that waited does not follow from what made room: %+v", ev)
				}
			}
		},
	},
	{
		Name: "room for two", Source: "9: bounded inboxes",
		Config: room(2),
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			c.Go("x", sends(p, sink, 1, 2))
		},
		Want: []string{"A1 x1 x2 A2", "A1 x1 A2 x2", "x1 A1 x2 A2", "x1 A1 A2 x2", "x1 x2 A1 A2"},
	},
	{
		Name: "of several who wait for room any may be the first", Source: "9; live: nobody queues",
		Config: room(1),
		Body: func(p probe, c ctx) {
			sink := machine(c, events(A{0}), ravel.Start(s0, seeA(p)))
			c.Go("x", func(c ctx) { c.Send(sink, A{1}) })
			c.Go("y", func(c ctx) { c.Send(sink, A{2}) })
		},
		Want: []string{"A0 A1 A2", "A0 A2 A1"},
	},
	{
		Name: "a full inbox that rejects", Source: "9; live: Inbox.Reject",
		Config: rejecting,
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			c.Go("x", sends(p, sink, 1, 2))
		},
		Want: []string{
			"A1 x1 x2 A2", "A1 x1 A2 x2", "x1 A1 x2 A2", "x1 A1 A2 x2", "x1 x2 A1", "x1 A1 x2",
		},
		Finished: func(t testing.TB, o engine.Outcome) {
			if taken, lost := count(o, "took"), count(o, "lost"); taken+lost != 2 {
				t.Errorf("%d events were taken and %d lost, of two", taken, lost)
			}
		},
	},
	{
		Name: "what a machine sends to itself finds room, and counts", Source: "9; live: Inbox.Capacity",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { c.Send(c.Self(), B{1}); c.Send(c.Self(), B{2}) }), seeB(p), seeC(p)))
			c.Go("x", func(c ctx) { c.Send(m, C{}) })
		},
		Want: []string{"B1 B2 C0", "C0 B1 B2"},
	},
	{
		Name: "a tick takes no room", Source: "9; live: Inbox.Capacity",
		Config: room(1),
		Body: func(p probe, c ctx) {
			machine(c, events(A{1}, A{2}), ravel.Start(s0,
				ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, B{}) }), ravel.Defer[B](), seeA(p)))
		},
		Want: []string{"A1 A2"},
	},
	{
		Name: "a tick needs no room", Source: "9; live: Inbox.Capacity",
		Config: room(1),
		Body: func(p probe, c ctx) {
			machine(c, events(A{1}), ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, B{}) }), ravel.Defer[A](), seeB(p)))
		},
		Want: []string{"B0"},
	},
	{
		Name: "deferred events fill an inbox", Source: "9, 5: deadlock",
		Config: room(2),
		Body:   one(events(A{1}, A{2}, A{3}), func(p probe) []ravel.StateClause { return states(ravel.Start(s0, ravel.Defer[A]())) }),
		Want:   []string{"!deadlock"},
		Says:   []string{"test waits for room in the inbox of M (capacity 2), which defers what is there"},
		Finished: func(t testing.TB, o engine.Outcome) {
			if n := count(o, "held"); n != 1 {
				t.Errorf("the trace says %d times that somebody waits for room", n)
			}
		},
	},
	{
		Name: "a circle of full inboxes", Source: "9, 5: deadlock",
		Config: room(1),
		Body:   func(p probe, c ctx) { pair(c, func() ravel.Clause { return seeB(p) }) },
		Want: []string{
			"!deadlock", "B1 B2 B3 B4", "B1 B3 B2 B4", "B1 B3 B4 B2",
		},
		Says: []string{"M waits for room in the inbox of M#2 (capacity 1)", "M#2 waits for room in the inbox of M (capacity 1)"},
	},
	{
		Name: "an ignored event takes room until the machine comes to it", Source: "9; live: the owner of an inbox drops what is ignored",
		Config: room(1),
		Body:   func(p probe, c ctx) { pair(c, ravel.Ignore[B]) },
		Want:   []string{"", "!deadlock"},
	},
	{
		Name: "a machine that ignores what fills its inbox makes room", Source: "9",
		Config: room(1),
		Body: func(p probe, c ctx) {
			machine(c, events(B{1}, A{1}, B{2}, A{2}), ravel.Start(s0, ravel.Ignore[B](), seeA(p)))
		},
		Want: []string{"A1 A2"},
		Finished: func(t testing.TB, o engine.Outcome) {
			if n := count(o, "dropped"); n != 2 {
				t.Errorf("%d events were ignored, want 2", n)
			}
		},
	},
	{
		Name: "a dequeue that makes room is a step of its own", Source: "3.2: a dequeue that others can notice is not joined",
		Config: room(1),
		Body: func(p probe, c ctx) {
			sink := c.Go("sink", func(c ctx) {
				for {
					p.See("A%d", ravel.Receive[A](c).N)
				}
			})
			m := machine(c, events(A{1}), ravel.Start(s0, do(func(c ctx) { c.Send(sink, A{1}) })))
			c.Go("x", func(c ctx) { c.Send(m, A{}); c.Send(sink, A{2}) }) // A{2} may come before the A{1} that has made room
		},
		Want: []string{"A1 A1 A2 !deadlock", "A1 A2 A1 !deadlock", "A2 A1 A1 !deadlock"},
	},
	{
		Name: "who waits for room goes on when the machine goes down", Source: "9; 10: what is sent later is dropped",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Defer[A]()))
			c.Go("x", sends(p, m, 1, 2))
			c.Go("y", func(c ctx) { c.Crash(m) })
		},
		Want: []string{"x1 x2"},
	},
	{
		Name: "who waits for room goes on when the machine halts", Source: "9; 10: what is sent later is dropped",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(time.Second, B{}) }), ravel.Defer[A](), ravel.HaltOn[B]()))
			c.Go("x", sends(p, m, 1, 2))
		},
		Want: []string{"x1 x2"},
	},
	{
		Name: "a crash takes a send that waits for room", Source: "9, 3.4: a crash takes the unflushed effects",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := machine(c, events(B{}), ravel.Start(s0, ravel.Defer[B](), seeA(p), ravel.Goto[C](s1)), ravel.In(s1, seeA(p), seeB(p)))
			x := c.Go("x", func(c ctx) { c.Send(m, A{}) }) // for ever: B is deferred
			c.Go("y", func(c ctx) { c.Crash(x) })
		},
		Want: []string{""},
	},
	{
		Name: "a restarted machine has the bound that it had", Source: "9; live: the bound is that of the first definition",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0))
			c.Crash(m)
			c.Restart(m, ravel.Define[cell]("N", ravel.Start(s0, ravel.Defer[A]())).New(&cell{}))
			c.Send(m, A{1})
			c.Send(m, A{2})
		},
		Want: []string{"!deadlock"},
		Says: []string{"room in the inbox of N"},
	},
	{
		Name: "what a fault's handler sends to a full inbox comes behind its step", Source: "9, 3.8: a fault is one step",
		Config: room(1),
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			f := c.Create(ravel.Define[cell]("F", ravel.Start(s0,
				ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("faults", 1), B{}) }),
				ravel.On(func(_ *cell, c ctx, _ B) { c.Send(sink, A{1}); c.Send(sink, A{2}) }))).New(&cell{}))
			_ = f
			c.Go("x", func(c ctx) { c.Send(sink, A{3}) })
		},
		Want: []string{"A3", "A1 A2 A3", "A1 A3 A2", "A3 A1 A2"},
	},
	{
		Name: "the bound of everybody is not that of the body", Source: "9: the body is what is outside in production",
		Config: engine.Config{Inbox: ravel.Inbox{Capacity: 1}},
		Body: func(p probe, c ctx) {
			test := c.Self()
			c.Go("x", func(c ctx) { c.Send(test, A{1}); c.Send(test, A{2}); c.Send(test, B{}) })
			ravel.Receive[B](c)
			p.See("B")
		},
		Want: []string{"B"},
	},
	{
		Name: "receive leaves what fills the inbox", Source: "9, 5: deadlock",
		Config: room(1),
		Body: func(p probe, c ctx) {
			m := c.Go("M", func(c ctx) { ravel.Receive[B](c); p.See("B"); ravel.Receive[A](c) })
			c.Send(m, A{})
			c.Send(m, B{})
		},
		Want: []string{"!deadlock"},
		Says: []string{"test waits for room in the inbox of M (capacity 1)", "M waits for event engine_test.B"},
	},
	{
		Name: "no default handler runs while an ignored event is there", Source: "9; 2.9: default when nothing can be taken",
		Config: room(1),
		Body: func(p probe, c ctx) {
			machine(c, events(A{}), ravel.Start(s0, ravel.Ignore[A](), ravel.OnDefault(func(_ *cell, c ctx) { p.See("default"); c.Goto(s1) })), ravel.In(s1, seeA(p)))
		},
		Want: []string{"default", "default A0"},
	},
}
