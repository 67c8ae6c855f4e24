package engine_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

func TestLifecycle(t *testing.T) { enginetest.Test(t, lifecycleRows) }

// disk is a model: a number that writes add to.
type disk struct{ v int }

func (d *disk) Apply(op any) { d.v += op.(int) }

// acks is a server with a disk, a client that waits for an ack, and somebody who crashes the server.
func acks(serve func(c ctx, client ravel.ID, d ravel.ModelRef)) row {
	var d *disk
	return row{
		Body: func(p probe, c ctx) {
			d = &disk{}
			ref := c.Model("disk", d)
			client := c.Go("client", func(c ctx) { ravel.Next(c); p.See("acked") })
			server := machine(c, nil, ravel.Start(s0, do(func(c ctx) { serve(c, client, ref) })))
			c.Send(server, A{})
			c.Go("crasher", func(c ctx) { c.Crash(server) })
		},
		AtEnd: func(p probe) { p.See("disk%d", d.v) },
	}
}

func named(r row, name, source string, want ...string) row {
	r.Name, r.Source, r.Want = name, source, want
	return r
}

var lifecycleRows = []row{
	{
		Name: "halt empties the inbox and drops what comes later", Source: "10: halt; semantics 2.5",
		Body: one(events(A{1}, B{2}, B{3}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, exit(p, "out"), ravel.On(func(_ *cell, c ctx, a A) { p.See("A"); c.Halt(); p.See("on") }), seeB(p)))
		}),
		Want: []string{"A on"},
		Finished: func(t testing.TB, o engine.Outcome) {
			if n := count(o, "dropped") + count(o, "lost"); n != 2 {
				t.Errorf("%d events were dropped or lost, want 2", n)
			}
		},
	},
	{
		Name: "HaltOn", Source: "10: halt",
		Body: one(events(A{1}, B{2}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, exit(p, "out"), ravel.HaltOn[A](), seeB(p)))
		}),
		Want: []string{""},
	},
	{
		Name: "effects before a halt happen", Source: "3.2: halt is an effect, in program order",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { c.Send(sink, A{1}); c.Send(sink, A{2}); c.Halt() })))
		},
		Want: []string{"A1 A2"},
	},
	{
		Name: "halt stops timers", Source: "10; semantics 2.5: timers stopped",
		Body: one(events(A{}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, B{}) }), ravel.Ignore[B](), ravel.HaltOn[A]()))
		}),
		Config: engine.Config{MaxSteps: 8},
		Want:   []string{"", "(bounded)"},
	},
	{
		Name: "send to the zero ID", Source: "10: a send to an id that never existed is a failure",
		Body: func(p probe, c ctx) { c.Send(ravel.ID{}, A{}) },
		Want: []string{"!misuse: known machine"},
		Says: []string{"test sent event engine_test.A", "lifecycle_test.go:"},
	},
	{
		Name: "send of nil", Source: "10: misuse",
		Body: func(p probe, c ctx) { c.Send(c.Self(), nil) },
		Want: []string{"!misuse: no nil"},
	},
	{
		Name: "send to a machine whose creation has not been performed", Source: "3.2: create is an effect; only shared memory lets the id out before",
		Body: func(p probe, c ctx) {
			var leaked ravel.ID
			c.Go("x", func(c ctx) {
				c.Send(c.Self(), A{})
				leaked = c.Go("child", func(ctx) {})
			})
			c.Go("y", func(c ctx) {
				if !leaked.IsZero() {
					c.Send(leaked, A{})
				}
			})
		},
		Want: []string{"", "!misuse: known machine"},
	},
	named(acks(func(c ctx, client ravel.ID, d ravel.ModelRef) { c.Send(client, B{}); c.Write(d, 1) }),
		"ack, then write", "10: ack-then-write fails under a crash; 3.4", "disk0", "acked disk0", "acked disk1"),
	named(acks(func(c ctx, client ravel.ID, d ravel.ModelRef) { c.Write(d, 1); c.Send(client, B{}) }),
		"write, then ack", "10: write-then-ack passes; 3.4", "disk0", "disk1", "acked disk1"),
	{
		Name: "a crash falls between any two effects", Source: "3.4: takes the unflushed effects with it",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			m := machine(c, nil, ravel.Start(s0, do(func(c ctx) { c.Send(sink, A{1}); c.Send(sink, A{2}); c.Send(sink, A{3}) })))
			c.Send(m, A{})
			c.Go("crasher", func(c ctx) { c.Crash(m) })
		},
		Want: []string{"", "A1", "A1 A2", "A1 A2 A3"},
	},
	{
		Name: "a crash takes an assertion that has not been reached", Source: "3.5: the execution ends when the failure is reached",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, do(func(c ctx) { c.Send(c.Self(), B{1}); c.Send(c.Self(), B{1}); c.Assert(false, "late") }), seeB(p)))
			c.Send(m, A{})
			c.Go("crasher", func(c ctx) { c.Crash(m) })
		},
		Want: []string{"", "!assertion"},
	},
	{
		Name: "a crash while parked", Source: "3.4; brief: deferred functions run and their Context calls do nothing",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			m := machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) {
				defer func() {
					p.See("deferred:%v", recover())
					c.Send(sink, A{9})
					p.See("%v%v%v", c.Bool(), c.Int(3), ravel.Receive[B](c))
					c.Create(ravel.Func("never", func(ctx) { p.See("created") }))
					c.Assert(false, "nobody hears it")
					c.Goto(s1)
				}()
				ravel.Receive[B](c)
				p.See("never")
			})), ravel.In(s1))
			ravel.AwaitQuiet(c)
			c.Crash(m)
			c.Send(sink, A{1})
		},
		Want: []string{"deferred:<nil> false0{0} A1"},
	},
	{
		Name: "restart under the same ID", Source: "fault.go: Restart; sends in between are dropped",
		Body: func(p probe, c ctx) {
			def := func(word string) ravel.Machine {
				return ravel.Define[cell]("R", ravel.Start(s0, entry(p, word), ravel.On(func(m *cell, c ctx, a A) { m.n++; p.See("%s%d:%d", word, a.N, m.n) }))).New(&cell{})
			}
			m := c.Create(def("old"))
			c.Send(m, A{1})
			ravel.AwaitQuiet(c)
			c.Crash(m)
			c.Send(m, A{2})
			c.Restart(m, def("new"))
			c.Send(m, A{3})
		},
		Want: []string{"old old1:1 new new3:1"},
	},
	{
		Name: "a restart as another machine with other columns", Source: "Restart: as m",
		Body: func(p probe, c ctx) {
			m := machine(c, events(A{1}), ravel.Start(s0, seeA(p), ravel.Defer[B]()))
			ravel.AwaitQuiet(c)
			c.Send(m, B{7})
			c.Crash(m)
			c.Restart(m, ravel.Func("fn", func(c ctx) { p.See("%v", ravel.Next(c)) }))
			c.Send(m, B{2})
		},
		Want: []string{"A1 {2}"},
	},
	{
		Name: "a restarted machine creates others", Source: "4: canonical id = (creator, n-th creation by it)",
		Body: func(p probe, c ctx) {
			def := ravel.Define[cell]("R", ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Go("child", func(c ctx) { p.See("%v", c.Self()) }) })))
			m := c.Create(def.New(&cell{}))
			ravel.AwaitQuiet(c)
			c.Crash(m)
			c.Restart(m, def.New(&cell{}))
		},
		Want: []string{"child child#2"},
	},
	{
		Name: "restart of a machine that runs", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Func("m", func(c ctx) { ravel.Next(c) }))
			c.Restart(m, ravel.Func("n", func(ctx) {}))
		},
		Want: []string{"!misuse"},
		Says: []string{"Restart of m, which has not crashed"},
	},
	{
		Name: "restart of a machine that has halted", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Func("m", func(c ctx) {}))
			ravel.AwaitQuiet(c)
			c.Restart(m, ravel.Func("n", func(ctx) {}))
		},
		Want: []string{"!misuse"},
	},
	{
		Name: "a crash of what is down does nothing", Source: "fault.go: Crash",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Func("m", func(c ctx) {}))
			n := c.Create(ravel.Func("n", func(c ctx) { ravel.Next(c) }))
			ravel.AwaitQuiet(c)
			c.Crash(m)
			c.Crash(n)
			c.Crash(n)
			c.Restart(n, ravel.Func("again", func(c ctx) { p.See("again") }))
		},
		Want: []string{"again"},
	},
	{
		Name: "a machine crashes itself", Source: "fault.go: Crash",
		Body: one(events(A{}, B{1}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Send(c.Self(), B{2}); c.Crash(c.Self()); c.Send(c.Self(), B{3}); p.See("end") }), seeB(p)))
		}),
		Want: []string{"end"},
	},
	{
		Name: "crash and restart of the zero ID", Source: "fault.go: misuse",
		Body: func(p probe, c ctx) {
			if c.Bool() {
				c.Crash(ravel.ID{})
			}
			c.Restart(ravel.ID{}, ravel.Func("n", func(ctx) {}))
		},
		Want: []string{"!misuse"},
	},
	{
		Name: "a crash between restart and start", Source: "fault.go: Crash takes down a machine that has not started",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Func("m", func(c ctx) { p.See("m") }))
			c.Crash(m)
			ravel.AwaitQuiet(c)
			c.Restart(m, ravel.Func("n", func(ctx) { p.See("n") }))
		},
		Want: []string{"n", "m !misuse"},
	},
}

// TestForeignIDs sends to IDs of other executions and other engines.
func TestForeignIDs(t *testing.T) {
	e, other := engine.New(), engine.New()
	defer e.Close()
	defer other.Close()
	var kept ravel.ID
	first := row{Body: func(p probe, c ctx) { c.Go("a", func(ctx) {}); kept = c.Go("b", func(ctx) {}) }}
	send := row{Name: "foreign", Source: "10: an id that never existed", Body: func(p probe, c ctx) { c.Send(kept, A{}) }, Want: []string{"!misuse: known machine"}}
	first.Once(e, engine.Config{})
	for _, eng := range []*engine.Engine{e, other} {
		if o := send.Once(eng, engine.Config{Record: true}); enginetest.Outcome(&enginetest.Probe{}, o) != "!misuse: known machine" {
			t.Errorf("got %v", o.Err)
		}
	}
	crash := row{Body: func(p probe, c ctx) { c.Crash(kept) }}
	if o := crash.Once(other, engine.Config{}); enginetest.Outcome(&enginetest.Probe{}, o) != "!misuse" {
		t.Errorf("crash: got %v", o.Err)
	}
}
