package gocontrol

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// stuck leaves goroutines in every kind of wait, each with deferred functions of its own.
func stuck(ran *atomic.Int64) {
	var mu, held sync.Mutex
	var rw sync.RWMutex
	var wg sync.WaitGroup
	cond := sync.NewCond(&mu)
	c, full := make(chan int), make(chan int, 1)
	full <- 1
	held.Lock()
	rw.RLock()
	wg.Add(1)
	waits := []func(){
		func() { <-c },
		func() { c <- 1; <-c },
		func() { full <- 1 },
		func() {
			select {
			case <-c:
			case full <- 2:
			case <-time.After(time.Hour):
			}
		},
		func() { held.Lock() },
		func() { held.Lock() },
		func() { held.Lock() },
		func() { rw.Lock() },
		func() { rw.RLock() },
		func() { wg.Wait() },
		func() { mu.Lock(); defer mu.Unlock(); cond.Wait() },
		func() { mu.Lock(); defer mu.Unlock(); cond.Wait() },
		func() { time.Sleep(time.Hour) },
		func() { var n chan int; <-n },
		func() { select {} },
		func() { panicInDefer() },
		func() { defer func() { <-c }(); defer time.Sleep(time.Minute); <-full; <-full },
		func() {
			for range time.Tick(time.Minute) {
			}
		},
	}
	for _, w := range waits {
		go func() {
			defer ran.Add(1)
			w()
		}()
	}
	for range 40 {
		runtime.Gosched()
	}
	panic(len(waits))
}

func panicInDefer() {
	defer func() { panic("while it ends") }()
	select {}
}

// TestUnwind ends executions with goroutines in every kind of wait and wants all of those that have started to run their
// deferred functions, and none to be left.
func TestUnwind(t *testing.T) {
	control(t)
	before := runtime.NumGoroutine()
	most := 0
	for seed := range uint64(2000) {
		var ran atomic.Int64
		r := mustRun(t, Options{Seed: seed, Strategy: Strategy(seed % 2)}, func() { stuck(&ran) })
		if r.End != Panicked && r.End != Fatal || r.Abandoned != 0 {
			t.Fatalf("seed %d: ended with %v (%v %s), %d abandoned", seed, r.End, r.Panic, r.Message, r.Abandoned)
		}
		started := 0
		for _, g := range r.Blocked {
			if g.State != "runnable" {
				started++
			}
		}
		if int(ran.Load()) < started {
			t.Fatalf("seed %d: %d goroutines waited, %d ran their deferred functions", seed, started, ran.Load())
		}
		most = max(most, int(ran.Load()))
	}
	if most < 15 {
		t.Errorf("at most %d goroutines ran their deferred functions: the program tests too little", most)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
}

// conversation is several hundred steps of clients and a server over in-memory connections with deadlines and timers.
func conversation(clients int, giveUp time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), giveUp)
	defer cancel()
	var wg sync.WaitGroup
	for i := range clients {
		here, there := net.Pipe()
		go serve(ctx, there)
		wg.Go(func() {
			defer here.Close()
			r := bufio.NewReader(here)
			for n := range 5 {
				here.SetDeadline(time.Now().Add(20 * time.Millisecond))
				if _, err := fmt.Fprintf(here, "%d of client %d\n", n, i); err != nil {
					return
				}
				if _, err := r.ReadString('\n'); err != nil {
					return
				}
				select {
				case <-time.After(time.Duration(n) * time.Millisecond):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	wg.Wait()
}

func serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		time.Sleep(time.Millisecond)
		if _, err := io.WriteString(conn, line); err != nil {
			return
		}
	}
}

// TestUnwindLongPrograms stops long executions in their middle, at every step in turn.
func TestUnwindLongPrograms(t *testing.T) {
	control(t)
	before := runtime.NumGoroutine()
	whole := mustRun(t, Options{Seed: 1}, func() { conversation(7, time.Second) })
	if whole.End == Leak {
		whole = mustRun(t, Options{Seed: 1, Strategy: Default}, func() { conversation(7, time.Second) })
	}
	if whole.Steps < 300 {
		t.Fatalf("the program has only %d steps, ended with %v", whole.Steps, whole.End)
	}
	for cut := uint64(1); cut < whole.Steps; cut++ {
		for seed := range uint64(2) {
			r := mustRun(t, Options{Seed: seed, MaxSteps: cut}, func() { conversation(7, time.Duration(1+cut%40)*time.Millisecond) })
			if r.End.Failed() && r.End != Leak || r.Abandoned != 0 {
				t.Fatalf("cut at %d: %v, %d abandoned\n%v", cut, r.End, r.Abandoned, r.Blocked)
			}
		}
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
}

// TestUnwindCoroutine ends a goroutine that waits inside of an iterator, and leaves alone one nobody uses.
func TestUnwindCoroutine(t *testing.T) {
	control(t)
	ended := 0
	r := mustRun(t, Options{}, func() {
		defer func() { ended++ }()
		next, stop := iter.Pull(iter.Seq[int](func(yield func(int) bool) {
			defer func() { ended++ }()
			yield(1)
			select {}
		}))
		defer stop()
		next()
		next()
	})
	if r.End != Deadlock || ended != 2 || r.Abandoned != 0 {
		t.Errorf("waiting in an iterator: %v, %d ended, %d abandoned", r.End, ended, r.Abandoned)
	}
	r = mustRun(t, Options{}, func() {
		next, _ := iter.Pull(iter.Seq[int](func(yield func(int) bool) { yield(1) }))
		next()
	})
	if r.End != Finished || r.Abandoned != 1 {
		t.Errorf("iterator without stop: %v, %d abandoned", r.End, r.Abandoned)
	}
}
