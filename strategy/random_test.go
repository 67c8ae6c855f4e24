package strategy_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

func TestRandomPicksUniformly(t *testing.T) {
	for _, n := range []int{2, 3, 7, 8, 1000} {
		s, ops, counts := strategy.NewRandom(), operations(n), make([]int, n)
		s.Start(strategy.Execution{Seed: 1})
		for range 100 * n {
			counts[s.Pick(ops)]++
		}
		strategytest.Uniform(t, fmt.Sprint(n, " operations"), counts)
	}
}

func TestRandomPicksIndependently(t *testing.T) {
	s, ops, counts := strategy.NewRandom(), operations(5), make([]int, 125)
	s.Start(strategy.Execution{Seed: 2})
	for range 100_000 {
		counts[25*s.Pick(ops)+5*s.Pick(ops)+s.Pick(ops)]++
	}
	strategytest.Uniform(t, "three picks in a row", counts)
}

// The first choices of executions whose seeds are neighbours are as independent as those of one execution.
func TestRandomNeighbouringSeeds(t *testing.T) {
	s, ops := strategy.NewRandom(), operations(5)
	counts, before := make([]int, 25), 0
	for k := range 50_000 {
		s.Start(strategy.Execution{Seed: uint64(k)})
		now := s.Pick(ops)
		counts[5*before+now]++
		before = now
	}
	strategytest.Uniform(t, "first picks of two executions", counts)
}

func TestRandomValuesUniform(t *testing.T) {
	s, bools, ints := strategy.NewRandom(), make([]int, 2), make([]int, 13)
	s.Start(strategy.Execution{Seed: 3})
	for range 20_000 {
		bools[s.Value(strategy.Value{Kind: schedule.Bool, N: 2})]++
		ints[s.Value(strategy.Value{Kind: schedule.Int, N: 13})]++
	}
	strategytest.Uniform(t, "booleans", bools)
	strategytest.Uniform(t, "integers", ints)
}

// A schedule has the product of 1/n over its choices as its probability.
func TestRandomSchedules(t *testing.T) {
	for _, p := range []strategytest.Program{
		{Name: "2x3", Threads: []strategytest.Thread{strategytest.Repeat(3, strategytest.Local()), strategytest.Repeat(3, strategytest.Local())}},
		{Name: "values", Threads: []strategytest.Thread{{strategytest.Choose(3), strategytest.Local()}, {strategytest.Flip()}}},
	} {
		place := map[string]int{}
		var weights []float64
		var counts []int
		sim := strategytest.NewSimulator(t, p)
		sim.Explore(strategy.NewDFS(0), strategy.Execution{}, 1000, func(tr *strategytest.Trace) {
			weight := 1.0
			for _, c := range tr.Choices {
				weight /= float64(c.N)
			}
			place[tr.Key()] = len(weights)
			weights, counts = append(weights, weight), append(counts, 0)
		})
		sim.Explore(strategy.NewRandom(), strategy.Execution{Seed: 4}, 40_000, func(tr *strategytest.Trace) {
			counts[place[tr.Key()]]++
		})
		strategytest.ChiSquare(t, fmt.Sprintf("%s: %d schedules", p.Name, len(counts)), counts, weights)
	}
}

// Next to n-1 others an operation waits longer than w picks with probability (1-1/n)^w.
func TestRandomIsFair(t *testing.T) {
	const n, wait, trials = 4, 8, 20_000
	s, ops, long := strategy.NewRandom(), operations(n), 0
	for k := range trials {
		s.Start(strategy.Execution{Seed: uint64(k)})
		w := 0
		for s.Pick(ops) != 0 {
			w++
		}
		if w >= wait {
			long++
		}
	}
	strategytest.Probability(t, "waits of 8 picks", long, trials, math.Pow(1-1.0/n, wait))
	if !s.Properties().Fair {
		t.Error("the random walk does not say that it is fair")
	}
}
