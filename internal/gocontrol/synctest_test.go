package gocontrol

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs f in a bubble of synctest, inside of an execution.
func inBubble(t *testing.T, f func()) func() {
	return func() { synctest.Test(t, func(*testing.T) { f() }) }
}

// TestSynctest: a bubble inside of an execution has its own clock, which moves when all its goroutines are durably
// blocked, and Wait waits for that. What runs when is the strategy's decision.
func TestSynctest(t *testing.T) {
	control(t)
	orders := make(map[string]int)
	for seed := range uint64(300) {
		var log []string
		r := mustRun(t, Options{Seed: seed, Atomics: true}, func() {
			outside := time.Now()
			time.Sleep(time.Minute)
			var wg sync.WaitGroup
			wg.Go(func() { time.Sleep(time.Second) })
			inBubble(t, func() {
				start := time.Now()
				var mu sync.Mutex
				note := func(format string, args ...any) {
					mu.Lock()
					defer mu.Unlock()
					log = append(log, fmt.Sprintf(format, args...))
				}
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				defer cancel()
				for i := range 2 {
					go func() {
						note("g%d starts", i)
						time.Sleep(time.Duration(i+1) * time.Second)
						note("g%d at %v", i, time.Since(start))
						<-ctx.Done()
						note("g%d done at %v", i, time.Since(start))
					}()
				}
				synctest.Wait()
				mu.Lock()
				if len(log) != 2 {
					t.Errorf("after Wait: %q", log)
				}
				mu.Unlock()
				time.Sleep(3 * time.Second)
				synctest.Wait()
				note("at %v", time.Since(start))
				time.AfterFunc(time.Second, func() { note("called at %v", time.Since(start)) })
				<-ctx.Done()
				synctest.Wait()
			})()
			if d := time.Since(outside); d != time.Minute {
				t.Errorf("outside of the bubble %v have passed", d)
			}
			wg.Wait()
		})
		if r.End != Finished || r.Abandoned != 0 {
			t.Fatalf("seed %d: %v %v %s\n%v", seed, r.End, r.Panic, r.Message, r.Blocked)
		}
		order := strings.Join(log, ", ")
		orders[order]++
		if middle := strings.Join(strings.Split(order, ", ")[2:6], ", "); middle != "g0 at 1s, g1 at 2s, at 3s, called at 4s" {
			t.Fatalf("seed %d: %s", seed, order)
		}
	}
	if len(orders) != 4 { // who starts first, and who is done first
		t.Errorf("%d orders: %v", len(orders), orders)
	}
}

// TestSynctestReplay repeats executions with bubbles in them.
func TestSynctestReplay(t *testing.T) {
	control(t)
	lost := 0
	for seed := range uint64(300) {
		var n atomic.Int64
		body := inBubble(t, func() {
			n.Store(0)
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { n.Store(n.Load() + 1); time.Sleep(time.Second) })
			}
			wg.Wait()
		})
		opts := Options{Seed: seed, Atomics: true}
		r := mustRun(t, opts, body)
		counted := n.Load()
		if counted != 2 {
			lost++
		}
		opts.Strategy, opts.Replay = Replay, r.Decisions
		if again := mustRun(t, opts, body); r.End != Finished || again.End != Finished || again.Digest != r.Digest || n.Load() != counted {
			t.Fatalf("seed %d: %v with %d, again %v with %d\n%v", seed, r.End, counted, again.End, n.Load(), again.Blocked)
		}
	}
	if lost == 0 || lost == 300 {
		t.Errorf("%d of 300 executions lost an update", lost)
	}
}

// apart runs f with a test of its own: a bubble whose execution does not finish fails the test that it was made for.
func apart(f func(*testing.T)) {
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "apart", F: f}})
}

// noneLeft wants as many goroutines as before, once that of apart has exited too.
func noneLeft(t *testing.T, before int) {
	t.Helper()
	n := runtime.NumGoroutine()
	for i := 0; i < 1000 && n > before; i++ {
		time.Sleep(time.Millisecond)
		n = runtime.NumGoroutine()
	}
	if n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
}

// TestSynctestDeadlock: what synctest calls a deadlock is its panic, and ends the execution.
func TestSynctestDeadlock(t *testing.T) {
	control(t)
	before := runtime.NumGoroutine()
	apart(func(own *testing.T) {
		for seed := range uint64(100) {
			for want, f := range map[string]func(){
				"all goroutines in bubble are blocked":            func() { select {} },
				"main bubble goroutine has exited but blocked go": func() { go func() { <-make(chan int) }() },
			} {
				r := mustRun(t, Options{Seed: seed}, inBubble(own, f))
				if r.End != Panicked || !strings.Contains(fmt.Sprint(r.Panic), want) || r.Abandoned != 0 {
					t.Errorf("%v: %v, want %s\n%v", r.End, r.Panic, want, r.Blocked)
				}
			}
		}
	})
	noneLeft(t, before)
}

// TestSynctestUnwind stops executions in the middle of a bubble, at every step.
func TestSynctestUnwind(t *testing.T) {
	control(t)
	before := runtime.NumGoroutine()
	body := func() {
		var mu sync.Mutex
		var wg sync.WaitGroup
		c := make(chan int)
		for i := range 4 {
			wg.Go(func() {
				defer time.Sleep(time.Second)
				time.Sleep(time.Duration(i) * time.Second)
				mu.Lock()
				defer mu.Unlock()
				c <- i
			})
		}
		for range 4 {
			synctest.Wait()
			<-c
		}
		wg.Wait()
	}
	whole := mustRun(t, Options{Seed: 1}, inBubble(t, body))
	if whole.End != Finished || whole.Steps < 40 {
		t.Fatalf("the whole execution: %v, %d steps", whole.End, whole.Steps)
	}
	apart(func(own *testing.T) {
		for cut := uint64(1); cut < whole.Steps; cut++ {
			for seed := range uint64(10) {
				r := mustRun(t, Options{Seed: seed, MaxSteps: cut}, inBubble(own, body))
				if r.End.Failed() || r.Abandoned != 0 {
					t.Errorf("cut at %d: %v %v %s, %d abandoned\n%v", cut, r.End, r.Panic, r.Message, r.Abandoned, r.Blocked)
				}
			}
		}
	})
	noneLeft(t, before)
}
