package strategy_test

import (
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// A path that needs one thread to make all its moves before another makes one, among schedules without any race: the
// random walk takes it once in 4,096 executions. Q-learning avoids what it has seen, and is there much sooner.
func TestQLFindsDeepPath(t *testing.T) {
	p := Program{Threads: []Thread{Repeat(12, Local()), Repeat(12, Local())}}
	const seeds, most = 30, 2048
	sum := func(fresh func() strategy.Strategy) (sum int) {
		for seed := range uint64(seeds) {
			found := most
			k, s := 0, fresh()
			NewSimulator(t, p).Explore(s, strategy.Execution{Seed: seed}, most, func(tr *Trace) {
				if k++; found == most && tr.At(1, 0) == 12 {
					found = k
				}
			})
			sum += found
		}
		return sum
	}
	ql := sum(func() strategy.Strategy { return strategy.NewQL() })
	random := sum(func() strategy.Strategy { return strategy.NewRandom() })
	t.Logf("mean executions until the path was taken, at most %d: Q-learning %d, random %d", most, ql/seeds, random/seeds)
	if 4*ql > random {
		t.Errorf("Q-learning needs %d executions on average, the random walk %d", ql/seeds, random/seeds)
	}
}

// Values that have been taken are avoided: the random walk takes 1-1/e of all pairs in as many executions.
func TestQLLearnsValues(t *testing.T) {
	p := Program{Threads: []Thread{{Choose(30), Choose(30)}}}
	different := func(s strategy.Strategy) int {
		seen := map[string]bool{}
		NewSimulator(t, p).Explore(s, strategy.Execution{Seed: 1}, 900, func(tr *Trace) { seen[tr.Key()] = true })
		return len(seen)
	}
	ql, random := different(strategy.NewQL()), different(strategy.NewRandom())
	t.Logf("900 executions take %d of 900 pairs under Q-learning, %d under the random walk", ql, random)
	if ql < 610 || random > 600 {
		t.Errorf("Q-learning took %d different pairs, the random walk %d", ql, random)
	}
}
