package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// Where the executions of a stratum stand: one without delays, then the stages of 100 + 3^db samples for each db.
const (
	stratum1 = 1
	stratum2 = stratum1 + 103
	stratum3 = stratum2 + 2*109
	stratum4 = stratum3 + 3*127
)

// switches runs two threads of k steps under RR: it makes a delay at each position of the path, and returns the order
// of the threads with the number of positions behind the last delay. With two threads a state allows one delay, so the first
// position behind it is the next state.
func switches(k int, path ...int) (order string, length int) {
	left, current, next, passed := [2]int{k, k}, 0, 0, 0
	for left[0]+left[1] > 0 {
		if left[0] > 0 && left[1] > 0 {
			if next < len(path) && passed == path[next] {
				current, next, passed = 1-current, next+1, 0
			} else {
				passed++
			}
		} else if left[current] == 0 {
			current = 1 - current
		}
		if order != "" {
			order += " "
		}
		order += fmt.Sprint(current)
		left[current]--
	}
	return order, passed
}

// A sample is drawn with the probability that the paper says, which is at least 1/L^2 for 2 delays.
func TestStratifiedDistribution(t *testing.T) {
	const k, runs = 4, 400
	var keys []string
	var weights []float64
	place := map[string]int{}
	_, l0 := switches(k)
	for p1 := range l0 {
		_, l1 := switches(k, p1)
		for p2 := range l1 {
			order, _ := switches(k, p1, p2)
			if _, twice := place[order]; twice {
				t.Fatalf("two paths to %s", order)
			}
			place[order] = len(keys)
			keys = append(keys, order)
			weights = append(weights, 1/float64(l0*l1))
		}
	}
	sim := NewSimulator(t, Program{Threads: []Thread{Repeat(k, W(0)), Repeat(k, W(0))}})
	counts, n := make([]int, len(keys)), 0
	for seed := range uint64(runs) {
		at := 0
		sim.Explore(strategy.NewStratified(delaying.Named("rr")), strategy.Execution{Seed: seed}, stratum3, func(tr *Trace) {
			if at++; at <= stratum2+109 {
				return // not the second stage of a sample of stratum 2
			}
			i, ok := place[tr.Order()]
			if !ok {
				t.Fatalf("a sample of stratum 2 is %s", tr.Order())
			}
			counts[i]++
			n++
		})
	}
	ChiSquare(t, "samples with two delays", counts, weights)
	const longest = 2*k - 1
	for i, key := range keys {
		AtLeast(t, key, counts[i], n, 1.0/(longest*longest))
	}
}

// The bound holds where several delays fall into one state, into values and into faults.
func TestStratifiedBound(t *testing.T) {
	for _, c := range []struct {
		name, explorer string
		p              Program
		longest        int // positions in an execution
	}{
		{"3x2 under rtc", "rtc", Program{Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0))}}, 2*5 - 1},
		{"3x1 under rr", "rr", Program{Threads: []Thread{{W(0)}, {W(0)}, {W(0)}}}, 3},
		{"values", "rr", Program{Threads: []Thread{{Choose(4), Flip()}, {Local()}}}, 3 + 1 + 2},
		{"a fault", "rr", Program{Threads: []Thread{Repeat(2, Local()), {Local()}},
			Budgets: []Budget{{Units: 1, Stops: []int{-1, -1}}}}, 4*2 + 2},
	} {
		sim := NewSimulator(t, c.p)
		all := &delayPriced{priced: priced{DFS: strategy.NewDFS(0)}, factory: delaying.Named(c.explorer)}
		strata := strataOf(sim, all, &all.cost)
		met, n := map[string]int{}, 0
		for seed := range uint64(100) {
			at := 0
			s := strategy.NewStratified(delaying.Named(c.explorer))
			sim.Explore(s, strategy.Execution{Seed: seed}, stratum3, func(tr *Trace) {
				if at++; at > stratum2+109 {
					met[tr.Key()]++
					n++
				}
			})
		}
		for _, key := range strata[2] {
			AtLeast(t, c.name+": "+key, met[key], n, 1/float64(c.longest*c.longest))
			delete(met, key)
		}
		for _, lower := range strata[:2] { // samples that end before their second delay
			for _, key := range lower {
				delete(met, key)
			}
		}
		if len(met) > 0 {
			t.Errorf("%s: more than two delays: %v", c.name, met)
		}
	}
}

// Each stage adds a delay to the stage before, and goes the same way up to there.
func TestStratifiedStages(t *testing.T) {
	p := Program{Threads: []Thread{Repeat(30, W(0)), Repeat(30, W(0)), Repeat(30, W(0))}}
	costs := &delayCounter{Stratified: strategy.NewStratified(delaying.Named("rr")), factory: delaying.Named("rr")}
	var got []int
	var orders []string
	NewSimulator(t, p).Explore(costs, strategy.Execution{Seed: 1}, stratum4, func(tr *Trace) {
		got = append(got, costs.total)
		orders = append(orders, tr.Order())
	})
	wrong := 0
	for k, cost := range got {
		want := 0
		switch {
		case k >= stratum3:
			want = 1 + (k-stratum3)/127
			if want > 1 && common(orders[k], orders[k-127]) < common(orders[k-127], orders[0]) {
				t.Errorf("execution %d leaves the stage before it too early", k)
			}
		case k >= stratum2:
			want = 1 + (k-stratum2)/109
		case k >= stratum1:
			want = 1
		}
		if cost > want {
			t.Errorf("execution %d has %d delays, expected %d", k, cost, want)
		} else if cost < want {
			wrong++
		}
	}
	if wrong > len(got)/50 { // at the last position of all, nothing is left for the next delay
		t.Errorf("%d of %d executions have too few delays", wrong, len(got))
	}
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// delayCounter counts the delays of an execution by what was picked.
type delayCounter struct {
	*strategy.Stratified
	factory delaying.Factory
	counter delayPriced
	total   int
}

func (d *delayCounter) Start(e strategy.Execution) bool {
	d.counter = delayPriced{factory: d.factory, known: map[int]bool{}, explorer: d.factory(e.Run)}
	d.counter.DFS = strategy.NewDFS(0)
	d.total = 0
	return d.Stratified.Start(e)
}

func (d *delayCounter) Pick(ops []*strategy.Op) int {
	at := d.counter.take(ops, d.Stratified.Pick(ops))
	d.total = d.counter.cost
	return at
}

func (d *delayCounter) Enabled(op *strategy.Op) {
	d.Stratified.Enabled(op)
	d.counter.Enabled(op)
}

func (d *delayCounter) Disabled(op *strategy.Op) {
	d.Stratified.Disabled(op)
	d.counter.Disabled(op)
}

func (d *delayCounter) Executed(op *strategy.Op, did []strategy.Action) {
	d.Stratified.Executed(op, did)
	d.counter.Executed(op, did)
}
