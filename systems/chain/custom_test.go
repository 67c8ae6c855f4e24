package chain_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

// twoNeighbours is the test in which two neighbours fail together, after the chain
// has been initialized.
func twoNeighbours() chain.Options {
	o := chain.Strike.Options
	o.Bugs = chainrep.CRX
	return o
}

// search looks for the bug with one seed, and returns how many executions and, if
// the strategy counts them, states that took.
func search(t *testing.T, s strategy.Strategy, seed uint64) (executions, states uint64) {
	t.Helper()
	f := study.Find(t, twoNeighbours(), trial.Seeded(20_000, seed), check.Serial(), func(c *check.Config) {
		c.Custom = func() strategy.Strategy { return s }
	})
	if failure.Of(f.Err).Kind() != failure.KindLiveness {
		t.Errorf("found as %v", f.Err)
	}
	if counts, ok := s.(interface{ States() uint64 }); ok {
		states = counts.States()
	}
	return f.Execution + 1, states
}

// TestCustomExplorer compares the explorers on the bug of two neighbours: the order
// that the program states finds it before the general ones, in fewer states and in
// fewer schedules. For the figures:
//
//	go test ./chain -run TestCustomExplorer -v
func TestCustomExplorer(t *testing.T) {
	type effort struct{ executions, states uint64 }
	seeds := trial.Few(5) + 1
	ses, ss := map[string]effort{}, map[string]effort{}
	for _, name := range []string{"custom", "rr", "rtc", "prr"} {
		explorer := delaying.Named(name)
		var exhaustive, sampled []effort
		for seed := range seeds {
			executions, states := search(t, strategy.NewSES(explorer, 0), seed)
			exhaustive = append(exhaustive, effort{executions, states})
			executions, _ = search(t, strategy.NewStratified(explorer), seed)
			sampled = append(sampled, effort{executions: executions})
		}
		median := func(all []effort) effort {
			slices.SortFunc(all, func(a, b effort) int { return cmp.Compare(a.executions, b.executions) })
			return all[len(all)/2]
		}
		ses[name], ss[name] = median(exhaustive), median(sampled)
		t.Logf("%-6s  ses: %5d states, %4d schedules;  ss: %4d schedules  (medians of %d seeds)",
			name, ses[name].states, ses[name].executions, ss[name].executions, seeds)
	}
	for _, name := range []string{"rr", "rtc", "prr"} {
		if ses["custom"].states >= ses[name].states || ss["custom"].executions >= ss[name].executions {
			t.Errorf("custom takes %v and %v, %s %v and %v", ses["custom"], ss["custom"], name, ses[name], ss[name])
		}
	}
}
