package strategy_test

import (
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// Round r has 100+3^r executions (not 100+r), of 100*r steps each.
func TestIRSDepths(t *testing.T) {
	p := Program{Threads: []Thread{{W(0), Back()}, {W(0), Back()}}}
	lengths := map[int]int{}
	const n = 100 + 3 + 100 + 9 + 100 + 27 + 100 + 81 + 1
	NewSimulator(t, p).Explore(strategy.NewIRS(100), strategy.Execution{Seed: 1, MaxSteps: 5000}, n, func(tr *Trace) {
		if !tr.Result.Bounded {
			t.Fatalf("an execution ended by the strategy is not reported as bounded: %+v", tr.Result)
		}
		lengths[tr.Result.Steps]++
	})
	for r, want := range []int{0, 103, 109, 127, 181, 1} {
		if lengths[100*r] != want {
			t.Errorf("%d executions of %d steps, expected %d", lengths[100*r], 100*r, want)
		}
	}
}

// The round is a pure function of K, for every K there is.
func TestIRSRounds(t *testing.T) {
	bound := func(s *strategy.IRS, k uint64) int {
		s.Start(strategy.Execution{K: k, Seed: 1, MaxSteps: 1 << 40})
		return s.StepBound()
	}
	s := strategy.NewIRS(1)
	for _, c := range []struct {
		k    uint64
		want int
	}{{0, 1}, {102, 1}, {103, 2}, {211, 2}, {212, 3}, {10_639, 8}, {10_640, 9}, {1<<64 - 1, 41}, {103, 2}} {
		if got := bound(s, c.k); got != c.want {
			t.Errorf("execution %d is of round %d, expected %d", c.k, got, c.want)
		}
	}
	first, round := uint64(0), 1 // the first execution of each round, against a sum of powers
	for power := uint64(3); round <= 40; round++ {
		if a, b := bound(s, first), bound(s, first+99+power); a != round || b != round {
			t.Errorf("round %d begins in round %d and ends in round %d", round, a, b)
		}
		first += 100 + power
		power *= 3
	}
	if a, b := bound(s, first-1), bound(s, first); a != 40 || b != 41 {
		t.Errorf("rounds %d and %d at the end of round 40", a, b)
	}
	if got := bound(strategy.NewIRS(1<<62), 10_640); got <= 0 {
		t.Errorf("the bound of a large depth overflows to %d", got)
	}
}

// Within the bound it is the random walk, execution by execution, and MaxSteps stays the limit.
func TestIRSIsRandom(t *testing.T) {
	for _, p := range Programs() {
		irs, random := NewSimulator(t, p), NewSimulator(t, p)
		for k := range uint64(400) {
			e := strategy.Execution{K: k, Seed: SeedOf(3, k), MaxSteps: 60}
			a := irs.Run(strategy.NewIRS(100), e).Key()
			if b := random.Run(strategy.NewRandom(), e).Key(); a != b {
				t.Fatalf("%s: execution %d: IRS %s, random %s", p.Name, k, a, b)
			}
		}
	}
}

// It is fair only where it lets an execution run to MaxSteps: a liveness check has to know (the fifth trap).
func TestIRSIsFairWhenWhole(t *testing.T) {
	s := strategy.NewIRS(100)
	for k, fair := range map[uint64]bool{0: false, 102: false, 103: true, 10_000: true} {
		s.Start(strategy.Execution{K: k, MaxSteps: 200})
		if strategy.PropertiesOf(s).Fair != fair {
			t.Errorf("execution %d with at most 200 steps: fair %v", k, !fair)
		}
	}
}
