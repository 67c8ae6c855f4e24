package strategy_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// pctTrials is the number of executions that a bound is measured with.
const pctTrials = 40_000

// longest is the number of picks of the longest execution among many random ones.
func longest(t *testing.T, p Program) int {
	k := 0
	NewSimulator(t, p).Explore(strategy.NewRandom(), strategy.Execution{Seed: 99}, 2000, func(tr *Trace) {
		k = max(k, tr.Result.Picks)
	})
	return k
}

// A bug of depth d is found with probability at least 1/(n k^(d-1)).
func TestPCTBound(t *testing.T) {
	long := Repeat(12, Local())
	for _, c := range []struct {
		name  string
		depth int
		p     Program
		bug   func(*Trace) bool
	}{
		{"last thread first", 1, Program{Threads: []Thread{long, long, long, {Local(), Local()}}},
			func(tr *Trace) bool { return tr.Before(3, 1, 0, 0) && tr.Before(3, 1, 1, 0) && tr.Before(3, 1, 2, 0) }},
		{"a birth first", 1, Program{Threads: []Thread{{Spawn(1), Spawn(2), Local()}, {Local()}, {Local()}}},
			func(tr *Trace) bool { return tr.Before(2, 0, 1, 0) }},
		{"write between two actions", 2, Program{Threads: []Thread{long, {Local()}}},
			func(tr *Trace) bool { return tr.Before(0, 5, 1, 0) && tr.Before(1, 0, 0, 6) }},
		{"deadlock", 2, Program{Threads: []Thread{
			{Local(), Local(), Lock(0), Lock(1), Unlock(1), Unlock(0)},
			{Local(), Lock(1), Lock(0), Unlock(0), Unlock(1)}, {Local(), Local()}}},
			func(tr *Trace) bool { return tr.Deadlock }},
		{"a gap for one write, the next later", 3, Program{Threads: []Thread{Repeat(8, Local()), {Local(), Local()}}},
			func(tr *Trace) bool {
				return tr.Before(0, 2, 1, 0) && tr.Before(1, 0, 0, 3) && tr.Before(0, 4, 1, 1)
			}},
		{"two writes in two gaps", 4, Program{Threads: []Thread{Repeat(8, Local()), {Local(), Local()}}},
			func(tr *Trace) bool {
				return tr.Before(0, 2, 1, 0) && tr.Before(1, 0, 0, 3) && tr.Before(0, 4, 1, 1) && tr.Before(1, 1, 0, 5)
			}},
		{"the first one moved runs after the second one", 3, firstMovedRunsLast, firstMovedRunsLastBug},
	} {
		k := longest(t, c.p)
		found := 0
		NewSimulator(t, c.p).Explore(strategy.NewPCT(c.depth), strategy.Execution{Seed: 5, Length: k}, pctTrials, func(tr *Trace) {
			if c.bug(tr) {
				found++
			}
		})
		bound := 1 / (float64(len(c.p.Threads)) * math.Pow(float64(k), float64(c.depth-1)))
		AtLeast(t, fmt.Sprintf("%s: depth %d, n %d, k %d", c.name, c.depth, len(c.p.Threads), k), found, pctTrials, bound)
	}
}

// In this program the thread of the first change point has to come after that of the second one: a PCT whose change
// points always move below everything, earlier moved threads included, never finds it.
var (
	firstMovedRunsLast    = Program{Threads: []Thread{{Wait(1), Wait(0)}, {Local(), Signal(0)}, {Signal(1), Local()}}}
	firstMovedRunsLastBug = func(tr *Trace) bool {
		return tr.Before(0, 1, 2, 1) && tr.Before(1, 1, 0, 0) && tr.Before(2, 0, 1, 0)
	}
)

// drain returns the operations in the order of their priorities: each is disabled as soon as it is picked.
func drain(p *strategy.PCT, ops []*strategy.Op) []*strategy.Op {
	var order []*strategy.Op
	ops = append([]*strategy.Op(nil), ops...)
	for len(ops) > 0 {
		at := p.Pick(ops)
		order = append(order, ops[at])
		p.Disabled(ops[at])
		ops = append(ops[:at], ops[at+1:]...)
	}
	return order
}

// The priorities of three operations, of which one is disabled for a while, and of one born after some picks, form a
// uniform permutation.
func TestPCTRankOfLateBirthUniform(t *testing.T) {
	counts := map[string]int{}
	all := operations(4)
	p := strategy.NewPCT(1)
	for seed := range uint64(48_000) {
		p.Start(strategy.Execution{Seed: seed, Length: 10})
		for _, op := range all[:3] {
			p.Enabled(op)
		}
		for range 5 {
			p.Pick(all[:3])
		}
		p.Disabled(all[0])
		p.Enabled(all[3])
		p.Enabled(all[0])
		key := ""
		for _, op := range drain(p, all) {
			key += fmt.Sprint(op.Index)
		}
		counts[key]++
	}
	list := make([]int, 24)
	i := 0
	for _, n := range counts {
		list[i] = n
		i++
	}
	Uniform(t, "orders of four operations", list)
}

// An operation that a change point moved stays below those born afterwards, and keeps its place while disabled.
func TestPCTMovedStaysLow(t *testing.T) {
	all := operations(4)
	p := strategy.NewPCT(2)
	for seed := range uint64(2000) {
		p.Start(strategy.Execution{Seed: seed, Length: 1})
		for _, op := range all[:2] {
			p.Enabled(op)
		}
		moved := all[1-p.Pick(all[:2])] // the only pick with a change point
		p.Disabled(moved)
		p.Enabled(all[2])
		p.Enabled(all[3])
		p.Enabled(moved)
		if order := drain(p, all); order[3] != moved {
			t.Fatalf("seed %d: the moved operation comes before operation %d", seed, order[3].Index)
		}
	}
}

// Between change points the highest priority runs on: without a change point a schedule has no preemption unless a
// higher operation wakes.
func TestPCTDepthOneNeverPreempts(t *testing.T) {
	p := Program{Threads: []Thread{Repeat(5, W(0)), Repeat(5, W(0)), Repeat(5, W(0))}}
	seen := map[string]int{}
	NewSimulator(t, p).Explore(strategy.NewPCT(1), strategy.Execution{Seed: 6, Length: 14}, 12_000, func(tr *Trace) {
		seen[tr.Order()]++
	})
	var counts []int
	for _, n := range seen {
		counts = append(counts, n)
	}
	if len(counts) != 6 {
		t.Fatalf("%d schedules of depth 1, expected the 6 orders of 3 threads", len(counts))
	}
	Uniform(t, "orders of three threads", counts)
}

func TestPCTIgnoresValues(t *testing.T) {
	s := strategy.NewPCT(2)
	p := Program{Threads: []Thread{append(Repeat(20, Flip()), Local()), {Local()}}}
	trues, n := 0, 0
	NewSimulator(t, p).Explore(s, strategy.Execution{Seed: 7, Length: 20}, 1000, func(tr *Trace) {
		for _, v := range tr.Values {
			trues += v
			n++
		}
	})
	Probability(t, "booleans under PCT", trues, n, 0.5)
}
