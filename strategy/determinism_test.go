package strategy_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// The same Execution gives the same execution; other executions differ.
func TestDeterminism(t *testing.T) {
	p := Program{
		Threads: []Thread{append(Repeat(10, W(0)), Choose(1000)), append(Repeat(10, Local()), Flip()), Repeat(10, W(0))},
		Budgets: []Budget{{Units: 1, Stops: []int{0, 1, 2}}},
	}
	for _, spec := range []string{"random", "pct:3", "fairpct:3", "pos", "portfolio", "portfolio:ss:rr,feedback:pos,ql,urw", "irs:5", "urw", "surw", "ql", "feedback", "feedback:pos"} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		const n = 1000
		var first []string
		different := map[string]bool{}
		sim := NewSimulator(t, p)
		e := strategy.Execution{Seed: 1, Length: 30}
		sim.Explore(factory(), e, n, func(tr *Trace) {
			first = append(first, tr.Key())
			different[tr.Key()] = true
		})
		k := 0
		sim.Explore(factory(), e, n, func(tr *Trace) {
			if tr.Key() != first[k] {
				t.Fatalf("%s: execution %d is %s, it was %s", spec, k, tr.Key(), first[k])
			}
			k++
		})
		least := n * 9 / 10
		if strings.Contains(spec, "portfolio") {
			least = n * 8 / 10 // the strata of few delays are small
		}
		if len(different) < least {
			t.Errorf("%s: %d different executions of %d", spec, len(different), n)
		}
	}
}
