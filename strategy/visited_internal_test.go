package strategy

import (
	"sync"
	"sync/atomic"
	"testing"
)

func stateOf(n uint64) State { return State{mix(n), mix(n + 1<<32)} }

func TestVisited(t *testing.T) {
	var v visited
	for n := range uint64(10_000) {
		for _, want := range []bool{true, false} {
			if got := v.add(stateOf(n)); got != want {
				t.Fatalf("state %d: new is %v, expected %v", n, got, want)
			}
		}
	}
	if v.add(State{}) != true || v.add(State{}) != false {
		t.Error("the state of zeros is not remembered")
	}
	if v.n.Load() != 10_001 {
		t.Errorf("%d states", v.n.Load())
	}
}

// Of many workers that reach a state, exactly one owns it.
func TestVisitedByMany(t *testing.T) {
	const states, workers = 20_000, 4
	var v visited
	var owned atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range uint64(states) {
				if v.add(stateOf((i*7919 + uint64(w)*4999) % states)) {
					owned.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if owned.Load() != states || v.n.Load() != states {
		t.Errorf("%d states are owned, %d remembered; expected %d", owned.Load(), v.n.Load(), states)
	}
}

// The set stays within its budget, uses most of it, and tells when it is used up. What does not fit is new each time.
func TestVisitedBudget(t *testing.T) {
	v := visited{budget: 1 << 20}
	n := uint64(0)
	for ; !v.full.Load(); n++ {
		if !v.add(stateOf(n)) {
			t.Fatalf("state %d is not new", n)
		}
	}
	if bytes := v.bytes.Load(); bytes > v.budget {
		t.Errorf("%d bytes, of a budget of %d", bytes, v.budget)
	}
	if kept := v.n.Load(); kept < v.budget/16/2 || kept != int64(n-1) {
		t.Errorf("%d states kept, of %d; there is room for %d", kept, n, v.budget/16)
	}
	if !v.add(stateOf(n - 1)) {
		t.Error("a state that was not remembered is known")
	}
	for i := range n - 1 {
		if v.add(stateOf(i)) {
			t.Fatalf("state %d has been forgotten", i)
		}
	}
}

func TestVisitedMost(t *testing.T) {
	v := visited{most: 3}
	for n := range uint64(5) {
		if !v.add(stateOf(n)) {
			t.Errorf("state %d is not new", n)
		}
	}
	if v.add(stateOf(0)) || !v.add(stateOf(4)) || v.n.Load() != 3 {
		t.Errorf("of five states the first three are to be remembered; %d are", v.n.Load())
	}
}

func BenchmarkVisited(b *testing.B) {
	var v visited
	for n := 0; b.Loop(); n++ {
		v.add(stateOf(uint64(n / 4)))
	}
}
