package check_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// restarted hides that a strategy could go back to saved states.
type restarted struct{ search }

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

var _ = check.Explore

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
			search := func() search { return strategy.NewSES(delaying.Named(explorer), 0) }
			a, b := exhaust(t, search(), 3_000, body), exhaust(t, restarted{search()}, 3_000, body)
			if a.Nondeterminism != nil || a.Rewound == 0 || b.Rewound != 0 || a.Executions != b.Executions || a.States != b.States || a.Steps != b.Steps {
				t.Errorf("%s, program %d: rewinding %s\n%v\nfrom the start %s", explorer, seed, a.Summary(), a.Nondeterminism, b.Summary())
			}
		}
	}
}
