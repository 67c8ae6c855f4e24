package gocontrol

import (
	"math"
	"runtime"
	"sync"
	"testing"
)

// TestRandomIsUniform compares the frequencies of the first of n goroutines, and of the ready cases of a select, with
// the uniform distribution: chi-squared with 5 degrees of freedom exceeds 25.7 with probability 10^-4.
func TestRandomIsUniform(t *testing.T) {
	control(t)
	const n, runs = 6, 6000
	var first, taken [n]int
	for seed := range uint64(runs) {
		mustRun(t, Options{Seed: seed}, func() {
			order := make(chan int, n)
			gate := make(chan bool)
			for i := range n {
				go func() { <-gate; order <- i }()
			}
			for range 20 * n { // until all wait at the gate
				runtime.Gosched()
			}
			close(gate)
			runtime.Gosched()
			first[<-order]++
			var cs [n]chan bool
			for i := range cs {
				cs[i] = make(chan bool, 1)
				cs[i] <- true
			}
			select {
			case <-cs[0]:
				taken[0]++
			case <-cs[1]:
				taken[1]++
			case <-cs[2]:
				taken[2]++
			case <-cs[3]:
				taken[3]++
			case <-cs[4]:
				taken[4]++
			case <-cs[5]:
				taken[5]++
			}
		})
	}
	for name, counts := range map[string][n]int{"goroutines": first, "cases": taken} {
		chi := 0.0
		for _, c := range counts {
			d := float64(c) - runs/n
			chi += d * d / (runs / n)
		}
		if chi > 25.7 {
			t.Errorf("%s: %v, chi-squared %.1f", name, counts, chi)
		}
	}
}

// TestPCTBound: a bug of depth 2 in a program of k steps and n goroutines is found with probability at least 1/(n*k).
func TestPCTBound(t *testing.T) {
	control(t)
	const runs = 4000
	found := 0
	var steps uint64
	for seed := range uint64(runs) {
		n, r, err := countTo2(Options{Strategy: PCT, Depth: 2, Expect: 16, Seed: seed}, true)
		if err != nil {
			t.Fatal(err)
		}
		if n != 2 {
			found++
		}
		steps = max(steps, r.Steps)
	}
	p := 1 / (3 * float64(steps))
	if want := runs*p - 4*math.Sqrt(runs*p); float64(found) < want {
		t.Errorf("the lost update was found in %d of %d executions, want at least %.0f (%d steps)", found, runs, want, steps)
	}
	// Depth 1 has no change point: from the start on, the goroutine with the highest priority runs until it blocks.
	for seed := range uint64(500) {
		if n, _, _ := countTo2(Options{Strategy: PCT, Depth: 1, Seed: seed}, true); n != 2 {
			t.Fatalf("seed %d: depth 1 preempted a goroutine", seed)
		}
	}
}

// TestDefaultNeverPreempts: the default schedule is the one without preemption.
func TestDefaultNeverPreempts(t *testing.T) {
	control(t)
	if n, r, err := countTo2(Options{Strategy: Default}, true); n != 2 || err != nil {
		t.Errorf("counted to %d: %v %v", n, r, err)
	}
}

// TestAtomics: methods of sync/atomic's types are points only on request.
func TestAtomics(t *testing.T) {
	control(t)
	for _, atomics := range []bool{false, true} {
		lost := 0
		for seed := range uint64(300) {
			if lostUpdate(t, Options{Seed: seed, Atomics: atomics}) {
				lost++
			}
		}
		if atomics != (lost > 0) {
			t.Errorf("atomics %v: %d of 300 executions lost an update", atomics, lost)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	control(t)
	mustRun(t, Options{}, func() {
		if _, err := Run(func() {}, Options{}); err == nil {
			t.Error("an execution inside of another one was accepted")
		}
	})
	var wg sync.WaitGroup
	refused := 0
	var mu sync.Mutex
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if _, err := Run(runtime.Gosched, Options{}); err != nil {
					mu.Lock()
					refused++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := SelfTest(); err != nil {
		t.Errorf("after %d refused executions: %v", refused, err)
	}
}
