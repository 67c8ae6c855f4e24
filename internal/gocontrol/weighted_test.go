package gocontrol

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

// rootName is the name of the main goroutine in the plans of these tests.
const rootName = 1

// planOf makes the plan of an execution whose main goroutine has so many steps of its own and starts goroutines that are
// described by the shares.
func planOf(selects bool, own int64, children ...Share) *Plan {
	p := &Plan{Unit: 1, Selects: selects, Root: rootName}
	root := Share{Name: rootName, Steps: own}
	for i, c := range children {
		c.Name = strategy.PlanName(rootName, i)
		root.Steps += c.Steps
		root.Selected += c.Selected
		p.Shares = append(p.Shares, c)
	}
	p.Shares = append(p.Shares, root)
	slices.SortFunc(p.Shares, func(a, b Share) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return p
}

// sequence is what goroutines do in the order in which they do it. One goroutine runs at a time, so it needs no lock, which
// would be a point of its own.
type sequence struct{ text []byte }

//go:norace
func (s *sequence) add(who byte) { s.text = append(s.text, who) }

// interleavings lists the orders of the moves of a main goroutine m, which starts a goroutine in each of its moves but the
// last one, with so many moves each.
func interleavings(moves ...int) []string {
	var all []string
	left := append([]int{len(moves) + 1}, moves...)
	var rec func(text string)
	rec = func(text string) {
		started := len(moves) + 1 - left[0]
		done := true
		for i := range left {
			if left[i] > 0 && i <= started {
				done = false
				left[i]--
				rec(text + string("mabcdef"[i]))
				left[i]++
			}
		}
		if done {
			all = append(all, text)
		}
	}
	rec("")
	slices.Sort(all)
	return all
}

// TestURWIsUniform: all interleavings of goroutines are equally likely, from the move in which the first one is started.
func TestURWIsUniform(t *testing.T) {
	control(t)
	for _, moves := range [][]int{{3, 3}, {1, 6}, {2, 2, 2}} {
		all := interleavings(moves...)
		shares := make([]Share, len(moves))
		for i, n := range moves {
			shares[i].Steps = int64(n)
		}
		opts := Options{Strategy: URW, Atomics: true, Plan: planOf(false, int64(len(moves)+1), shares...)}
		counts := make([]int, len(all))
		for opts.Seed = range uint64(15 * len(all)) {
			var s sequence
			var x atomic.Int64
			mustRun(t, opts, func() {
				for i, n := range moves {
					s.add('m')
					go func() {
						for range n - 1 {
							s.add("abcdef"[i])
							x.Add(1)
						}
						s.add("abcdef"[i])
					}()
				}
				s.add('m')
			})
			i, ok := slices.BinarySearch(all, string(s.text))
			if !ok {
				t.Fatalf("%v: %s is no interleaving", moves, s.text)
			}
			counts[i]++
		}
		strategytest.Uniform(t, fmt.Sprintf("%d interleavings of %v", len(all), moves), counts)
	}
}

// TestSURWIsUniform: all orders of the accesses to the object that counts are equally likely, whatever surrounds them.
func TestSURWIsUniform(t *testing.T) {
	control(t)
	before := [3]int{5, 0, 40} // accesses to an object of their own, ahead of the first one that counts
	accesses := [3]int{3, 2, 1}
	shares := make([]Share, 3)
	for i := range shares {
		shares[i] = Share{Steps: int64(1 + before[i] + accesses[i]), Selected: int64(accesses[i]), Nth: uint32(1 + min(before[i], 1))}
	}
	counts := map[string]int{}
	opts := Options{Strategy: SURW, Atomics: true, Plan: planOf(true, 5, shares...)}
	for opts.Seed = range uint64(60 * 60) {
		var s sequence
		mustRun(t, opts, func() {
			x := new(atomic.Int64)
			for i := range shares {
				go func() {
					y := new(atomicBox)
					for range before[i] {
						y.n.Add(1)
					}
					for range accesses[i] {
						x.Add(1)
						s.add("abc"[i])
					}
					boxes[i] = y
				}()
			}
		})
		counts[string(s.text)]++
	}
	if len(counts) != 60 {
		t.Fatalf("%d orders, expected 60", len(counts))
	}
	strategytest.Uniform(t, "orders", slices.Collect(maps.Values(counts)))
}

// boxes keep objects off the stack.
var boxes [3]*atomicBox

// TestSURWLocks: who waits for a lock that somebody holds is not intended, and all orders of the critical sections occur.
func TestSURWLocks(t *testing.T) {
	control(t)
	counts := map[string]int{}
	share := Share{Steps: 5, Selected: 4, Nth: 1}
	opts := Options{Strategy: SURW, Plan: planOf(true, 4, share, share, share)}
	for opts.Seed = range uint64(90 * 40) {
		var s sequence
		if r := mustRun(t, opts, func() {
			mu := new(sync.Mutex)
			for i := range 3 {
				go func() {
					for range 2 {
						mu.Lock()
						s.add("abc"[i])
						mu.Unlock()
					}
				}()
			}
		}); r.End != Finished {
			t.Fatal(r.End)
		}
		counts[string(s.text)]++
	}
	if len(counts) != 90 {
		t.Errorf("%d orders of the critical sections, expected 90: %v", len(counts), counts)
	}
	for order, n := range counts {
		if n < 12 {
			t.Errorf("%s came %d times, expected about 40", order, n)
		}
	}
}

// TestWeightedStrangers: goroutines that the plan does not know, and plans that expect too much or too little, starve nobody.
func TestWeightedStrangers(t *testing.T) {
	control(t)
	for _, s := range []Strategy{URW, SURW} {
		first := map[string]int{}
		for seed := range uint64(400) {
			plan := planOf(s == SURW, 100, Share{Steps: 1, Selected: 9, Nth: 1})
			for i := range plan.Shares {
				if plan.Shares[i].Name == rootName {
					plan.Shares[i].ChildSteps, plan.Shares[i].ChildSelected = 3, 3
				}
			}
			var q sequence
			r := mustRun(t, Options{Seed: seed, Strategy: s, Atomics: true, Plan: plan}, func() {
				x := new(atomic.Int64)
				var wg sync.WaitGroup
				for i := range 3 {
					wg.Go(func() {
						for range 3 {
							q.add("abc"[i])
							x.Add(1)
							runtime.Gosched()
						}
						if i == 2 {
							wg.Go(func() { x.Add(1); q.add('d') })
						}
					})
				}
				wg.Wait()
			})
			if r.End != Finished || len(q.text) != 10 {
				t.Fatalf("strategy %d, seed %d: %v after %s", s, seed, r.End, q.text)
			}
			first[string(q.text[:1])]++
		}
		if len(first) != 3 {
			t.Errorf("strategy %d: only %v came first", s, first)
		}
	}
}

// TestSURWKnowsNoAddresses: executions with one seed are the same wherever their objects are and whenever the collector
// runs, also if what a goroutine touches ahead of the object that counts becomes garbage.
func TestSURWKnowsNoAddresses(t *testing.T) {
	control(t)
	share := Share{Steps: 30, Selected: 3, Nth: 21}
	opts := Options{Strategy: SURW, Atomics: true, Plan: planOf(true, 5, share, share, share)}
	var kept [][]byte
	for opts.Seed = range uint64(15) {
		var orders []string
		for again := range 3 {
			var s sequence
			r := mustRun(t, opts, func() {
				x := new(atomic.Int64)
				for i := range 3 {
					go func() {
						for j := range 20 {
							boxes[i] = new(atomicBox)
							boxes[i].n.Add(1)
							if again == 1 && j%7 == i {
								runtime.GC()
							}
						}
						for range 3 {
							x.Add(1)
							s.add("abc"[i])
						}
					}()
				}
			})
			if kept = append(kept, make([]byte, 64<<again)); again == 2 {
				kept = nil
			}
			orders = append(orders, fmt.Sprint(string(s.text), r.Digest, r.Decisions))
		}
		if orders[0] != orders[1] || orders[0] != orders[2] {
			t.Fatalf("seed %d:\n%s", opts.Seed, strings.Join(orders, "\n"))
		}
	}
}

// atomicBox does not fit into a tiny block, which it would share with others.
type atomicBox struct {
	n    atomic.Int64
	more [3]*int
}

// TestPlans: strategies without the plan that they need, and plans that nobody needs, are errors.
func TestPlans(t *testing.T) {
	unsorted := &Plan{Unit: 1, Shares: []Share{{Name: 2}, {Name: 1}}}
	for _, o := range []Options{{Strategy: URW}, {Strategy: SURW}, {Strategy: POS, Plan: planOf(false, 1)}, {Strategy: URW, Plan: &Plan{}},
		{Strategy: URW, Plan: unsorted}} {
		if err := o.validate(); err == nil || !strings.Contains(err.Error(), "plan") {
			t.Errorf("%+v: error %v, want one about the plan", o, err)
		}
	}
	if err := (Options{Strategy: URW, Plan: planOf(false, 1)}).validate(); err != nil {
		t.Error(err)
	}
}
