package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

// TestFingerprintAddsUp compares the fingerprint that the steps add up with one computed from nothing, in states amid the
// executions of the whole suite.
func TestFingerprintAddsUp(t *testing.T) {
	var rows []row
	rows = append(rows, dequeueRows...)
	rows = append(rows, transitionRows...)
	rows = append(rows, receiveRows...)
	rows = append(rows, monitorRows...)
	rows = append(rows, lifecycleRows...)
	rows = append(rows, stepRows...)
	rows = append(rows, timerRows...)
	rows = append(rows, faultRows...)
	e := engine.New()
	defer e.Close()
	compared := 0
	for i := range rows {
		for cut := 1; cut < 24; cut++ {
			s := strategy.WithFaults(strategy.NewRandom())
			for k := range uint64(4) {
				s.Start(strategy.Execution{K: k, Seed: uint64(cut)*100 + k, MaxSteps: cut})
				cfg := engine.Config{MaxSteps: cut, Threshold: 100, Ordered: rows[i].Config.Ordered, EarlyTimers: rows[i].Config.EarlyTimers, Fingerprint: true}
				o := e.Run(cfg, s, rows[i].Program(&enginetest.Probe{}))
				if !o.Bounded || o.Err != nil {
					continue // a step that fails leaves the sum as it is
				}
				compared++
				if fresh := e.FreshState(); fresh != o.State {
					t.Errorf("%s, cut at step %d, seed %d: the steps add up to %v, the state is %v", rows[i].Name, cut, k, o.State, fresh)
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d states were compared", compared)
	}
}

// states of programs: what is seen tells the last state completely, so fingerprints must be equal when it is and differ
// when it does.
var stateRows = []row{
	{
		Name: "two counters", Source: "4: equal states by different schedules",
		Body: func(p probe, c ctx) {
			for range 2 {
				m := c.Create(ravel.Define[cell]("M", ravel.Start(s0, ravel.On(func(m *cell, _ ctx, a A) { m.n += a.N }))).New(&cell{}))
				c.Go("x", func(c ctx) { c.Send(m, A{1}) })
			}
		},
	},
	{
		Name: "the order of events", Source: "4: order-sensitive inside one machine",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Define[cell]("M", ravel.Start(s0, ravel.On(func(m *cell, _ ctx, a A) { m.n = 10*m.n + a.N; p.See("%d", a.N) }))).New(&cell{}))
			c.Go("x", func(c ctx) { c.Send(m, A{1}); c.Send(m, A{2}) })
			c.Send(m, A{3})
		},
	},
	{
		Name: "the order in an inbox", Source: "4: inbox",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Defer[A]()))
			for i := range 3 {
				c.Go("x", func(c ctx) { p.See("%d", i); c.Send(m, A{i}) })
			}
		},
	},
	{
		Name: "states, stacks", Source: "4: state stack",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Push[A](s1), ravel.Goto[B](s2), ravel.Ignore[C]()), ravel.In(s1, ravel.Goto[B](s2)), ravel.In(s2, ravel.Ignore[A](), ravel.Ignore[B]()))
			switch c.Int(4) {
			case 0:
				p.See("pushed")
				c.Send(m, A{})
			case 1:
				p.See("replaced")
				c.Send(m, B{})
			case 2:
				p.See("both")
				c.Send(m, A{})
				c.Send(m, B{})
			default:
				p.See("none")
			}
		},
	},
	{
		Name: "identities", Source: "4: canonical ids, also in fields, map keys and payloads",
		Body: func(p probe, c ctx) {
			type book struct {
				ids  map[ravel.ID]int
				last ravel.ID
			}
			m := c.Create(ravel.Define[book]("Book", ravel.Start(s0, ravel.Defer[Peer](), ravel.On(func(b *book, _ ctx, ev *Peer) { b.ids[ev.ID]++ }))).New(&book{ids: map[ravel.ID]int{}}))
			for range 2 {
				c.Go("parent", func(c ctx) {
					id := c.Go("child", func(ctx) {})
					c.Send(m, &Peer{id})
				})
			}
		},
	},
	{
		Name: "halted, crashed, creations", Source: "4: halted flag, creation counter",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.HaltOn[A](), ravel.On(func(_ *cell, c ctx, _ B) { c.Go("f", func(ctx) {}) }), ravel.Ignore[C]()))
			choice := c.Int(4)
			p.See("%d", choice)
			switch choice {
			case 0:
				c.Send(m, A{})
			case 1:
				c.Send(m, B{})
			case 2:
				c.Crash(m)
			case 3:
				c.Send(m, C{})
			}
		},
	},
	{
		Name: "monitors, models, budgets", Source: "4: monitors, fault budgets and models",
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			ref := c.Model("disk", &disk{})
			for i := range 2 {
				machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("d", 1), D{}) }),
					ravel.On(func(_ *cell, c ctx, _ D) { c.Write(ref, i+1); c.Notify(C{}); p.See("fault%d", i) })))
			}
		},
	},
	{
		Name: "plain functions that captured a choice", Source: "4: a digest of the history; ours: a function inherits its creator's",
		Body: func(p probe, c ctx) {
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) {
				x := c.Bool()
				p.See("%t", x)
				c.Go("f", func(c ctx) {
					for {
						ravel.Next(c)
						c.Assert(x, "")
					}
				})
			})))
		},
	},
	{
		Name: "what a parked handler has learned", Source: "4: a machine inside Receive carries a digest of its history",
		Body: func(p probe, c ctx) {
			c.Create(ravel.Define[cell]("M", ravel.Start(s0, ravel.On(func(m *cell, c ctx, a A) {
				x := m.n
				m.n = 7
				y := c.Bool()
				p.See("%d%t", x, y)
				ravel.Next(c)
				m.n = x
			}), ravel.Entry(func(m *cell, c ctx) { m.n = c.Int(2); c.Send(c.Self(), A{}) }))).New(&cell{}))
		},
	},
	{
		Name: "what a parked handler has read", Source: "4: a machine inside Receive carries a digest of its history",
		Body: func(p probe, c ctx) {
			d := &disk{}
			ref := c.Model("disk", d)
			m := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, c ctx, _ B) { c.Write(ref, 1) })))
			c.Go("reader", func(c ctx) { c.Send(m, B{}); c.Read(ref); p.See("%d", d.v); ravel.Next(c) })
		},
	},
	{
		Name: "two definitions", Source: "4: machines",
		Body: func(p probe, c ctx) {
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) {
				name := ravel.Choose(c, []string{"One", "Two"})
				p.See("%s", name)
				c.Create(ravel.Define[cell](name, ravel.Start(s0)).New(&cell{}))
			})))
		},
	},
}

func TestFingerprints(t *testing.T) {
	for i := range stateRows {
		r := &stateRows[i]
		t.Run(r.Name, func(t *testing.T) {
			seen, of := map[string]digest.Digest{}, map[digest.Digest]string{}
			n := exhaust(t, r, engine.Config{Fingerprint: true}, func(p *enginetest.Probe, o engine.Outcome) {
				out := enginetest.Outcome(p, o)
				if d, ok := seen[out]; ok && d != o.State {
					t.Fatalf("%q has two fingerprints", out)
				}
				if other, ok := of[o.State]; ok && other != out {
					t.Fatalf("%q and %q have the same fingerprint", out, other)
				}
				seen[out], of[o.State] = o.State, out
				if o.Unhashable != nil {
					t.Fatal(o.Unhashable)
				}
			})
			t.Logf("%d executions, %d states", n, len(of))
		})
	}
}

// exhaust runs every execution of a row, or the first 20,000 and a sample of the others.
func exhaust(t *testing.T, r *row, cfg engine.Config, f func(*enginetest.Probe, engine.Outcome)) int {
	t.Helper()
	if cfg.MaxSteps == 0 {
		cfg.MaxSteps = 300
	}
	if cfg.Threshold == 0 {
		cfg.Threshold = 200
	}
	e := engine.New()
	defer e.Close()
	s := strategy.NewDFS(20_000)
	n := 0
	for s.Start(strategy.Execution{}) {
		p := &enginetest.Probe{}
		o := e.Run(cfg, s, r.Program(p))
		s.Finish(strategy.Result{})
		f(p, o)
		n++
	}
	if s.Err() != nil {
		t.Error(s.Err())
	}
	if !s.Exhausted() { // sample the rest
		s := strategy.WithFaults(strategy.NewRandom())
		for k := range uint64(3000) {
			s.Start(strategy.Execution{K: k, Seed: k, MaxSteps: cfg.MaxSteps})
			p := &enginetest.Probe{}
			f(p, e.Run(cfg, s, r.Program(p)))
			n++
		}
	}
	return n
}

// TestRelativeTime: a time in a field counts by its distance from now.
func TestRelativeTime(t *testing.T) {
	type clock struct{ at time.Time }
	fingerprints := func(keep func(c ctx, start time.Time) time.Time) []string {
		r := row{Body: func(p probe, c ctx) {
			m := ravel.Define[clock]("M", ravel.Start(s0, ravel.Entry(func(m *clock, c ctx) {
				m.at = c.Now()
				c.After(time.Duration(1+c.Int(2))*time.Second, A{})
			}), ravel.On(func(m *clock, c ctx, _ A) { m.at = keep(c, m.at) })))
			c.Create(m.New(&clock{}))
		}}
		var all []string
		exhaust(t, &r, engine.Config{Fingerprint: true}, func(_ *enginetest.Probe, o engine.Outcome) { all = append(all, o.State.String()) })
		slices.Sort(all)
		return slices.Compact(all)
	}
	if d := fingerprints(func(c ctx, start time.Time) time.Time { return c.Now().Add(time.Second) }); len(d) != 1 {
		t.Errorf("the same distance from now has %d fingerprints", len(d))
	}
	if d := fingerprints(func(c ctx, start time.Time) time.Time { return start }); len(d) != 2 {
		t.Errorf("two distances from now have %d fingerprints", len(d))
	}
}

// TestKnownTime: a suspended handler that knows a time is another one when the clock has moved on.
func TestKnownTime(t *testing.T) {
	r := row{Body: func(p probe, c ctx) {
		c.Go("f", func(c ctx) {
			deadline := c.Now().Add(5 * time.Second)
			ravel.Next(c)
			c.Assert(c.Now().Before(deadline), "late")
		})
		d := time.Duration(1+c.Int(2)) * 10 * time.Second
		machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.After(d, B{}) }), ravel.On(func(_ *cell, c ctx, b B) { p.See("%v", d) })))
	}}
	of := map[digest.Digest]string{}
	exhaust(t, &r, engine.Config{Fingerprint: true}, func(p *enginetest.Probe, o engine.Outcome) {
		out := enginetest.Outcome(p, o)
		if other, ok := of[o.State]; ok && other != out {
			t.Errorf("%q and %q have the same fingerprint", out, other)
		}
		of[o.State] = out
	})
}

// TestFingerprintLeavesOut: temperature, steps, logs and coverage are not part of a state.
func TestFingerprintLeavesOut(t *testing.T) {
	e := engine.New()
	defer e.Close()
	var first string
	for i := range 3 {
		r := row{Body: func(p probe, c ctx) {
			c.Monitor(ravel.DefineMonitor[spec]("S", ravel.Warm("W", ravel.Ignore[A]())).New(&spec{}))
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) {
				for range i {
					c.Notify(A{})
					c.Logf("line %d", i)
					c.Sometimes(true, strings.Repeat("x", i))
				}
			})))
		}}
		got := fmt.Sprint(r.Once(e, engine.Config{Fingerprint: true}).State)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%d: state %s, was %s", i, got, first)
		}
	}
}
