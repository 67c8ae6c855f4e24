package difftest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// blind is a DPOR that does not see some of what steps meet.
type blind struct {
	*strategy.DPOR
	to func(strategy.Action) bool
}

func (b *blind) see(did []strategy.Action) (seen []strategy.Action) {
	for _, a := range did {
		if !b.to(a) {
			seen = append(seen, a)
		}
	}
	return seen
}

func (b *blind) Executed(op *strategy.Op, did []strategy.Action) { b.DPOR.Executed(op, b.see(did)) }
func (b *blind) Cut(op *strategy.Op, did []strategy.Action)      { b.DPOR.Cut(op, b.see(did)) }

func anyKind(k strategy.ActionKind) func(strategy.Action) bool {
	return func(a strategy.Action) bool { return a.Kind == k }
}

func reading(o strategy.Object) func(strategy.Action) bool {
	return func(a strategy.Action) bool { return a.Kind == strategy.Read && a.Object == o }
}

// paper is where the machines of a junction write down what they see.
type paper map[string]string

func (p paper) say(who string, what any) { p[who] += fmt.Sprint(" ", what) }

// junctions are programs in which one dependency matters: who is blind to it misses some of their ends.
var junctions = []struct {
	name string
	to   func(strategy.Action) bool
	cfg  engine.Config
	body func(c *ravel.Context, p paper)
}{
	{name: "events that arrive at one inbox", to: anyKind(strategy.Send), body: func(c *ravel.Context, p paper) {
		to := c.Create(ravel.Func("to", func(c *ravel.Context) {
			for range 2 {
				p.say("to", ravel.Receive[int](c))
			}
		}))
		for i := range 2 {
			c.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Send(to, i) })
		}
	}},
	{name: "an event and the default handler", to: anyKind(strategy.DefaultRun), body: func(c *ravel.Context, p paper) {
		to := c.Create(idlerMachine.New(&idler{p: p}))
		c.Send(to, 1)
	}},
	{name: "an event and a restart", to: anyKind(strategy.Crash), body: func(c *ravel.Context, p paper) {
		listen := func(c *ravel.Context) { p.say("to", ravel.Next(c)) }
		to := c.Go("to", func(c *ravel.Context) { ravel.Next(c) })
		c.Crash(to)
		c.Go("from", func(c *ravel.Context) { c.Send(to, 1) })
		c.Restart(to, ravel.Func("to", listen))
	}},
	{name: "the fire of a timer and its stop", to: anyKind(strategy.TimerStop), body: func(c *ravel.Context, p paper) {
		to := c.Create(stopperMachine.New(&stopper{p: p}))
		c.Create(alarmMachine.New(&alarm{to: to, after: 2 * time.Millisecond}))
	}},
	{name: "the fires of two timers that end at one inbox", to: anyKind(strategy.Fire), body: func(c *ravel.Context, p paper) {
		c.Create(stopperMachine.New(&stopper{p: p, twice: true}))
	}},
	{name: "two notifications of one monitor", to: anyKind(strategy.Notify), body: func(c *ravel.Context, p paper) {
		c.Monitor(hearerMonitor.New(&hearer{p}))
		for i := range 2 {
			c.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Notify(i) })
		}
	}},
	{name: "a notification and the registration", to: reading(strategy.Monitors), body: func(c *ravel.Context, p paper) {
		c.Go("one", func(c *ravel.Context) { c.Notify(1) })
		c.Go("other", func(c *ravel.Context) {
			c.Yield()
			c.Monitor(hearerMonitor.New(&hearer{p}))
		})
	}},
	{name: "two writes to one model", to: anyKind(strategy.Write), body: func(c *ravel.Context, p paper) {
		ref := c.Model("sheet", &sheet{p})
		for i := range 2 {
			c.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Write(ref, i) })
		}
	}},
	{name: "a write and a read of one model", to: reading(strategy.ModelObject(0)), body: func(c *ravel.Context, p paper) {
		ref := c.Model("sheet", &sheet{p})
		c.Go("reader", func(c *ravel.Context) {
			c.Read(ref)
			p.say("reader", p["sheet"])
		})
		c.Go("writer", func(c *ravel.Context) { c.Write(ref, 1) })
	}},
	{name: "the registration of a model and who looks for it", to: reading(strategy.Models), body: func(c *ravel.Context, p paper) {
		c.Go("seeker", func(c *ravel.Context) {
			_, _, found := c.ModelNamed("sheet")
			p.say("seeker", found)
		})
		c.Go("owner", func(c *ravel.Context) { c.Model("sheet", &sheet{p}) })
	}},
	{name: "the clock and who reads it", to: reading(strategy.Clock), body: func(c *ravel.Context, p paper) {
		c.Create(alarmMachine.New(&alarm{after: time.Millisecond}))
		c.Go("reader", func(c *ravel.Context) { p.say("reader", c.Now().Nanosecond()) })
	}},
	{name: "an early timer and the last that could move", to: reading(strategy.Due),
		cfg: engine.Config{Ordered: true, EarlyTimers: 1, Fingerprint: true}, // it shows whether the timer was early
		body: func(c *ravel.Context, p paper) {
			c.Create(stopperMachine.New(&stopper{p: p}))
			c.Yield()
		}},
	// Who does not see this takes it for a step that somebody else chose, and claims nothing.
	{name: "who waits until nothing can move", to: anyKind(strategy.Quiesce), body: func(c *ravel.Context, p paper) {
		c.Go("one", func(c *ravel.Context) { p.say("one", 1) })
		ravel.AwaitQuiet(c)
		p.say("root", p["one"])
	}},
}

// idler does something as long as nothing comes.
type idler struct {
	p    paper `ravel:"-"`
	idle int
}

var idlerMachine = ravel.Define[idler]("Idler", ravel.Start("Idle",
	ravel.On(func(m *idler, c *ravel.Context, n int) { m.p.say("idler", fmt.Sprint("got after ", m.idle)); c.Halt() }),
	ravel.OnDefault(func(m *idler, c *ravel.Context) {
		if m.idle++; m.idle == 3 {
			c.Halt()
		}
	})))

// stopper starts a timer, or two, and cancels the first when it hears something.
type stopper struct {
	p     paper `ravel:"-"`
	twice bool
	t     ravel.Timer
}

type (
	early struct{}
	later struct{}
)

var stopperMachine = ravel.Define[stopper]("Stopper", ravel.Start("Waiting",
	ravel.Entry(func(m *stopper, c *ravel.Context) {
		m.t = c.After(time.Millisecond, early{})
		if m.twice {
			c.After(2*time.Millisecond, later{})
		}
	}),
	ravel.On(func(m *stopper, c *ravel.Context, n int) { m.p.say("stopper", c.CancelTimer(m.t)) }),
	ravel.On(func(m *stopper, c *ravel.Context, _ early) { m.p.say("stopper", "early") }),
	ravel.On(func(m *stopper, c *ravel.Context, _ later) { m.p.say("stopper", "later") })))

// alarm sends something after a time, if it knows to whom.
type alarm struct {
	to    ravel.ID
	after time.Duration
}

var alarmMachine = ravel.Define[alarm]("Alarm", ravel.Start("Waiting",
	ravel.Entry(func(m *alarm, c *ravel.Context) { c.After(m.after, early{}) }),
	ravel.On(func(m *alarm, c *ravel.Context, _ early) {
		if !m.to.IsZero() {
			c.Send(m.to, 1)
		}
	})))

type hearer struct{ p paper }

var hearerMonitor = ravel.DefineMonitor[hearer]("Hearer", ravel.Warm("Listening",
	ravel.On(func(h *hearer, c *ravel.MonitorContext, n int) { h.p.say("monitor", n) })))

// sheet is a model that writes down what is written to it.
type sheet struct{ p paper }

func (s *sheet) Apply(op any) { s.p.say("sheet", op) }

// Each dependency is seen, and would be missed.
func TestEachDependencyMatters(t *testing.T) {
	for _, junction := range junctions {
		t.Run(junction.name, func(t *testing.T) {
			cfg := junction.cfg
			cfg.MaxSteps, cfg.Threshold = maxSteps, 1<<30
			explore := func(s search) ends {
				return endsOf(s, 100_000, func(e *engine.Engine) (engine.Outcome, func() string) {
					p := paper{}
					o := e.Run(cfg, s, engine.Program{Body: func(c *ravel.Context) { junction.body(c, p) }})
					return o, func() string { return p.end(o.Err) }
				})
			}
			all := explore(strategy.NewDFS(0))
			d := strategy.NewDPOR()
			some := explore(d)
			if fault := all.compare(&some, int(d.Wasted())); fault != "" || !all.full || all.err != nil {
				t.Errorf("%+v\n%s", all, fault)
			}
			d = strategy.NewDPOR()
			less := explore(&blind{d, junction.to})
			if fault := all.compare(&less, int(d.Wasted())); fault == "" {
				t.Errorf("nothing is missed by who does not see that: %d ends in %d executions, DFS has %d", len(less.outcomes), less.executions, all.executions)
			}
			t.Logf("%d ends; %d executions by DFS, %d by DPOR, %d of them blocked", len(all.outcomes), all.executions, some.executions, some.pruned)
		})
	}
}

// end is what was written down, and how the execution ended.
func (p paper) end(err error) string {
	lines := []string{fmt.Sprint(err)}
	for who, what := range p {
		lines = append(lines, who+":"+what)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
