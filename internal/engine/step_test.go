package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

func TestSteps(t *testing.T) { enginetest.Test(t, stepRows) }

var stepRows = []row{
	{
		Name: "a scheduling point before each effect", Source: "3.2: one send per flush step; 2.9",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			c.Go("x", func(c ctx) { c.Send(sink, A{1}); c.Send(sink, A{2}) })
			c.Send(sink, A{3})
			c.Send(sink, A{4})
		},
		Want: []string{"A1 A2 A3 A4", "A1 A3 A2 A4", "A1 A3 A4 A2", "A3 A1 A2 A4", "A3 A1 A4 A2", "A3 A4 A1 A2"},
	},
	{
		Name: "a created machine starts in a step of its own", Source: "3.2",
		Body: func(p probe, c ctx) {
			sink := machine(c, nil, ravel.Start(s0, seeA(p)))
			c.Go("child", func(c ctx) { c.Send(sink, A{1}) })
			c.Send(sink, A{2})
		},
		Want: []string{"A1 A2", "A2 A1"},
	},
	{
		Name: "the id that Create returns is immediate", Source: "3.2: immediate: the id that Create returns",
		Body: func(p probe, c ctx) {
			id := c.Create(ravel.Define[cell]("M", ravel.Start(s0, seeA(p))).New(&cell{}).Named("Bob"))
			p.See("%v", id)
			c.Send(id, A{1})
		},
		Want: []string{"Bob A1"},
	},
	{
		Name: "a handler's own fields are immediate and nobody comes between", Source: "3.2: handlers run inline",
		Body: func(p probe, c ctx) {
			m := c.Create(ravel.Define[cell]("M", ravel.Start(s0, ravel.On(func(m *cell, c ctx, a A) {
				n := m.n
				c.Send(c.Self(), B{})
				m.n = n + 1
			}), ravel.On(func(m *cell, _ ctx, _ B) { p.See("%d", m.n) }))).New(&cell{}))
			c.Go("x", func(c ctx) { c.Send(m, A{}) })
			c.Go("y", func(c ctx) { c.Send(m, A{}) })
		},
		Want: []string{"1 2", "2 2"},
	},
	{
		Name: "booleans, integers and items", Source: "3.1: one choice stream",
		Body: func(p probe, c ctx) {
			p.See("%t%d%s", c.Bool(), c.Int(2), ravel.Choose(c, []string{"a", "b"}))
		},
		Want: []string{"false0a", "false0b", "false1a", "false1b", "true0a", "true0b", "true1a", "true1b"},
	},
	{
		Name: "fair choices", Source: "6: choices are demonic unless declared fair; both are explored",
		Body: func(p probe, c ctx) { p.See("%t%d%d", c.FairBool(), c.FairInt(2), c.Int(1)) },
		Want: []string{"false00", "false10", "true00", "true10"},
	},
	{
		Name: "nothing to choose from", Source: "10: misuse",
		Body: func(p probe, c ctx) { c.Int(0) },
		Want: []string{"!misuse: positive choice"},
		Says: []string{"an integer out of 0 values"},
	},
	{
		Name: "no items", Source: "10: misuse",
		Body: func(p probe, c ctx) { ravel.Choose(c, []int{}) },
		Want: []string{"!misuse: positive choice"},
	},
	{
		Name: "yield", Source: "3.3: what was done happens, and others may move",
		Body: func(p probe, c ctx) {
			x := 0
			c.Go("x", func(c ctx) { x++; c.Yield(); x++ })
			c.Yield()
			p.See("%d", x)
		},
		Want: []string{"0", "1", "2"},
	},
	{
		Name: "a write is performed at its flush, a read waits for its own writes", Source: "3.3, 3.4: durable image",
		Body: func(p probe, c ctx) {
			d := &disk{}
			ref := c.Model("disk", d)
			c.Go("x", func(c ctx) { c.Write(ref, 1); c.Write(ref, 10) })
			c.Write(ref, 100)
			c.Read(ref)
			p.See("%d", d.v)
		},
		Want: []string{"100", "101", "111"},
	},
	{
		Name: "one model, one name", Source: "fault.go: Model",
		Body: func(p probe, c ctx) {
			d := &disk{}
			if c.Model("disk", d) != c.Model("disk", d) {
				p.See("two refs")
			}
			c.Model("disk", &disk{})
		},
		Want: []string{"!misuse"},
		Says: []string{`model "disk" is registered already`},
	},
	{
		Name: "a model that panics", Source: "5: panic; no user code may end a worker",
		Body: func(p probe, c ctx) {
			ref := c.Model("disk", &disk{})
			c.Go("x", func(c ctx) { c.Write(ref, "not a number") })
		},
		Want: []string{"!panic"},
		Says: []string{"x panicked: interface conversion", "lifecycle_test.go:"},
	},
	{
		Name: "now is constant during a handler", Source: "3.7",
		Body: func(p probe, c ctx) {
			start := c.Now()
			c.Go("x", func(c ctx) {
				c.After(time.Second, A{})
				ravel.Receive[A](c)
				p.See("%v", c.Now().Sub(start))
			})
			machine(c, events(B{}), ravel.Start(s0, ravel.On(func(_ *cell, c ctx, _ B) {
				a := c.Now()
				c.Send(c.Self(), C{})
				p.See("%v", c.Now().Sub(a))
			}), ravel.Ignore[C]()))
		},
		Want: []string{"0s 1s", "1s 0s"},
	},
	{
		Name: "a dequeue that reads the clock is a step of its own", Source: "3.2: reads no clock; a timer may fire between it and its flush",
		Body: func(p probe, c ctx) {
			start := c.Now()
			c.Go("t", func(c ctx) { c.After(time.Second, A{}); ravel.Receive[A](c); c.Notify(D{}) })
			c.Go("x", func(c ctx) {
				now := c.Now().Sub(start)
				c.Send(c.Self(), A{})
				c.Yield()
				p.See("%v-%v", now, c.Now().Sub(start))
			})
		},
		Want: []string{"0s-0s", "0s-1s", "1s-1s"},
	},
	{
		Name: "the machine's creator and the machine's name", Source: "id.go: numbered names",
		Body: func(p probe, c ctx) {
			a := c.Go("w", func(c ctx) {})
			b := c.Go("w", func(c ctx) {})
			p.See("%v %v %v %t", c.Self(), a, b, a.Compare(b) < 0 && c.Self().Compare(a) < 0)
		},
		Want: []string{"test w w#2 true"},
	},
}

// TestJoinedSteps counts steps: a quiet dequeue and its first flush are one.
func TestJoinedSteps(t *testing.T) {
	e := engine.New()
	defer e.Close()
	body := func(before func(c ctx)) row {
		return row{Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			m := machine(c, nil, ravel.Start(s0, do(func(c ctx) { before(c); c.Send(c.Self(), B{}); c.Send(c.Self(), B{}) }), ravel.Ignore[B]()))
			c.Send(m, A{})
		}}
	}
	quiet := body(func(ctx) {})
	base := quiet.Once(e, engine.Config{}).Steps
	// The root registers a monitor, which is a step; create, send; start, dequeue with the first send, the second send.
	if base != 6 {
		t.Errorf("%d steps, want 6", base)
	}
	for _, c := range []struct {
		name   string
		before func(c ctx)
		more   int
	}{
		{"a choice is immediate", func(c ctx) { c.Bool() }, 0},
		{"a notification is observed", func(c ctx) { c.Notify(C{}) }, 1},
		{"a callback is observed", func(c ctx) { c.Explorer("call") }, 1},
		{"the clock is read", func(c ctx) { c.Now() }, 1},
		{"the handler waits", func(c ctx) { c.Yield() }, 2},
	} {
		r := body(c.before)
		if n := r.Once(e, engine.Config{}).Steps; n != base+c.more {
			t.Errorf("%s: %d steps, want %d", c.name, n, base+c.more)
		}
	}
}

// told is a strategy that listens to the program.
type told struct {
	strategy.Random
	calls []string
}

func (s *told) Told(op *strategy.Op, call string, args []any) {
	s.calls = append(s.calls, op.Path()+" "+call+" "+args[0].(string))
}

func TestExplorer(t *testing.T) {
	e := engine.New()
	defer e.Close()
	s := &told{}
	fs := strategy.WithFaults(s)
	fs.Start(strategy.Execution{})
	e.Run(engine.Config{MaxSteps: 100, Threshold: 100}, fs, engine.Program{Body: func(c ctx) {
		c.Go("x", func(c ctx) { c.Explorer("place", "one"); c.Send(c.Self(), A{}); c.Explorer("place", "two") })
	}})
	if len(s.calls) != 2 || s.calls[0] != "0 place one" || s.calls[1] != "0 place two" {
		t.Errorf("got %q", s.calls)
	}
}

// resolved is a strategy that keeps the machines it is told of.
type resolved struct {
	strategy.Random
	got []string
}

func (s *resolved) Told(_ *strategy.Op, call string, args []any) {
	text := call
	for _, a := range args {
		switch a := a.(type) {
		case *strategy.Op:
			text += " " + name(a)
		case []*strategy.Op:
			for _, o := range a {
				text += " [" + name(o) + "]"
			}
		default:
			text += fmt.Sprintf(" %v", a)
		}
	}
	s.got = append(s.got, text)
}

func name(o *strategy.Op) string {
	if o == nil {
		return "nobody"
	}
	return o.Path()
}

// A strategy knows the IDs in a call as operations, also of a machine created just before the call.
func TestExplorerNamesMachines(t *testing.T) {
	e := engine.New()
	defer e.Close()
	var stale ravel.ID
	for run := range 2 {
		s := &resolved{}
		fs := strategy.WithFaults(s)
		fs.Start(strategy.Execution{})
		e.Run(engine.Config{MaxSteps: 100, Threshold: 100}, fs, engine.Program{Body: func(c ctx) {
			a := c.Go("a", func(c ctx) {})
			if run == 0 {
				c.Go("b", func(c ctx) {})
				stale = c.Go("c", func(c ctx) {})
			}
			c.Explorer("one", a, 7)
			c.ChangeOrder(c.Self(), a, ravel.ID{}, stale)
			c.SetPriority(-3)
		}})
		last := "2"
		if run == 1 {
			last = "nobody" // of an earlier execution
		}
		want := []string{"one 0 7", "ChangeOrder [root] [0] [nobody] [" + last + "]", "SetPriority -3"}
		if !slices.Equal(s.got, want) {
			t.Errorf("run %d: %q, expected %q", run, s.got, want)
		}
	}
}
