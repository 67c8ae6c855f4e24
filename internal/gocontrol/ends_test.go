package gocontrol

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// pair is a program that must fail in some schedules and its corrected twin, which must not fail in any that are tried.
type pair struct {
	name  string
	end   End
	state string // of one of the blocked goroutines
	bad   func()
	good  func()
}

var pairs = []pair{
	{"lock order", Deadlock, "sync.Mutex.Lock", func() { lockBoth(false) }, func() { lockBoth(true) }},
	{"upgrade of a read lock", Deadlock, "sync.RWMutex.Lock", func() { upgrade(false) }, func() { upgrade(true) }},
	{"lost signal", Deadlock, "sync.Cond.Wait", func() { awaitSignal(false) }, func() { awaitSignal(true) }},
	{"early return of a receiver", Leak, "chan send", func() { firstAnswer(0) }, func() { firstAnswer(1) }},
	{"worker without a stop", Leak, "select", func() { worker(false) }, func() { worker(true) }},
	{"missing Done", Deadlock, "sync.WaitGroup.Wait", func() { waitForAll(false) }, func() { waitForAll(true) }},
	{"send after close", Panicked, "", func() { closeAndSend(false) }, func() { closeAndSend(true) }},
	{"unlock twice", Fatal, "", func() { unlockTwice(false) }, func() { unlockTwice(true) }},
	{"sleeper left behind", Leak, "sleep", func() { sleeper(false) }, func() { sleeper(true) }},
}

func lockBoth(ordered bool) {
	var a, b sync.Mutex
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			first, second := &a, &b
			if i == 1 && !ordered {
				first, second = second, first
			}
			first.Lock()
			defer first.Unlock()
			second.Lock()
			defer second.Unlock()
		})
	}
	wg.Wait()
}

func touch(l sync.Locker) {
	l.Lock()
	defer l.Unlock()
}

func upgrade(release bool) {
	var rw sync.RWMutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			rw.RLock()
			if release {
				rw.RUnlock()
			}
			touch(&rw)
			if !release {
				rw.RUnlock()
			}
		})
	}
	wg.Wait()
}

func awaitSignal(condition bool) {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	ready := false
	go func() {
		mu.Lock()
		ready = true
		mu.Unlock()
		c.Signal()
	}()
	mu.Lock()
	defer mu.Unlock()
	if condition {
		for !ready {
			c.Wait()
		}
	} else {
		c.Wait()
	}
}

func firstAnswer(buffer int) {
	answers := make(chan int, 2*buffer)
	for i := range 2 {
		go func() { answers <- i }()
	}
	<-answers
}

func worker(stop bool) {
	jobs, quit := make(chan int), make(chan bool)
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		for {
			select {
			case <-jobs:
				wg.Done()
			case <-quit:
				return
			}
		}
	}()
	for i := range 3 {
		jobs <- i
	}
	wg.Wait()
	if stop {
		close(quit)
	}
}

func waitForAll(always bool) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := 0
	for range 2 {
		wg.Add(1)
		go func() {
			mu.Lock()
			n := seen
			mu.Unlock()
			mu.Lock()
			seen++
			mu.Unlock()
			if n == 1 || always {
				wg.Done()
				return
			}
			if n == 0 && !raced(&mu, &seen) {
				wg.Done()
			}
		}()
	}
	wg.Wait()
}

func raced(mu *sync.Mutex, seen *int) bool {
	mu.Lock()
	defer mu.Unlock()
	return *seen == 2
}

func closeAndSend(ordered bool) {
	c := make(chan int, 1)
	done := make(chan bool)
	go func() {
		defer close(done)
		c <- 1
	}()
	if ordered {
		<-done
	}
	close(c)
	<-done
}

func unlockTwice(once bool) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	held := false
	mu.Lock()
	held = true
	for range 2 {
		wg.Go(func() {
			if held {
				if once {
					held = false
				}
				mu.Unlock()
				held = false
			}
		})
	}
	wg.Wait()
}

func sleeper(wait bool) {
	done := make(chan bool)
	go func() {
		time.Sleep(time.Hour)
		close(done)
	}()
	if wait {
		<-done
	}
}

func TestFailuresAndTwins(t *testing.T) {
	control(t)
	const tries = 500
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for _, s := range []Strategy{Random, PCT} {
				found := 0
				for seed := range uint64(tries) {
					opts := Options{Strategy: s, Seed: seed, Expect: 20}
					if r := mustRun(t, opts, p.good); r.End != Finished {
						t.Fatalf("the correct twin ended with %v: %v %s\n%v", r.End, r.Panic, r.Message, r.Blocked)
					}
					r := mustRun(t, opts, p.bad)
					if r.End == Finished {
						continue
					}
					found++
					checkFailure(t, p, r)
					opts.Strategy, opts.Replay = Replay, r.Decisions
					if again := mustRun(t, opts, p.bad); again.End != r.End || again.Digest != r.Digest {
						t.Fatalf("the replay ended with %v, want %v", again.End, r.End)
					}
				}
				if found == 0 {
					t.Errorf("strategy %d: no failure in %d executions", s, tries)
				}
			}
		})
	}
}

// checkFailure wants the end, and positions in this file.
func checkFailure(t *testing.T, p pair, r Result) {
	t.Helper()
	if r.End != p.end {
		t.Fatalf("ended with %v, want %v: %v %s\n%v", r.End, p.end, r.Panic, r.Message, r.Blocked)
	}
	stacks, states := r.Stack.String(), ""
	for _, g := range r.Blocked {
		stacks += g.String()
		states += g.State + ";"
	}
	if !strings.Contains(stacks, "ends_test.go:") || !strings.Contains(states, p.state) {
		t.Fatalf("no position in this file, or nothing in state %q:\n%s%s", p.state, states, stacks)
	}
}

func setNil(m map[int]int) { m[1] = 1 }

func TestPanics(t *testing.T) {
	control(t)
	boom := errors.New("boom")
	for _, c := range []struct {
		name string
		f    func()
		want string
	}{
		{"error", func() { panic(boom) }, "boom"},
		{"nil map", func() { setNil(nil) }, "assignment to entry in nil map"},
		{"nil pointer", func() { var p *int; *p = 1 }, "nil pointer dereference"},
		{"closed channel", func() { c := make(chan int); close(c); close(c) }, "close of closed channel"},
		{"again while panicking", func() { defer func() { panic("second") }(); panic("first") }, "second"},
	} {
		r := mustRun(t, Options{}, func() {
			done := make(chan bool)
			go func() { defer close(done); c.f() }()
			<-done
			time.Sleep(time.Second)
		})
		if r.End != Panicked || !strings.Contains(fmt.Sprint(r.Panic), c.want) {
			t.Errorf("%s: ended with %v, panic %v", c.name, r.End, r.Panic)
		}
		if !strings.Contains(r.Stack.String(), "ends_test.go") {
			t.Errorf("%s: the stack does not show where:\n%v", c.name, r.Stack)
		}
	}
	r := mustRun(t, Options{}, func() {
		defer func() { recover() }()
		panic("recovered")
	})
	if r.End != Finished {
		t.Errorf("a recovered panic ended the execution with %v", r.End)
	}
}

func TestBound(t *testing.T) {
	control(t)
	r := mustRun(t, Options{MaxSteps: 1000}, func() {
		for range time.Tick(time.Second) {
		}
	})
	if r.End != Bounded || r.Steps != 1000 || r.End.Failed() {
		t.Errorf("a ticking goroutine ended with %v after %d steps", r.End, r.Steps)
	}
	r = mustRun(t, Options{MaxSteps: 1000}, func() {
		var mu sync.Mutex
		for {
			touch(&mu)
		}
	})
	if r.End != Bounded || len(r.Blocked) != 1 || r.Blocked[0].State != "runnable" {
		t.Errorf("a spinning goroutine ended with %v, %v", r.End, r.Blocked)
	}
}
