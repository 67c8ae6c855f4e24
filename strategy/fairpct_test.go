package strategy_test

import (
	"math"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// Within two estimated lengths fair PCT makes the execution that PCT makes.
func TestFairPCTIsPCTAtFirst(t *testing.T) {
	for _, p := range Programs() {
		if p.Name == "endless" {
			continue
		}
		pct, fair := NewSimulator(t, p), NewSimulator(t, p)
		for seed := range uint64(300) {
			e := strategy.Execution{Seed: seed, Length: 12, MaxSteps: 1000}
			a := pct.Run(strategy.NewPCT(3), e).Key()
			if b := fair.Run(strategy.NewFairPCT(3), e).Key(); a != b {
				t.Fatalf("%s: seed %d: PCT %s, fair PCT %s", p.Name, seed, a, b)
			}
		}
	}
}

// Behind the prefix all operations take uniform turns, however early or late MaxSteps allows that.
func TestFairPCTIsFairAfterwards(t *testing.T) {
	p := Program{Threads: []Thread{{W(0), Back()}, {Local(), Back()}, {W(0), Back()}}}
	for _, c := range []struct{ length, steps, prefix int }{{50, 1000, 100}, {50, 120, 60}, {0, 1000, 200}, {10_000, 1000, 500}} {
		counts, runs := make([]int, 3), 0
		NewSimulator(t, p).Explore(strategy.NewFairPCT(1), strategy.Execution{Seed: 8, Length: c.length, MaxSteps: c.steps}, 100, func(tr *Trace) {
			for i, m := range tr.Moves {
				switch {
				case i >= c.prefix:
					counts[m.Thread]++
				case m.Thread == tr.Moves[0].Thread:
					runs++
				}
			}
		})
		Uniform(t, "turns behind the prefix", counts)
		if runs != 100*c.prefix {
			t.Errorf("%+v: %d of the %d moves of the prefixes are those of the highest thread", c, runs, 100*c.prefix)
		}
	}
	if !strategy.PropertiesOf(strategy.NewFairPCT(3)).Fair || strategy.PropertiesOf(strategy.NewPCT(3)).Fair {
		t.Error("fair PCT has to be fair, PCT must not say so")
	}
}

// In the fair part a waiting operation has the waiting times of the random walk.
func TestFairPCTWaits(t *testing.T) {
	p := Program{Threads: []Thread{{W(0), Back()}, {W(0), Back()}}}
	long, n := 0, 0
	NewSimulator(t, p).Explore(strategy.NewFairPCT(3), strategy.Execution{Seed: 9, Length: 10, MaxSteps: 60}, 20_000, func(tr *Trace) {
		n++
		same := true
		for _, m := range tr.Moves[20:26] {
			same = same && m.Thread == 0
		}
		if same {
			long++
		}
	})
	Probability(t, "six turns in a row", long, n, math.Pow(0.5, 6))
}
