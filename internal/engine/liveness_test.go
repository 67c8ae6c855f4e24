package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

func TestLiveness(t *testing.T) { enginetest.Test(t, livenessRows) }

// loop is a machine that sends itself an A for ever and runs f at each.
func loop(f func(n int, c ctx)) func(c ctx) {
	return func(c ctx) {
		n := 0
		machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { n++; f(n, c); c.Send(c.Self(), A{}) })))
	}
}

func idle(int, ctx) {}

// hot registers HotUntilB and runs the parts.
func hot(parts ...func(c ctx)) func(probe, ctx) {
	return func(_ probe, c ctx) {
		c.Monitor(hotUntilB.New(&spec{}))
		for _, part := range parts {
			part(c)
		}
	}
}

func heat(c ctx) { c.Notify(A{}) }

// random is a strategy for programs that are too large to exhaust.
func random() strategy.Strategy { return strategy.NewRandom() }

// starving never picks the machine of a name while another one can move.
type starving struct {
	strategy.Random
	name string
}

func (s *starving) Start(strategy.Execution) bool { return true }
func (s *starving) Value(strategy.Value) int      { return 0 }
func (s *starving) Pick(ops []*strategy.Op) int {
	for i, o := range ops {
		if o.Name != s.name {
			return i
		}
	}
	return 0
}

func starve(name string) func() strategy.Strategy {
	return func() strategy.Strategy { return &starving{name: name} }
}

var livenessRows = []row{
	{
		Name: "hot beyond the threshold and through the fair suffix", Source: "6: an overflow of the threshold is confirmed by a fair suffix",
		Config: engine.Config{Threshold: 10, MaxSteps: 100}, Strategy: random, Runs: 20,
		Body: hot(heat, loop(idle)),
		Want: []string{"!livelock"},
		Says: []string{"what monitor HotUntilB (in hot state Hot) waits for never happens", "threshold of 10 steps, then through 10 more steps"},
	},
	{
		Name: "cut before the threshold", Source: "6: twin; 5: bound",
		Config: engine.Config{Threshold: 90, MaxSteps: 50}, Strategy: random, Runs: 5,
		Body: hot(heat, loop(idle)),
		Want: []string{"(bounded)"},
	},
	{
		Name: "hot beyond the threshold because of an unfair schedule", Source: "6: if the monitor cools the run counts as slow",
		Config: engine.Config{Threshold: 20, MaxSteps: 200}, Strategy: starve("helper"), Runs: 1,
		Body: hot(heat, loop(idle), func(c ctx) { c.Go("helper", func(c ctx) { c.Notify(B{}) }) }),
		Want: []string{"(slow)"},
	},
	{
		Name: "a monitor that is warm freezes", Source: "6: a warm one stops the count",
		Config: engine.Config{Threshold: 30, MaxSteps: 200}, Strategy: random, Runs: 5,
		// Two of ten steps are hot: with 30 hot steps the threshold is passed although it is never hot for long.
		Body: hot(loop(func(n int, c ctx) {
			switch n % 10 {
			case 0:
				c.Notify(A{})
			case 2:
				c.Notify(C{})
			}
		})),
		Want: []string{"(slow)"},
	},
	{
		Name: "a cold state resets", Source: "6: a cold state resets it; 2.8",
		Config: engine.Config{Threshold: 30, MaxSteps: 200}, Strategy: random, Runs: 5,
		Body: hot(loop(func(n int, c ctx) {
			switch n % 10 {
			case 0:
				c.Notify(A{})
			case 8:
				c.Notify(B{})
			}
		})),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a suffix that comes to rest hot", Source: "6: hot at quiescence under any strategy",
		Config: engine.Config{Threshold: 10, MaxSteps: 200}, Strategy: starve("stopper"), Runs: 1,
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Notify(A{})
			stop := false
			machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) {
				if !stop {
					c.Send(c.Self(), A{})
				}
			})))
			c.Go("stopper", func(c ctx) { stop = true })
		},
		Want: []string{"!liveness"},
	},
	{
		Name: "no fault in the suffix", Source: "6: no faults",
		Config: engine.Config{Threshold: 10, MaxSteps: 200}, Strategy: random, Runs: 40,
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Notify(A{})
			loop(idle)(c)
			ticks := 0
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.OfferFault(c.Budget("late", 1), D{}) }), ravel.On(func(_ *cell, c ctx, _ D) { ticks++; c.Notify(B{}) })))
		},
		Want: []string{"!livelock", "(bounded)"},
	},
	{
		Name: "fair choices cycle through their values in the suffix", Source: "6: choices declared fair cycle through their values",
		Config: engine.Config{Threshold: 20, MaxSteps: 200}, Strategy: starve(""), Runs: 1,
		Body: hot(heat, loop(func(_ int, c ctx) {
			if c.FairInt(3) == 2 {
				c.Notify(B{})
			}
		})),
		Want: []string{"(slow)"},
	},
	{
		Name: "demonic choices do not", Source: "6: choices are demonic unless declared fair",
		Config: engine.Config{Threshold: 20, MaxSteps: 200}, Strategy: starve(""), Runs: 1,
		Body: hot(heat, loop(func(_ int, c ctx) {
			if c.Int(3) == 2 {
				c.Notify(B{})
			}
		})),
		Want: []string{"!livelock"},
	},
	{
		Name: "two suspects, one of which cools", Source: "6: one monitor that stays hot is enough",
		Config: engine.Config{Threshold: 20, MaxSteps: 200}, Strategy: starve("helper"), Runs: 1,
		Body: func(p probe, c ctx) {
			c.Monitor(hotUntilB.New(&spec{}))
			c.Monitor(ravel.DefineMonitor[spec]("Never", ravel.Hot("H", ravel.Ignore[A]())).New(&spec{}))
			c.Notify(A{})
			loop(idle)(c)
			c.Go("helper", func(c ctx) { c.Notify(B{}) })
		},
		Want: []string{"!livelock"},
		Says: []string{"Never"},
	},
	{
		Name: "timers keep a suffix going under the ordered clock", Source: "6, 3.7",
		Config: engine.Config{Threshold: 10, MaxSteps: 100, Ordered: true}, Strategy: random, Runs: 3,
		Body: hot(heat, func(c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, A{}) }), ravel.On(func(*cell, ctx, A) {})))
		}),
		Want: []string{"!livelock"},
	},
	{
		Name: "a violation in the suffix", Source: "5: a violation ends the execution wherever it is found",
		Config: engine.Config{Threshold: 10, MaxSteps: 200}, Strategy: starve("helper"), Runs: 1,
		Body: hot(heat, loop(idle), func(c ctx) { c.Go("helper", func(c ctx) { c.Fail("late") }) }),
		Want: []string{"!assertion"},
	},
}

func TestLassos(t *testing.T) { enginetest.Test(t, lassoRows) }

// lassoConfig has a threshold that is never reached, so that only a lasso can be found.
var lassoConfig = engine.Config{Threshold: 1000, MaxSteps: 120, Lasso: true}

// self is a machine without memory that sends itself an A for ever and runs f at each.
func self(f func(c ctx)) func(c ctx) {
	return func(c ctx) { machine(c, events(A{}), ravel.Start(s0, do(func(c ctx) { f(c); c.Send(c.Self(), A{}) }))) }
}

func nothing(ctx) {}

var lassoRows = []row{
	{
		Name: "a fair cycle", Source: "6: a lasso", Config: lassoConfig, Strategy: random, Runs: 10,
		Body: hot(heat, self(nothing)),
		Want: []string{"!livelock (lasso)"},
		Says: []string{"leads back to the same state"},
	},
	{
		Name: "a fair cycle of two machines", Source: "6: every operation enabled anywhere in the cycle runs in it", Config: lassoConfig, Strategy: random, Runs: 20,
		Body: hot(heat, self(nothing), self(nothing)),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "a cycle in which somebody is starved", Source: "6: not found when unfair", Config: lassoConfig, Strategy: starve("helper"), Runs: 1,
		Body: hot(heat, self(nothing), func(c ctx) { c.Go("helper", func(c ctx) { c.Notify(B{}) }) }),
		Want: []string{"(bounded)"},
	},
	{
		Name: "no monitor is hot in the cycle", Source: "6: one monitor is hot throughout", Config: lassoConfig, Strategy: random, Runs: 5,
		Body: hot(self(nothing)),
		Want: []string{"(bounded)"},
	},
	{
		Name: "the monitor cools and heats in the cycle", Source: "6: one monitor is hot throughout", Config: lassoConfig, Strategy: random, Runs: 5,
		Body: hot(heat, self(func(c ctx) { c.Notify(B{}); c.Notify(A{}) })),
		Want: []string{"(bounded)"},
	},
	{
		Name: "the state grows", Source: "6: two fingerprints are equal", Config: lassoConfig, Strategy: random, Runs: 5,
		Body: hot(heat, func(c ctx) {
			m := c.Create(ravel.Define[cell]("M", ravel.Start(s0, ravel.On(func(m *cell, c ctx, _ A) { m.n++; c.Send(c.Self(), A{}) }))).New(&cell{}))
			c.Send(m, A{})
		}),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a demonic choice that never takes its other value", Source: "6: choices are demonic", Config: lassoConfig, Strategy: starve(""), Runs: 1,
		Body: hot(heat, self(func(c ctx) {
			if c.Bool() {
				c.Notify(B{})
			}
		})),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "a fair choice that does not take each value", Source: "6: every fair choice takes each of its values", Config: lassoConfig, Strategy: starve(""), Runs: 1,
		Body: hot(heat, self(func(c ctx) {
			if c.FairBool() {
				c.Notify(B{})
			}
		})),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a fair choice that takes each value", Source: "6: every fair choice takes each of its values; found by two cycles together", Config: lassoConfig, Strategy: random, Runs: 20,
		Body: hot(heat, self(func(c ctx) { c.FairBool() })),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "two fair choices of one machine, each of which takes one value", Source: "6: every fair choice, not all together", Config: lassoConfig, Strategy: func() strategy.Strategy { return &alternate{} }, Runs: 1,
		Body: hot(heat, self(func(c ctx) {
			if a, b := c.FairBool(), c.FairBool(); a || !b {
				c.Notify(B{})
			}
		})),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a choice among one value", Source: "6: confirmed by running the cycle ten times, values included", Config: lassoConfig, Strategy: random, Runs: 10,
		Body: hot(heat, self(func(c ctx) { c.Int(1); c.Int(2); c.FairInt(1); c.FairBool() })),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "a fault runs in the cycle", Source: "6: no fault runs in it; a budget that shrinks is another state", Config: lassoConfig, Strategy: func() strategy.Strategy { return faulty{} }, Runs: 1,
		Body: hot(heat, func(c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(offerD), ravel.On(func(_ *cell, c ctx, _ D) { offerD(nil, c) })))
		}),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a periodic timer", Source: "6; 4: time is relative", Config: lassoConfig, Strategy: random, Runs: 5,
		Body: hot(heat, func(c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, A{}) }), ravel.On(func(*cell, ctx, A) {})))
		}),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "a periodic timer of the ordered clock", Source: "6, 3.7", Config: engine.Config{Threshold: 1000, MaxSteps: 120, Lasso: true, Ordered: true}, Strategy: random, Runs: 5,
		Body: hot(heat, func(c ctx) {
			machine(c, nil, ravel.Start(s0, ravel.Entry(func(_ *cell, c ctx) { c.Every(time.Second, A{}) }), ravel.On(func(*cell, ctx, A) {})))
		}),
		Want: []string{"!livelock (lasso)"},
	},
	{
		Name: "depth-first search over a cycle", Source: "6: under any strategy", Config: engine.Config{Threshold: 1000, MaxSteps: 14, Lasso: true},
		Body: hot(heat, self(nothing), func(c ctx) { c.Go("helper", func(c ctx) { c.Notify(B{}) }) }),
		Want: []string{"(bounded)"},
	},
	{
		Name: "a lasso before the bound under depth-first search", Source: "6", Config: engine.Config{Threshold: 1000, MaxSteps: 40, Lasso: true},
		Body: hot(heat, self(nothing)),
		Want: []string{"!livelock (lasso)"},
	},
}

func offerD(_ *cell, c ctx) { c.OfferFault(c.Budget("d", 1000), D{}) }

// faulty lets every fault happen at once.
type faulty struct{}

func (faulty) Start(strategy.Execution) bool { return true }
func (faulty) Pick([]*strategy.Op) int       { return 0 }
func (faulty) Value(strategy.Value) int      { return 0 }
func (faulty) PickFault(_ int, ops, _ []*strategy.Op) int {
	return len(ops)
}

// alternate gives the choices of a machine 0, 1, 0, 1, ...
type alternate struct {
	starving
	n int
}

func (s *alternate) Value(strategy.Value) int { s.n++; return (s.n + 1) % 2 }

// TestLivelockFields looks at what the reports are made of.
func TestLivelockFields(t *testing.T) {
	e := engine.New()
	defer e.Close()
	for _, c := range []struct {
		r   row
		cfg engine.Config
	}{{livenessRows[0], livenessRows[0].Config}, {lassoRows[0], lassoConfig}} {
		o := c.r.Once(e, c.cfg)
		var l *failure.Livelock
		if !errors.As(o.Err, &l) {
			t.Fatalf("%s: got %v", c.r.Name, o.Err)
		}
		if l.Hot.Monitor != "HotUntilB" || l.Hot.State != "Hot" || l.Hot.Since != 1 || l.Threshold != c.cfg.Threshold {
			t.Errorf("%s: %+v", c.r.Name, l)
		}
		if lasso := c.cfg.Lasso; lasso != (l.Length > 0) || lasso == (l.Suffix > 0) {
			t.Errorf("%s: %+v", c.r.Name, l)
		}
	}
}
