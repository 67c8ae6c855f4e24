package engine_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

func TestEnds(t *testing.T) { enginetest.Test(t, endRows()) }

// at is a place where user code runs in an execution.
type at struct {
	name string
	who  string // in failures
	run  func(f func()) func(p probe, c ctx)
	end  bool // f is AtEnd
}

// places are all the places where user code runs.
var places = []at{
	{"handler", "M", func(f func()) func(p probe, c ctx) {
		return one(events(A{}), func(probe) []ravel.StateClause { return states(ravel.Start(s0, do(func(ctx) { f() }))) })
	}, false},
	{"start entry", "M", func(f func()) func(p probe, c ctx) {
		return one(nil, func(probe) []ravel.StateClause { return states(ravel.Start(s0, ravel.Entry(func(*cell, ctx) { f() }))) })
	}, false},
	{"exit", "M", func(f func()) func(p probe, c ctx) {
		return one(events(A{}), func(probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Goto[A](s1), ravel.Exit(func(*cell, ctx) { f() })), ravel.In(s1))
		})
	}, false},
	{"entry of a pushed state", "M", func(f func()) func(p probe, c ctx) {
		return one(events(A{}), func(probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.Push[A](s1)), ravel.In(s1, ravel.Entry(func(*cell, ctx) { f() })))
		})
	}, false},
	{"raised handler", "M", func(f func()) func(p probe, c ctx) {
		return one(events(B{}), func(probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.On(func(_ *cell, c ctx, _ B) { c.Raise(A{}) }), do(func(ctx) { f() })))
		})
	}, false},
	{"default handler", "M", func(f func()) func(p probe, c ctx) {
		return one(nil, func(probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.OnDefault(func(_ *cell, c ctx) { f(); c.Halt() })))
		})
	}, false},
	{"deferred function", "M", func(f func()) func(p probe, c ctx) {
		return one(events(A{}), func(probe) []ravel.StateClause { return states(ravel.Start(s0, do(func(ctx) { defer f() }))) })
	}, false},
	{"deferred function behind a wait", "M", func(f func()) func(p probe, c ctx) {
		return one(events(A{}, B{}), func(probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { defer f(); ravel.Receive[B](c) })))
		})
	}, false},
	{"plain function", "F", func(f func()) func(p probe, c ctx) {
		return func(_ probe, c ctx) { c.Go("F", func(ctx) { f() }) }
	}, false},
	{"plain function behind a wait", "F", func(f func()) func(p probe, c ctx) {
		return func(_ probe, c ctx) { c.Go("F", func(c ctx) { c.Yield(); f() }) }
	}, false},
	{"body", "test", func(f func()) func(p probe, c ctx) { return func(probe, ctx) { f() } }, false},
	{"body behind a wait", "test", func(f func()) func(p probe, c ctx) {
		return func(_ probe, c ctx) { ravel.AwaitQuiet(c); f() }
	}, false},
	{"monitor", "Spec", func(f func()) func(p probe, c ctx) {
		return listen(func(c ctx) { c.Notify(A{}) }, func(probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(*spec, mctx, A) { f() })))
		})
	}, false},
	{"monitor's start", "Spec", func(f func()) func(p probe, c ctx) {
		return listen(func(c ctx) {}, func(probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.Entry(func(*spec, mctx) { f() })))
		})
	}, false},
	{"monitor behind a flush", "Spec", func(f func()) func(p probe, c ctx) {
		return listen(func(c ctx) { c.Send(c.Self(), A{}); c.Notify(A{}) }, func(probe) []ravel.StateClause {
			return states(ravel.Warm("W", ravel.On(func(*spec, mctx, A) { f() })))
		})
	}, false},
	{"fault", "M", func(f func()) func(p probe, c ctx) {
		return func(p probe, c ctx) { offer(1, 1, ravel.On(func(*cell, ctx, D) { f() }))(p, c) }
	}, false},
	{"predicate", "F", func(f func()) func(p probe, c ctx) {
		return func(_ probe, c ctx) {
			c.Send(c.Go("F", func(c ctx) { ravel.ReceiveWhere(c, func(A) bool { f(); return true }) }), A{})
		}
	}, false},
	{"model", "F", func(f func()) func(p probe, c ctx) {
		return func(_ probe, c ctx) { c.Go("F", func(c ctx) { c.Write(c.Model("calls", calls(f)), 1) }) }
	}, false},
	{"AtEnd", "test", func(f func()) func(p probe, c ctx) { return func(probe, ctx) {} }, true},
}

// calls is a model that calls.
type call struct{ f func() }

func (c *call) Apply(any) { c.f() }

func calls(f func()) *call { return &call{f} }

// endRows runs what ends an execution at every place, and what must not.
func endRows() []row {
	var rows []row
	for _, place := range places {
		add := func(name, source, want string, says []string, f func()) {
			r := row{Name: name + " in " + place.name, Source: source, Body: place.run(f), Want: []string{want}, Says: says}
			if place.end {
				r.AtEnd = func(probe) { f() }
			}
			if place.name == "fault" && want != "" {
				r.Want = append(r.Want, "")
			}
			rows = append(rows, r)
		}
		add("panic", "5: panic", "!panic", []string{place.who + " panicked: boom", "ends_test.go:"}, func() { panic("boom") })
		add("runtime error", "5: panic", "!panic", []string{"nil pointer", "ends_test.go:"}, func() { var n *cell; n.n++ })
		add("recovered panic", "3.5: a panic that the code recovers is its own business", "", nil, func() {
			defer func() { _ = recover() }()
			panic("own business")
		})
		add("Goexit", "5: no user code may end a worker", "!exit", []string{place.who + " called runtime.Goexit()"}, runtime.Goexit)
	}
	return rows
}

func TestFailuresOfMachines(t *testing.T) { enginetest.Test(t, failureRows) }

var failureRows = []row{
	{
		Name: "an assertion that failed cannot be recovered", Source: "3.5: recorded before it unwinds, so no recover hides it; 2.6",
		Body: one(events(A{}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) {
				defer func() { p.See("deferred:%v", recover()) }()
				defer func() { defer func() { _ = recover() }(); panic("in the way") }()
				c.Assert(1 > 2, "one is %d", 1)
				p.See("never")
			})))
		}),
		Want: []string{"deferred:<nil> !assertion"},
		Says: []string{"an assertion in M failed: one is 1", "ends_test.go:"},
	},
	{
		Name: "an assertion that holds", Source: "twin",
		Body: one(events(A{}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Assert(true, "fine") })))
		}),
		Want: []string{""},
	},
	{
		Name: "an assertion in AtEnd", Source: "5; the execution is over: assert, but do not act",
		Body:  func(p probe, c ctx) { rootOf = c },
		AtEnd: func(p probe) { p.See("%v", rootOf.Now().Year()); rootOf.Assert(false, "in the end") },
		Want:  []string{"2000 !assertion"},
		Says:  []string{"in the end"},
	},
	{
		Name: "acting in AtEnd", Source: "brief: AtEnd misuse",
		Body:  func(p probe, c ctx) { rootOf = c },
		AtEnd: func(p probe) { rootOf.Send(rootOf.Self(), A{}) },
		Want:  []string{"!misuse: own context"},
		Says:  []string{"Send", "ends_test.go:"},
	},
	{
		Name: "waiting in AtEnd", Source: "brief: AtEnd misuse",
		Body:  func(p probe, c ctx) { rootOf = c },
		AtEnd: func(p probe) { ravel.Receive[A](rootOf) },
		Want:  []string{"!misuse: own context"},
	},
	{
		Name: "AtEnd while machines wait", Source: "5: AtEnd runs at quiescence",
		Body: func(p probe, c ctx) {
			c.Go("x", func(c ctx) { defer p.See("unwound"); ravel.Next(c) })
			ravel.Next(c)
		},
		AtEnd: func(p probe) { p.See("end") },
		Want:  []string{"end unwound"},
	},
	{
		Name: "AtEnd does not run after a failure", Source: "5: a failure ends the execution",
		Body:  func(p probe, c ctx) { c.Fail("body") },
		AtEnd: func(p probe) { p.See("end") },
		Want:  []string{"!assertion"},
	},
	{
		Name: "a context that another machine uses", Source: "brief: context used by another machine",
		Body: func(p probe, c ctx) {
			c.Go("x", func(x ctx) { c.Send(x.Self(), A{}) })
		},
		Want: []string{"!misuse: own context"},
		Says: []string{"x called Send on a Context that is not its own", "ends_test.go:"},
	},
	{
		Name: "an assertion on another machine's context", Source: "brief: context used by another machine",
		Body: func(p probe, c ctx) { c.Go("x", func(ctx) { c.Assert(false, "whose") }) },
		Want: []string{"!misuse: own context"},
		Says: []string{"x called"},
	},
	{
		Name: "the clock of another machine's context", Source: "3.2: reads no clock; own context",
		Body: func(p probe, c ctx) { c.Go("x", func(ctx) { c.Now() }) },
		Want: []string{"!misuse: own context"},
	},
	{
		Name: "another machine's context in a deferred function that unwinds", Source: "5: own context",
		Body: func(p probe, c ctx) {
			m := c.Go("x", func(x ctx) { defer func() { c.Send(x.Self(), A{}) }(); ravel.Next(x) })
			c.Yield()
			c.Crash(m)
		},
		Want: []string{"", "!misuse: own context"},
	},
	{
		Name: "unhandled, but its pointer is handled", Source: "4: W sent where *W is handled is named as such",
		Body: one(events(A{}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, ravel.On(func(_ *cell, _ ctx, a *A) {})))
		}),
		Want: []string{"!unhandled event"},
		Says: []string{"M got event engine_test.A", "(it handles *engine_test.A: send that instead)", "sent by: test"},
	},
	{
		Name: "unhandled, but its value is handled", Source: "4: W and *W",
		Body: one(events(&A{}), func(p probe) []ravel.StateClause { return states(ravel.Start(s0, seeA(p))) }),
		Want: []string{"!unhandled event"},
		Says: []string{"(it handles engine_test.A: send that instead)"},
	},
	{
		Name: "cut at the step bound", Source: "5: bound", Config: engine.Config{MaxSteps: 12},
		Body: one(events(A{}), func(p probe) []ravel.StateClause {
			return states(ravel.Start(s0, do(func(c ctx) { c.Send(c.Self(), A{}) })))
		}),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a cut execution has no hot check", Source: "semantics 2.8: at max-steps no hot check", Config: engine.Config{MaxSteps: 12},
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Notify(A{})
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { c.Send(c.Self(), A{}) })))
		},
		Want: []string{"(bounded)"},
	},
	{
		Name: "the first failure counts", Source: "5: ends at its first failure; 2.6: first wins",
		Body: func(p probe, c ctx) {
			c.Go("x", func(c ctx) { c.Fail("x") })
			c.Go("y", func(c ctx) { panic("y") })
		},
		Want: []string{"!assertion", "!panic"},
	},
}

// rootOf is how an AtEnd reaches the body's Context; rows run one after the other.
var rootOf ctx

// TestReuse runs every end in one engine, twice, between executions that pass.
func TestReuse(t *testing.T) {
	before := runtime.NumGoroutine()
	e := engine.New()
	pass := row{Body: func(p probe, c ctx) { machine(c, events(A{}, B{}), ravel.Start(s0, seeA(p), seeB(p))) }}
	want := pass.Once(e, engine.Config{Record: true, Fingerprint: true})
	steps, state := want.Steps, want.State
	rows := append(endRows(), failureRows...)
	for range 2 {
		for i := range rows {
			for _, cfg := range []engine.Config{{}, {Check: true}, {Record: true}, {Fingerprint: true}} {
				cfg.MaxSteps, cfg.Ordered = rows[i].Config.MaxSteps, rows[i].Config.Ordered
				rows[i].Once(e, cfg)
				if o := pass.Once(e, engine.Config{Record: true, Fingerprint: true}); o.Err != nil || o.Steps != steps || o.State != state {
					t.Fatalf("after %s: %v, %d steps, state %v; want %d, %v", rows[i].Name, o.Err, o.Steps, o.State, steps, state)
				}
			}
		}
	}
	if n := e.Coroutines(); n > 2 {
		t.Errorf("the engine keeps %d coroutines", n)
	}
	e.Close()
	settle(t, before)
}

// settle waits until the number of goroutines is what it was.
func settle(t *testing.T, want int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, were %d\n%s", runtime.NumGoroutine(), want, buf[:runtime.Stack(buf, true)])
}

// outOfRange answers one kind of question with a number that is none of the answers.
type outOfRange struct{ pick, value, fault int }

func (s outOfRange) Start(strategy.Execution) bool                           { return true }
func (s outOfRange) Pick([]*strategy.Op) int                                 { return s.pick }
func (s outOfRange) Value(strategy.Value) int                                { return s.value }
func (s outOfRange) PickFault(_ int, _ []*strategy.Op, _ []*strategy.Op) int { return s.fault }

// TestBadStrategy: a strategy that breaks its contract is no failure of the program, and harms nobody else.
func TestBadStrategy(t *testing.T) {
	before := runtime.NumGoroutine()
	e := engine.New()
	r := row{Body: func(p probe, c ctx) {
		c.Go("parked", func(c ctx) { ravel.Next(c) })
		offer(1, 1, seeD(p))(p, c)
		c.Yield()
		c.Bool()
	}}
	for _, s := range []outOfRange{{pick: 99}, {value: 2}, {fault: -1}, {pick: -1}} {
		func() {
			defer func() {
				if v, ok := recover().(string); !ok || !strings.Contains(v, "strategy engine_test.outOfRange returned") {
					t.Errorf("%+v: got %v", s, v)
				}
			}()
			e.Run(engine.Config{MaxSteps: 100, Threshold: 100}, s, r.Program(&enginetest.Probe{}))
			t.Errorf("%+v: no panic", s)
		}()
		if o := r.Once(e, engine.Config{}); o.Err != nil {
			t.Errorf("%+v: afterwards: %v", s, o.Err)
		}
	}
	e.Close()
	settle(t, before)
}

// TestPooledCoroutines parks many machines again and again.
func TestPooledCoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	e := engine.New()
	r := row{Body: func(p probe, c ctx) {
		for range 20 {
			c.Send(c.Go("x", func(c ctx) { ravel.Receive[A](c) }), A{})
		}
	}}
	for range 30 {
		if o := r.Once(e, engine.Config{MaxSteps: 1000}); o.Err != nil {
			t.Fatal(o.Err)
		}
		if n := e.Coroutines(); n > 22 {
			t.Fatalf("%d coroutines", n)
		}
	}
	e.Close()
	settle(t, before)
}

// TestPanicStack looks at what is left of a panic's stack: the user's frames.
func TestPanicStack(t *testing.T) {
	e := engine.New()
	defer e.Close()
	r := row{Body: one(events(A{}), func(p probe) []ravel.StateClause { return states(ravel.Start(s0, do(func(ctx) { explode() }))) })}
	o := r.Once(e, engine.Config{})
	var p *failure.Panic
	if !errors.As(o.Err, &p) {
		t.Fatalf("got %v", o.Err)
	}
	if !strings.Contains(p.Stack, "explode(") || strings.Contains(p.Stack, "engine.(*Engine)") || strings.Contains(p.Stack, "ravel.On[") || strings.HasPrefix(p.Stack, "runtime") {
		t.Errorf("stack:\n%s", p.Stack)
	}
	if !strings.HasSuffix(p.Place.Func, "explode") {
		t.Errorf("place %+v", p.Place)
	}
}

func explode() {
	var m map[int]int
	m[0]++
}
