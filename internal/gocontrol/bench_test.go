package gocontrol

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// The benchmarks report the cost of a scheduling point ("ns/step") and of a whole execution ("ns/op"). TestUnderOverlay
// prints how to run them.

func steps(b *testing.B, opts Options, f func(n int)) {
	control(b)
	opts.MaxSteps = 1 << 40
	opts.Expect = uint64(b.N)
	b.ResetTimer()
	r := mustRun(b, opts, func() { f(b.N) })
	b.StopTimer()
	if r.End != Finished {
		b.Fatal(r.End, r.Panic, r.Blocked)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(r.Steps), "ns/step")
	b.ReportMetric(float64(r.Switches)/float64(r.Steps), "switches/step")
}

// BenchmarkYield switches at every step.
func BenchmarkYield(b *testing.B) {
	steps(b, Options{}, func(n int) {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for range n / 2 {
					runtime.Gosched()
				}
			})
		}
		wg.Wait()
	})
}

func addAtomic(n int) {
	var x atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range n / 8 {
				x.Add(1)
			}
		})
	}
	wg.Wait()
}

// BenchmarkRandom chooses among 8 goroutines at every step.
func BenchmarkRandom(b *testing.B) { steps(b, Options{Atomics: true}, addAtomic) }

// BenchmarkPCT compares the priorities of 8 goroutines at every step.
func BenchmarkPCT(b *testing.B) { steps(b, Options{Strategy: PCT, Atomics: true}, addAtomic) }

// BenchmarkPOS compares them, and draws them again for those that race with the step done, which here are all.
func BenchmarkPOS(b *testing.B) { steps(b, Options{Strategy: POS, Atomics: true}, addAtomic) }

// BenchmarkURW weighs 8 goroutines at every step.
func BenchmarkURW(b *testing.B) { weighted(b, URW) }

// BenchmarkSURW does, and every step counts: it draws who makes the next one, and the others wait.
func BenchmarkSURW(b *testing.B) { weighted(b, SURW) }

func weighted(b *testing.B, s Strategy) {
	n := int64(b.N / 8)
	children := make([]Share, 8)
	for i := range children {
		children[i] = Share{Steps: n + 2, Selected: n, Nth: 2}
	}
	steps(b, Options{Strategy: s, Atomics: true, Plan: planOf(s == SURW, 10, children...)}, addAtomic)
}

// BenchmarkAsk calls a function at every step.
func BenchmarkAsk(b *testing.B) {
	i := 0
	steps(b, Options{Strategy: Ask, Atomics: true, Choose: func(q Question) (int, bool) {
		i++
		return i % len(q.Alternatives), true
	}}, addAtomic)
}

// BenchmarkChannel is a ping-pong over unbuffered channels.
func BenchmarkChannel(b *testing.B) {
	steps(b, Options{}, func(n int) {
		ping, pong := make(chan int), make(chan int)
		go func() {
			for range ping {
				pong <- 1
			}
		}()
		for range n {
			ping <- 1
			<-pong
		}
		close(ping)
	})
}

// BenchmarkMutex is contended by 2 goroutines.
func BenchmarkMutex(b *testing.B) {
	steps(b, Options{}, func(n int) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for range n / 2 {
					mu.Lock()
					//lint:ignore SA2001 the lock itself is measured
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}

// BenchmarkExecution is a small execution from start to end: 2 goroutines and a WaitGroup.
func BenchmarkExecution(b *testing.B) {
	control(b)
	for i := range b.N {
		if r := mustRun(b, Options{Seed: uint64(i)}, func() {
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {})
			}
			wg.Wait()
		}); r.End != Finished {
			b.Fatal(r.End)
		}
	}
}

// BenchmarkDeadlockedExecution ends 10 blocked goroutines.
func BenchmarkDeadlockedExecution(b *testing.B) {
	control(b)
	for i := range b.N {
		if r := mustRun(b, Options{Seed: uint64(i)}, func() {
			c := make(chan int)
			for range 9 {
				go func() { <-c }()
			}
			<-c
		}); r.End != Deadlock {
			b.Fatal(r.End)
		}
	}
}
