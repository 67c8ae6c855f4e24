package strategy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

func TestDFSCounts(t *testing.T) {
	idle := []int{-1}
	for _, c := range []struct {
		name string
		p    Program
		want int
	}{
		{"1x1", Program{Threads: []Thread{{Local()}}}, 1},
		{"2x3", Program{Threads: []Thread{Repeat(3, W(0)), Repeat(3, W(0))}}, 20},
		{"2x5", Program{Threads: []Thread{Repeat(5, W(0)), Repeat(5, W(0))}}, 252},
		{"3x2", Program{Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0))}}, 90},
		{"4x2", Program{Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0))}}, 2520},
		{"joined", Program{Threads: []Thread{{Joined(Local()), W(0)}, {W(0), W(0)}}}, 3},
		{"a wait", Program{Threads: []Thread{{Signal(0), Local()}, {Wait(0), Local()}}}, 3},
		{"a birth", Program{Threads: []Thread{{Spawn(1), Local()}, {Local(), Local()}}}, 3},
		{"integers", Program{Threads: []Thread{{Choose(3), Choose(4)}}}, 12},
		{"values and threads", Program{Threads: []Thread{{Choose(3), Local()}, {Flip()}}}, 3 * 3 * 2},
		{"a fault at each of 3 places or never", Program{Threads: []Thread{Repeat(2, Local())},
			Budgets: []Budget{{Units: 1, Stops: idle}}}, 4},
		{"two units over 3 places", Program{Threads: []Thread{Repeat(2, Local())},
			Budgets: []Budget{{Units: 2, Stops: idle}}}, 1 + 3 + 6},
		{"two kinds of faults", Program{Threads: []Thread{Repeat(2, Local())},
			Budgets: []Budget{{Units: 1, Stops: []int{-1, -1}}}}, 1 + 2*3},
		{"threads and a fault", Program{Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0))},
			Budgets: []Budget{{Units: 1, Stops: idle}}}, 6 * (1 + 5)},
		{"a fault that stops", Program{Threads: []Thread{{Flip(), Choose(3)}},
			Budgets: []Budget{{Units: 1, Stops: []int{0}}}}, 1 + 2 + 6},
	} {
		d := strategy.NewDFS(0)
		seen := map[string]bool{}
		sim := NewSimulator(t, c.p)
		n := sim.Explore(d, strategy.Execution{}, 10_000, func(tr *Trace) { seen[tr.Key()] = true })
		if n != c.want || len(seen) != c.want {
			t.Errorf("%s: %d executions, %d different ones, expected %d", c.name, n, len(seen), c.want)
		}
		if !d.Exhausted() || d.Err() != nil || d.Executions() != uint64(c.want) {
			t.Errorf("%s: exhausted %v, error %v, %d executions", c.name, d.Exhausted(), d.Err(), d.Executions())
		}
		for range 3 {
			if sim.Run(d, strategy.Execution{}) != nil {
				t.Errorf("%s: an exhausted search started again", c.name)
			}
		}
	}
}

// What a sampler meets, and what an exhaustive search runs, is the same set.
func TestDFSMeetsAllThatRandomMeets(t *testing.T) {
	for _, p := range Programs() {
		if p.Name == "endless" {
			continue
		}
		all, met := map[string]bool{}, map[string]bool{}
		sim := NewSimulator(t, p)
		sim.Explore(strategy.NewDFS(0), strategy.Execution{}, 1_000_000, func(tr *Trace) { all[tr.Key()] = true })
		sim.Explore(strategy.NewRandom(), strategy.Execution{Seed: 1, Length: 6}, 20_000, func(tr *Trace) { met[tr.Key()] = true })
		for key := range met {
			if !all[key] {
				t.Errorf("%s: the search missed %s", p.Name, key)
			}
		}
		if len(met) < len(all) && p.Name != "faults" {
			t.Errorf("%s: %d executions, of which random met %d", p.Name, len(all), len(met))
		}
	}
}

func TestDFSStartsWithTheDefaultOrder(t *testing.T) {
	for _, p := range Programs() {
		e := strategy.Execution{MaxSteps: 50}
		first := Run(t, strategy.NewDFS(0), p, e).Clone()
		if want := Run(t, strategy.NewNonPreemptive(), p, e); first.Key() != want.Key() {
			t.Errorf("%s: %s, expected %s", p.Name, first.Key(), want.Key())
		}
		for _, c := range first.Choices {
			if c.Value != 0 {
				t.Errorf("%s: choices %v, expected zeros", p.Name, first.Choices)
			}
		}
	}
}

func TestDFSCap(t *testing.T) {
	d := strategy.NewDFS(5)
	p := Program{Threads: []Thread{Repeat(3, W(0)), Repeat(3, W(0))}}
	if n := NewSimulator(t, p).Explore(d, strategy.Execution{}, 100, func(*Trace) {}); n != 5 || d.Exhausted() || d.Err() != nil {
		t.Errorf("%d executions, exhausted %v, error %v", n, d.Exhausted(), d.Err())
	}
}

func TestDFSNondeterminism(t *testing.T) {
	flip := strategy.Value{Kind: schedule.Bool, N: 2}
	for _, c := range []struct {
		name   string
		second func(d *strategy.DFS)
		want   string
	}{
		{"another number", func(d *strategy.DFS) { d.Pick(operations(3)) },
			"choice 0: recorded schedule 0 of 2, but the program asked for schedule of 3"},
		{"another kind", func(d *strategy.DFS) { d.Value(flip) },
			"choice 0: recorded schedule 0 of 2, but the program asked for bool of 2"},
		{"an early end", func(d *strategy.DFS) { d.Pick(operations(2)) },
			"choice 1: recorded bool 1 of 2, but the execution ended before it"},
	} {
		d := strategy.NewDFS(0)
		d.Start(strategy.Execution{})
		d.Pick(operations(2))
		d.Value(flip)
		d.Finish(strategy.Result{})
		d.Start(strategy.Execution{})
		c.second(d)
		d.Finish(strategy.Result{})
		var v *strategy.Divergence
		if err := d.Err(); !errors.As(err, &v) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected it to end with %q", c.name, err, c.want)
		}
		if d.Start(strategy.Execution{}) || d.Exhausted() {
			t.Errorf("%s: the search went on", c.name)
		}
	}
}
