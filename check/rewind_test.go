package check_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// restarted hides that a strategy could go back to saved states.
type restarted struct{ search }

type restartedListener struct {
	restarted
	strategy.Listener
}

// A search that goes back to saved states does what the same search does that runs every execution from its start.
func TestRewindingChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		make func() search
	}{
		{"states", func() search { return strategy.NewStates(0) }},
		{"states:3", func() search { return strategy.NewStates(3) }},
		{"ses:rtc", func() search { return strategy.NewSES(delaying.Named("rtc"), 0) }},
		{"ses:custom", func() search { return strategy.NewSES(delaying.Named("custom"), 0) }},
		{"ses:prr", func() search { return strategy.NewSES(delaying.Named("prr"), 0) }},
	} {
		rewound := uint64(0)
		for seed := range uint64(25) {
			body := randomProgram(seed)
			a := exhaust(t, c.make(), 2_000, body)
			b := exhaust(t, restarted{c.make()}, 2_000, body)
			rewound += a.Rewound
			if b.Rewound != 0 || a.Executions != b.Executions || a.States != b.States || a.Pruned != b.Pruned || a.Steps != b.Steps ||
				a.LongestExecution != b.LongestExecution || a.Exhausted != b.Exhausted || a.Bounded != b.Bounded {
				t.Errorf("%s, program %d: rewinding %s\nfrom the start %s", c.name, seed, a.Summary(), b.Summary())
			}
			for _, n := range a.Notes {
				t.Errorf("%s, program %d: %s", c.name, seed, n)
			}
		}
		if rewound == 0 {
			t.Errorf("%s: no execution began in a saved state", c.name)
		}
	}
}

// The same holds for programs with timers and faults, where a strategy makes several choices for one of the engine's, or
// none while its explorer has sealed the schedule.
func TestRewindingWithTimersAndFaults(t *testing.T) {
	for _, spec := range []string{"states", "pbs", "ses:rtc", "ses:rr", "ses:sealing", "delay:2,rtc", "delay:2,sealing", "pb:2", "dfs", "ses:rtc,cost=zing,delta=2"} {
		for _, early := range []int{0, 1, 2} {
			run := func(hide bool) *check.Report {
				f, err := strategy.Parse(spec)
				if err != nil {
					t.Fatal(err)
				}
				return explore(t, check.Config{
					Schedules: 3000, OrderedClock: true, EarlyTimers: early, NoShrink: true, Strategy: "custom", Seed: 1, Seeded: true,
					Custom: func() strategy.Strategy {
						s := f()
						if stateful, ok := s.(search); hide && ok {
							return restartedListener{restarted{stateful}, listenerOf(s)}
						} else if hide {
							return plain{s.(plainSearch), listenerOf(s)}
						}
						return s
					},
				}, faulty)
			}
			a, b := run(false), run(true)
			if a.Rewound == 0 || b.Rewound != 0 || a.Executions != b.Executions || a.States != b.States || a.Steps != b.Steps ||
				a.Exhausted != b.Exhausted || a.Nondeterminism != nil || len(a.Notes) > 0 {
				t.Errorf("%s, %d early timers: %d rewound, %s\nfrom the start %s", spec, early, a.Rewound, a.Summary(), b.Summary())
			}
		}
	}
}

// plainSearch is a search without a cache of states.
type plainSearch interface {
	strategy.Strategy
	strategy.Observer
	strategy.FaultPicker
	strategy.Finisher
	strategy.Described
	Exhausted() bool
	Err() error
}

// plain hides that a strategy could go back to saved states.
type plain struct {
	plainSearch
	strategy.Listener
}

// deaf listens to nothing.
type deaf struct{}

func (deaf) Told(*strategy.Op, string, []any) {}

func listenerOf(s strategy.Strategy) strategy.Listener {
	if l, ok := s.(strategy.Listener); ok {
		return l
	}
	return deaf{}
}

// relay passes on what it gets, loses some of it, and gives up when its timer fires.
type relay struct {
	to    ravel.ID
	got   int
	timer ravel.Timer
	late  bool
}

type (
	link    struct{ to ravel.ID }
	parcel  struct{ n int }
	overdue struct{}
	loss    struct{}
)

func (r *relay) link(c *ravel.Context, l link) {
	r.to = l.to
	r.timer = c.After(time.Second, overdue{})
	c.OfferFault(c.Budget("loss", 1), loss{})
	if c.Bool() {
		c.Send(r.to, parcel{1})
	}
	c.Send(r.to, parcel{2})
}

func (r *relay) parcel(c *ravel.Context, p parcel) {
	if r.got += p.n; r.got == 3 {
		c.StopTimer(r.timer)
	}
}

func (r *relay) expire(*ravel.Context, overdue) { r.late = true }
func (r *relay) lose(*ravel.Context, loss)      { r.got = 0 }

var relayMachine = ravel.Define[relay]("Relay", ravel.Start("Passing",
	ravel.On((*relay).link), ravel.On((*relay).parcel), ravel.On((*relay).expire), ravel.On((*relay).lose)))

func faulty(t *check.T) {
	a, b := t.Create(relayMachine.New(&relay{})), t.Create(relayMachine.New(&relay{}))
	t.Send(a, link{b})
	t.Send(b, link{a})
}

// intruder interferes with two walkers: by faults, at which an explorer makes two choices for one of the engine's, and by
// sealed regions, in which it makes none.
type intruder struct {
	walkers [2]ravel.ID
	happens int
}

type (
	begin  struct{ peers [2]ravel.ID }
	happen struct{ n int }
)

func (i *intruder) begin(c *ravel.Context, b begin) {
	i.walkers = b.peers
	budget := c.Budget("intrusions", 2)
	for n := range 3 {
		c.OfferFault(budget, happen{n})
	}
	c.Explorer(delaying.SealRTC)
	for _, w := range i.walkers {
		c.Send(w, signal{1, i.walkers})
	}
	c.Explorer(delaying.UnsealRTC)
}

func (i *intruder) happen(c *ravel.Context, h happen) {
	i.happens = 3*i.happens + h.n
	c.Send(i.walkers[h.n%2], signal{h.n, i.walkers})
}

var intruderMachine = ravel.Define[intruder]("Intruder", ravel.Start("Waiting",
	ravel.On((*intruder).begin), ravel.On((*intruder).happen)))

// The engine goes back to where the explorer leaves the execution before, also if the two count choices differently.
func TestRewindingWithFaults(t *testing.T) {
	for _, explorer := range []string{"rtc", "rr", "sealing"} {
		for seed := range uint64(10) {
			program := randomProgram(seed)
			body := func(t *check.T) {
				program(t)
				id := t.Create(intruderMachine.New(&intruder{}))
				var peers [2]ravel.ID
				for i := range peers {
					peers[i] = t.Create(walkerMachine.New(&walker{rules: &[3][3]rule{}, moves: 1}))
				}
				t.Send(id, begin{peers})
			}
			search := func() *strategy.SES { return strategy.NewSES(delaying.Named(explorer), 0) }
			s := search()
			a, b := exhaust(t, search(), 3_000, body), exhaust(t, restartedListener{restarted{s}, s}, 3_000, body)
			if a.Nondeterminism != nil || a.Rewound == 0 || b.Rewound != 0 || a.Executions != b.Executions || a.States != b.States || a.Steps != b.Steps {
				t.Errorf("%s, program %d: rewinding %s\n%v\nfrom the start %s", explorer, seed, a.Summary(), a.Nondeterminism, b.Summary())
			}
		}
	}
}
