package check_test

import (
	"testing"

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
