package check

import (
	"errors"
	"slices"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

type (
	lit   struct{}
	doubt struct{}
	out   struct{}
	burn  struct{}
)

var fireMonitor = ravel.DefineMonitor[burn]("Fire",
	ravel.Cold("Out", ravel.On(func(_ *burn, c *ravel.MonitorContext, _ lit) { c.Goto("Burning") }), ravel.Ignore[out](), ravel.Ignore[doubt]()),
	ravel.Warm("Smoke", ravel.On(func(_ *burn, c *ravel.MonitorContext, _ lit) { c.Goto("Burning") }),
		ravel.On(func(_ *burn, c *ravel.MonitorContext, _ out) { c.Goto("Out") }), ravel.Ignore[doubt]()),
	ravel.Hot("Burning", ravel.On(func(_ *burn, c *ravel.MonitorContext, _ out) { c.Goto("Out") }),
		ravel.On(func(_ *burn, c *ravel.MonitorContext, _ doubt) { c.Goto("Smoke") }), ravel.Ignore[lit]()))

// house may be lit, by a fault, when so many days have passed.
type house struct{ days int }

type day struct{}

var houseMachine = ravel.Define[house]("House", ravel.Start("Standing",
	ravel.Entry(func(h *house, c *ravel.Context) { h.day(c, day{}) }),
	ravel.On((*house).day),
	ravel.On(func(_ *house, c *ravel.Context, _ lit) { c.Notify(lit{}) })))

func (h *house) day(c *ravel.Context, _ day) {
	if h.days == 0 {
		c.OfferFault(c.Budget("matches", 1), lit{})
		return
	}
	h.days--
	c.Send(c.Self(), day{})
}

// explorerOf makes an explorer of a body, with one worker.
func explorerOf(t *testing.T, cfg Config, body func(*T)) *explorer {
	t.Helper()
	cfg.Workers = 1
	if err := cfg.normalize(false); err != nil {
		t.Fatal(err)
	}
	x := newExplorer(&cfg, body, nil)
	t.Cleanup(x.close)
	return x
}

// script is a body in which a machine goes on for ever, and tells the monitor something in some of its turns.
func script(tell map[int]any) func(*T) {
	return func(t *T) {
		t.Monitor(fireMonitor.New(&burn{}))
		t.Go("clock", func(c *ravel.Context) {
			for i := 0; ; i++ {
				if ev := tell[i]; ev != nil {
					c.Notify(ev)
				}
				c.Yield()
			}
		})
	}
}

// An execution that is to be cut when it is cool is cut where it is cool, and nowhere else.
func TestCool(t *testing.T) {
	const cool, steps, threshold = 100, 1000, 400
	for name, tt := range map[string]struct {
		tell     map[int]any
		from, to int  // the last step
		livelock bool // else it is cut
	}{
		"never hot":              {nil, cool, cool, false},
		"hot too late":           {map[int]any{150: lit{}}, cool, cool, false},
		"hot and cold before":    {map[int]any{10: lit{}, 50: out{}}, cool, cool, false},
		"hot, and cold behind":   {map[int]any{10: lit{}, 200: out{}}, 200, 210, false},
		"hot for ever":           {map[int]any{10: lit{}}, 2 * threshold, 2*threshold + 50, true},
		"hot, then warm":         {map[int]any{10: lit{}, 50: doubt{}}, steps, steps, false},
		"hot, warm, cold behind": {map[int]any{10: lit{}, 50: doubt{}, 300: out{}}, 300, 310, false},
		"hot, warm, and hot":     {map[int]any{10: lit{}, 50: doubt{}, 200: lit{}}, 2*threshold + 100, 2*threshold + 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			x := explorerOf(t, Config{Strategy: "random", Steps: steps, Threshold: threshold}, script(tt.tell))
			o, _ := x.workers[0].run(x.execution(0, strategy.Execution{}), mode{cool: cool})
			var l *failure.Livelock
			if o.Steps < tt.from || o.Steps > tt.to || errors.As(o.Err, &l) != tt.livelock {
				t.Errorf("%d steps, %v: want %d to %d, livelock: %t", o.Steps, o.Err, tt.from, tt.to, tt.livelock)
			}
			if !tt.livelock && o.Pruned != (tt.to < steps) {
				t.Errorf("pruned: %t", o.Pruned)
			}
		})
	}
}

// walkers are machines that go on for ever.
func walkers(t *T) {
	for range 3 {
		t.Go("walker", func(c *ravel.Context) {
			for {
				c.Yield()
			}
		})
	}
}

// One that is given up when it has deviated so often ends there.
func TestGive(t *testing.T) {
	x := explorerOf(t, Config{Strategy: "random", Steps: 500, Threshold: 500}, walkers)
	w := x.workers[0]
	for _, most := range []int{0, 1, 7, 1000} {
		d := &deviating{values: slices.Repeat([]int{1, 0}, 1000)}
		w.use(d)
		o, _ := w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{give: func() bool { return d.apart > most }})
		got := schedule.Measure(d.list, o.Steps).Switches
		if want := min(most+1, 260); got != d.apart || got > want || most < 1000 && got < want || o.Pruned != (most < 1000) {
			t.Errorf("given up behind %d: %d switches, counted as %d, in %d steps, pruned: %t", most, got, d.apart, o.Steps, o.Pruned)
		}
	}
}

// found runs the body until it fails with so many steps before the proof at least.
func (s *shrinker) found(t *testing.T, prefix int) schedule.Attempt {
	t.Helper()
	w := s.workers[0]
	w.use(s.x.cfg.Custom())
	for k := range uint64(2000) {
		o, _ := w.run(s.x.execution(k, strategy.Execution{Steps: s.x.cfg.Steps, Length: s.x.cfg.Steps}), mode{record: true})
		if o.Err != nil && o.Steps-2*s.x.cfg.Threshold >= prefix {
			s.like = o.Err
			return schedule.Attempt{Failed: true, Choices: slices.Clone(o.Named), Steps: o.Steps}
		}
	}
	t.Fatal("no failure is late")
	return schedule.Attempt{}
}

// A livelock that was found late is found early, if it can come early. If it cannot, that takes a part of the steps.
func TestEarlier(t *testing.T) {
	fire := func(from int) func(*T) {
		return func(t *T) {
			t.Monitor(fireMonitor.New(&burn{}))
			walkers(t)
			t.Create(houseMachine.New(&house{from}))
		}
	}
	cfg := Config{Strategy: "random", Steps: 2000, Threshold: 500, ShrinkSteps: 200_000}
	for name, tt := range map[string]struct {
		from  int
		early bool
	}{"at any time": {0, true}, "late only": {150, false}} {
		t.Run(name, func(t *testing.T) {
			x := explorerOf(t, cfg, fire(tt.from))
			s := &shrinker{x: x, workers: x.workers[:1], over: func() bool { return false }}
			first := s.found(t, 500)
			all := s.earlier(first)
			got := all[len(all)-1]
			before := got.Steps - s.proof()
			switch {
			case tt.early && before >= earlyEnough*2:
				t.Errorf("%d steps come before the proof, at first there were %d", before, first.Steps-s.proof())
			case !tt.early && before < 150:
				t.Errorf("%d steps come before the proof, and it takes more", before)
			}
			if most := x.cfg.ShrinkSteps/earlierShare + 2*x.cfg.Steps; s.steps > most || s.tries == 0 {
				t.Errorf("%d tries and %d steps, want at most %d steps", s.tries, s.steps, most)
			}
			again := s.run(s.workers[0], &schedule.Candidate{Names: got.Choices})
			if !again.Failed || again.Steps != got.Steps {
				t.Errorf("it does not fail again: %+v", again)
			}
		})
	}
}
