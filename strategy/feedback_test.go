package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// stages is a program of three threads that write the same objects in the same order, with steps of their own between.
func stages(n, between int) Program {
	var th Thread
	for i := range n {
		th = append(append(th, Repeat(between, Local())...), W(i))
	}
	return Program{Name: fmt.Sprintf("%d stages, %d between", n, between), Threads: []Thread{th, th, th}}
}

// timelines counts in how many different ways the threads met at the objects.
func timelines(t *testing.T, p Program, s strategy.Strategy, seed uint64, between int) int {
	seen := map[string]bool{}
	NewSimulator(t, p).Explore(s, strategy.Execution{Seed: seed}, 4000, func(tr *Trace) {
		orders := make([]string, len(p.Threads[0]))
		for _, m := range tr.Moves {
			if m.Action%(between+1) == between {
				orders[m.Action] += fmt.Sprint(m.Thread)
			}
		}
		seen[fmt.Sprint(orders)] = true
	})
	return len(seen)
}

// Where there are more timelines than executions, feedback reaches more of them than its base does.
func TestFeedbackReachesMoreTimelines(t *testing.T) {
	for _, between := range []int{1, 3} {
		p := stages(6, between)
		for name, base := range map[string]func() strategy.Strategy{
			"random": func() strategy.Strategy { return strategy.NewRandom() },
			"pos":    func() strategy.Strategy { return strategy.NewPOS() },
		} {
			alone, with := 0, 0
			for seed := range uint64(3) {
				alone += timelines(t, p, base(), seed, between)
				with += timelines(t, p, strategy.NewFeedback(base()), seed, between)
			}
			t.Logf("%s: %s reaches %d timelines of 3 times 4,000 executions, %d with feedback", p.Name, name, alone, with)
			if 100*with < 105*alone {
				t.Errorf("%s: %s reaches %d timelines, feedback on it no more than %d", p.Name, name, alone, with)
			}
		}
	}
}

// In the first round nothing has been kept, and feedback is its base; later it is not.
func TestFeedbackIsItsBaseAtFirst(t *testing.T) {
	const round = 32
	for _, p := range Programs() {
		for name, base := range map[string]func() strategy.Strategy{
			"random": func() strategy.Strategy { return strategy.NewRandom() },
			"pos":    func() strategy.Strategy { return strategy.NewPOS() },
		} {
			var keys []string
			e := strategy.Execution{Seed: 7, MaxSteps: 60}
			NewSimulator(t, p).Explore(base(), e, 3*round, func(tr *Trace) { keys = append(keys, tr.Key()) })
			k, other := 0, 0
			NewSimulator(t, p).Explore(strategy.NewFeedback(base()), e, 3*round, func(tr *Trace) {
				if tr.Key() != keys[k] {
					if k < round {
						t.Fatalf("%s: execution %d on %s is %s, the base has %s", p.Name, k, name, tr.Key(), keys[k])
					}
					other++
				}
				k++
			})
			if other == 0 {
				t.Errorf("%s: feedback on %s never leaves its base", p.Name, name)
			}
		}
	}
}
