package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

// walk is a weighted walk; the session of package gocontrol can make it itself if it is asked for its plan.
type walk interface {
	strategy.Strategy
	strategy.Learner
	strategy.Finisher
	Plan() *strategy.Plan
}

// callback hides from the engine what it could hand to the session, so that it calls the strategy at every move.
type callback struct {
	strategy.Strategy
	strategy.Observer
}

// tallyWalk profiles a program once and then counts its executions by key, in the session or by callbacks.
func tallyWalk(t *testing.T, w walk, native bool, n int, body func(c ctx), key func(o engine.Outcome) string) []int {
	t.Helper()
	e := engine.New()
	defer e.Close()
	var s strategy.Strategy = w
	if !native {
		s = callback{w, w.(strategy.Observer)}
	}
	counts := map[string]int{}
	for k := range uint64(n + 1) {
		x := strategy.Execution{K: 0, Seed: strategytest.SeedOf(1, k), MaxSteps: 1000}
		if k > 0 {
			x.K = 2 // no profile
		}
		s.Start(x)
		if k > 0 && w.Plan() == nil && native {
			t.Fatal("there is no plan for the session")
		}
		if !native {
			s.Start(x) // asking for the plan was the last thing that the walk did by itself
		}
		o := e.Run(engine.Config{Goroutines: true, MaxSteps: 1000, Threshold: 1000}, s, engine.Program{Body: body})
		if o.Err != nil || o.Bounded {
			t.Fatalf("execution %d ended with %v, cut: %v", k, o.Err, o.Bounded)
		}
		w.Finish(strategy.Result{})
		if k == 0 {
			w.Learn([]any{w.Lesson()})
			continue
		}
		counts[key(o)]++
	}
	t.Logf("%d different ones", len(counts))
	return slices.Collect(maps.Values(counts))
}

// TestControlledURW: URW gives each schedule of programs that only start goroutines the same probability, whether the
// session makes the walk or the engine asks the strategy. Programs with machines have no plan.
func TestControlledURW(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name   string
		body   func(c ctx)
		native bool
		want   int
	}{
		{"two(1, 1)", twoGoroutines(1, 1), true, factorial(6) / (4 * 2 * 2)},
		{"two(2, 1)", twoGoroutines(2, 1), true, factorial(7) / (4 * 6 * 2)},
		{"two(2, 1), by callbacks", twoGoroutines(2, 1), false, factorial(7) / (4 * 6 * 2)},
		{"mixed(2, 1)", goroutineAndMachine(2, 1), false, factorial(7) / (4 * 6 * 2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			counts := tallyWalk(t, strategy.NewURW(), c.native, 40*c.want, c.body, func(o engine.Outcome) string { return fmt.Sprint(o.Choices) })
			if len(counts) != c.want {
				t.Errorf("%d schedules, expected %d", len(counts), c.want)
			}
			strategytest.Uniform(t, "schedules", counts)
		})
	}
	w := strategy.NewURW()
	tallyWalk(t, w, false, 1, goroutineAndMachine(1, 1), func(engine.Outcome) string { return "" })
	if w.Start(strategy.Execution{K: 2}); w.Plan() != nil {
		t.Error("a program with a machine has a plan for the session")
	}
}

// TestControlledSURW: SURW is uniform over the orders of the accesses to the one object on which something depends, which each
// goroutine comes to in its own way.
func TestControlledSURW(t *testing.T) {
	controlled(t)
	var order []byte
	add := func(who byte) { noteOrder(&order, who) }
	body := func(c ctx) {
		order = order[:0]
		x := new(atomic.Int32)
		work := func(who byte, before, accesses int) {
			own := make([]atomic.Int32, before)
			for i := range own {
				own[i].Add(1)
			}
			for range accesses {
				x.Add(1)
				add(who)
			}
		}
		go work('a', 3, 3)
		go func() {
			go work('b', 0, 2)
			work('c', 20, 1)
		}()
	}
	for _, native := range []bool{true, false} {
		const orders = 60 // 6!/(3! 2! 1!)
		counts := tallyWalk(t, strategy.NewSURW(), native, 50*orders, body, func(engine.Outcome) string { return string(order) })
		if len(counts) != orders {
			t.Errorf("in the session %v: %d orders, expected %d", native, len(counts), orders)
		}
		strategytest.Uniform(t, fmt.Sprintf("orders, in the session %v", native), counts)
	}
}

// noteOrder needs no lock, which would be a scheduling point: one goroutine runs at a time.
//
//go:norace
func noteOrder(order *[]byte, who byte) { *order = append(*order, who) }
