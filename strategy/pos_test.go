package strategy_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// Two threads race at their last actions, after m actions of the first one that race with nothing. The first one comes
// first with probability 1/(m+2) under POS, when all its m+1 priorities are above the other one; the random walk needs
// m+1 turns in a row.
func TestPOSIndependentActions(t *testing.T) {
	const trials = 40_000
	for _, m := range []int{0, 1, 6, 30} {
		p := Program{Threads: []Thread{append(Repeat(m, Local()), W(0)), {W(0)}}}
		first := 0
		NewSimulator(t, p).Explore(strategy.NewPOS(), strategy.Execution{Seed: 1}, trials, func(tr *Trace) {
			if tr.Before(0, m, 1, 0) {
				first++
			}
		})
		Probability(t, fmt.Sprintf("%d independent actions first", m), first, trials, 1/float64(m+2))
	}
}

// Where all actions race, all priorities are fresh at each pick and POS is the random walk.
func TestPOSIsRandomWhereAllRace(t *testing.T) {
	p := Program{Threads: []Thread{Repeat(3, W(0)), Repeat(3, W(0))}}
	compare(t, "2 threads, 3 writes", p, strategy.NewPOS(), strategy.NewRandom(), 40_000)
}

// Reads of one object do not race: the first thread finishes its reads at once if its write comes first, as with
// actions of its own.
func TestPOSReadsDoNotRace(t *testing.T) {
	const trials = 40_000
	p := Program{Threads: []Thread{append(Repeat(6, R(1)), W(0)), {W(0), R(1)}}}
	first := 0
	NewSimulator(t, p).Explore(strategy.NewPOS(), strategy.Execution{Seed: 2}, trials, func(tr *Trace) {
		if tr.Before(0, 6, 1, 0) {
			first++
		}
	})
	Probability(t, "six reads and the write first", first, trials, 1.0/8)
}

// naivePOS is the algorithm of the paper by full scans: the reference for POS.
type naivePOS struct {
	r        *rand.Rand
	priority map[*strategy.Op]float64
}

func (n *naivePOS) Start(e strategy.Execution) bool {
	n.r = rand.New(rand.NewPCG(e.Seed, 77))
	n.priority = map[*strategy.Op]float64{}
	return true
}

func (n *naivePOS) Pick(ops []*strategy.Op) int {
	best := 0
	for i, op := range ops {
		if n.priority[op] > n.priority[ops[best]] {
			best = i
		}
	}
	return best
}

func (n *naivePOS) Value(v strategy.Value) int { return n.r.IntN(v.N) }
func (n *naivePOS) Enabled(op *strategy.Op)    { n.priority[op] = n.r.Float64() }
func (n *naivePOS) Disabled(op *strategy.Op)   { delete(n.priority, op) }

func (n *naivePOS) Executed(op *strategy.Op, did []strategy.Action) {
	var again []*strategy.Op
	for other := range n.priority { // fresh priorities are independent, so the order of the map does not matter
		raced := other == op
		for _, a := range did {
			raced = raced || strategy.Races(a, other.Next)
		}
		if raced {
			again = append(again, other)
		}
	}
	for _, other := range again {
		n.priority[other] = n.r.Float64()
	}
}

func TestPOSAgainstTheScan(t *testing.T) {
	for _, p := range Programs() {
		if p.Name != "endless" && p.Name != "faults" {
			compare(t, p.Name, p, strategy.NewPOS(), new(naivePOS), 15_000)
		}
	}
}

// compare tests that two strategies have the same distribution of executions, by the chi-square test for two samples
// of equal size; executions too rare for it are put together.
func compare(t *testing.T, what string, p Program, a, b strategy.Strategy, trials int) {
	t.Helper()
	counts := map[string]*[2]int{}
	for i, s := range []strategy.Strategy{a, b} {
		NewSimulator(t, p).Explore(s, strategy.Execution{Seed: uint64(3 + i), Length: 12}, trials, func(tr *Trace) {
			if counts[tr.Key()] == nil {
				counts[tr.Key()] = new([2]int)
			}
			counts[tr.Key()][i]++
		})
	}
	var rare [2]int
	x, d := 0.0, -1.0
	add := func(c [2]int) {
		if c[0]+c[1] > 0 {
			x += float64((c[0]-c[1])*(c[0]-c[1])) / float64(c[0]+c[1])
			d++
		}
	}
	for _, c := range counts {
		if c[0]+c[1] < 20 {
			rare[0] += c[0]
			rare[1] += c[1]
		} else {
			add(*c)
		}
	}
	add(rare)
	if limit := Quantile(d); x > limit {
		t.Errorf("%s: chi-square %.1f with %.0f degrees of freedom, at most %.1f expected", what, x, d, limit)
	}
	t.Logf("%s: %d executions, chi-square %.1f, limit %.1f", what, len(counts), x, Quantile(d))
}

// reorder is the program of that name of the SCT benchmarks with n-1 setters, which write two variables, and a checker,
// which takes some steps to start and finds the bug when it sees the first write of a setter and no second one.
func reorder(n, start int) (Program, func(*Trace) bool) {
	p := Program{Name: fmt.Sprint("reorder_", n)}
	for range n - 1 {
		p.Threads = append(p.Threads, Thread{W(0), W(1)})
	}
	p.Threads = append(p.Threads, append(Repeat(start, Local()), R(0), R(1)))
	return p, func(tr *Trace) bool {
		set := false
		for i := range n - 1 {
			set = set || tr.Before(i, 0, n-1, start)
			if !tr.Before(n-1, start+1, i, 1) {
				return false
			}
		}
		return set
	}
}

func TestPOSFindsReorder(t *testing.T) {
	p, bug := reorder(3, 20)
	const trials = 10_000
	found := func(s strategy.Strategy) int {
		n := 0
		NewSimulator(t, p).Explore(s, strategy.Execution{Seed: 10}, trials, func(tr *Trace) {
			if bug(tr) {
				n++
			}
		})
		return n
	}
	pos, random := found(strategy.NewPOS()), found(strategy.NewRandom())
	t.Logf("%s: POS finds it in %d of %d executions, the random walk in %d", p.Name, pos, trials, random)
	// The checker makes m = 22 moves before two pending writes: about 2/((m+1)(m+2)) = 1/276, against less than 2^-22.
	if pos < 5 || random > 0 {
		t.Errorf("POS %d, random %d of %d; expected some and none", pos, random, trials)
	}
}

// POS is fair, but an operation that races with nothing waits for more than t picks with probability about 1/t.
func TestPOSFairWithAHeavyTail(t *testing.T) {
	p := Program{Threads: []Thread{{Local(), Back()}, {W(0)}}}
	const trials = 40_000
	for _, w := range []int{4, 16, 64} {
		long := 0
		NewSimulator(t, p).Explore(strategy.NewPOS(), strategy.Execution{Seed: 11, MaxSteps: w}, trials, func(tr *Trace) {
			if tr.At(1, 0) < 0 {
				long++
			}
		})
		Probability(t, fmt.Sprintf("%d turns in a row", w), long, trials, 1/float64(w+1))
	}
}

// A thousand operations on changing objects: the index finds all that race and nobody else.
func TestPOSManyObjects(t *testing.T) {
	p := Program{}
	for i := range 300 {
		p.Threads = append(p.Threads, Thread{W(i % 7), Lock(i % 5), W(i % 3), Unlock(i % 5), R(i % 11), W(1000 + i)})
	}
	sim := NewSimulator(t, p)
	for _, first := range []bool{false, true} {
		sim.ExecutedFirst = first
		sim.Explore(&watchedPOS{POS: strategy.NewPOS(), t: t}, strategy.Execution{Seed: 12}, 3, func(tr *Trace) {
			if len(tr.Moves) != 1800 || tr.Deadlock {
				t.Errorf("%d moves, deadlock %v", len(tr.Moves), tr.Deadlock)
			}
		})
	}
}

// watchedPOS checks the picks of POS against the enabled set it was told.
type watchedPOS struct {
	*strategy.POS
	t       *testing.T
	enabled map[*strategy.Op]bool
}

func (w *watchedPOS) Start(e strategy.Execution) bool {
	w.enabled = map[*strategy.Op]bool{}
	return w.POS.Start(e)
}

func (w *watchedPOS) Enabled(op *strategy.Op) {
	w.enabled[op] = true
	w.POS.Enabled(op)
}

func (w *watchedPOS) Disabled(op *strategy.Op) {
	delete(w.enabled, op)
	w.POS.Disabled(op)
}

func (w *watchedPOS) Pick(ops []*strategy.Op) int {
	if len(ops) != len(w.enabled) {
		w.t.Fatalf("%d operations are offered, %d were reported enabled", len(ops), len(w.enabled))
	}
	for _, op := range ops {
		if !w.enabled[op] {
			w.t.Fatalf("operation %s is offered and was not reported enabled", op.Path())
		}
	}
	return w.POS.Pick(ops)
}
