package engine_test

import (
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// How many schedules there are. A goroutine with p operations makes p+1 moves: each goes from one scheduling point to the
// next. A go statement has its point behind it, an operation before it. So
//
//	one(p): the body starts a goroutine with p operations: b1 - b2, and p+1 moves behind b1
//	two(p, q): the body starts two: b1 - b2 - b3, p+1 moves behind b1, q+1 behind b2
//	mixed(p, q): the body creates a machine with q operations and starts a goroutine with p: b1 - create - b2, p+1 moves
//	behind b1, and q+1 steps of the machine behind the create, the last of which halts it
//
// Each is a tree, which has n! / (product of the sizes of its subtrees) linear extensions.

func operations(n int, x *atomic.Int32) {
	for range n {
		x.Add(1)
	}
}

func oneGoroutine(p int) func(c ctx) {
	return func(c ctx) {
		var x atomic.Int32
		go operations(p, &x)
	}
}

func twoGoroutines(p, q int) func(c ctx) {
	return func(c ctx) {
		var x, y atomic.Int32
		go operations(p, &x)
		go operations(q, &y)
	}
}

func goroutineAndMachine(p, q int) func(c ctx) {
	return func(c ctx) {
		var x, y atomic.Int32
		c.Go("m", func(ctx) { operations(q, &y) })
		go operations(p, &x)
	}
}

// threads describe such programs: how many steps each has, and at which of whose steps it starts.
type threads []struct{ steps, by, at int }

// schedules counts the schedules with at most so many preemptions, by running them all: a preemption leaves somebody who
// could go on.
func (ts threads) schedules(preemptions int) int {
	done := make([]int, len(ts))
	var run func(last, left int) int
	run = func(last, left int) int {
		n, any := 0, false
		ready := func(i int) bool {
			return done[i] < ts[i].steps && (ts[i].at == 0 || done[ts[i].by] >= ts[i].at)
		}
		for i := range ts {
			if !ready(i) {
				continue
			}
			any = true
			cost := 0
			if i != last && ready(last) {
				cost = 1
			}
			if cost > left {
				continue
			}
			done[i]++
			n += run(i, left-cost)
			done[i]--
		}
		if !any {
			return 1
		}
		return n
	}
	return run(0, preemptions)
}

func TestControlledCounts(t *testing.T) {
	controlled(t)
	const all = 1000
	for _, c := range []struct {
		name  string
		body  func(c ctx)
		want  int // by the formula
		model threads
	}{
		{"one(0)", oneGoroutine(0), 2, threads{{2, 0, 0}, {1, 0, 1}}},
		{"one(3)", oneGoroutine(3), 5, threads{{2, 0, 0}, {4, 0, 1}}},
		{"two(1, 1)", twoGoroutines(1, 1), factorial(6) / (4 * 2 * 2), threads{{3, 0, 0}, {2, 0, 1}, {2, 0, 2}}},
		{"two(2, 1)", twoGoroutines(2, 1), factorial(7) / (4 * 6 * 2), threads{{3, 0, 0}, {3, 0, 1}, {2, 0, 2}}},
		{"mixed(1, 1)", goroutineAndMachine(1, 1), factorial(6) / (4 * 2 * 2), threads{{3, 0, 0}, {2, 0, 1}, {2, 0, 2}}},
		{"mixed(2, 1)", goroutineAndMachine(2, 1), factorial(7) / (4 * 6 * 2), threads{{3, 0, 0}, {3, 0, 1}, {2, 0, 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n := c.model.schedules(all); n != c.want {
				t.Fatalf("the model has %d schedules, the formula %d", n, c.want)
			}
			if n := executions(t, engine.Config{Goroutines: true}, c.body); n != c.want {
				t.Errorf("dfs: %d executions, want %d", n, c.want)
			}
			for d := 1; d <= 2; d++ {
				if n, want := bounded(t, strategy.NewPreemptionBounded(d), c.body), c.model.schedules(d); n != want {
					t.Errorf("pb:%d: %d executions, want %d", d, n, want)
				}
			}
		})
	}
	// The explorer rtc runs who has come last first: b1 g1 b2 g2 b3 without a delay. A delay puts who is first behind all
	// others. One delay gives b1 b2 g2 b3 g1 (of g1) and b1 g1 b2 b3 g2 (of g2); a second one, after that of g1, b1 b2 b3 g1
	// g2 (of g2) and b1 b2 g2 g1 b3 (of the body).
	for spec, want := range map[string]int{"delay:1,rtc": 3, "delay:2,rtc": 5} {
		f, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		if n := bounded(t, f(), twoGoroutines(0, 0)); n != want {
			t.Errorf("%s: %d executions, want %d", spec, n, want)
		}
	}
}

// bounded counts what an exhaustive strategy runs.
func bounded(t *testing.T, s strategy.Strategy, body func(c ctx)) int {
	t.Helper()
	e := engine.New()
	defer e.Close()
	s = strategy.WithFaults(s)
	n := 0
	for s.Start(strategy.Execution{K: uint64(n), MaxSteps: 1000}) {
		o := e.Run(engine.Config{Goroutines: true, MaxSteps: 1000, Threshold: 1000}, s, engine.Program{Body: body})
		if o.Err != nil || o.Bounded {
			t.Fatalf("execution %d ended with %v, cut: %v", n, o.Err, o.Bounded)
		}
		if f, ok := s.(strategy.Finisher); ok {
			f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops})
		}
		if n++; n > 10_000 {
			t.Fatal("it does not end")
		}
	}
	return n
}

// TestControlledStrategies runs a program of three goroutines and two machines under every strategy on the shelf. Those
// that need more than is known of goroutines say so.
func TestControlledStrategies(t *testing.T) {
	controlled(t)
	refused := map[string]bool{"dpor": true, "states": true, "ses": true, "pbs": true}
	for _, s := range strategy.List() {
		t.Run(s.Name, func(t *testing.T) {
			cfg := check.Config{Strategy: s.Name, Schedules: 200}
			r, err := check.Explore(t.Name(), cfg, func(t *check.T) {
				var n atomic.Int32
				got := make(chan int, 2)
				m := t.Go("m", func(c ctx) {
					for range 3 {
						n.Add(int32(ravel.Receive[B](c).N))
					}
					got <- 1
				})
				t.Go("n", func(c ctx) { c.Send(m, B{1}); got <- 2 })
				go t.Send(m, B{2})
				go t.Send(m, B{4})
				done := make(chan int)
				go func() { done <- <-got + <-got }()
				t.Assert(<-done == 3 && n.Load() == 7, "%d", n.Load())
			})
			switch {
			case refused[s.Name]:
				if err == nil {
					t.Errorf("it was not refused: %s", r.Summary())
				} else {
					t.Log(err)
				}
			case err != nil:
				t.Error(err)
			case r.Failure != nil:
				t.Error(r.Failure.Text(t.Name(), ""))
			case r.Nondeterminism != nil:
				t.Errorf("%v\n%s", r.Nondeterminism, r.Nondeterminism.Detail())
			case r.Executions < 100 && s.Name != "nonpreemptive":
				t.Errorf("only %d executions: %s", r.Executions, r.Summary())
			}
		})
	}
}
