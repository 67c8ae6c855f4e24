package gocontrol

import (
	crand "crypto/rand"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestUnderDisturbance repeats executions while the collector runs all the time, goroutines outside make noise, and
// the number of Ps changes.
func TestUnderDisturbance(t *testing.T) {
	control(t)
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	quit := make(chan bool)
	var noise sync.WaitGroup
	defer noise.Wait()
	defer close(quit)
	noise.Go(func() {
		var kept [][]byte
		for {
			select {
			case <-quit:
				return
			default:
				if kept = append(kept, make([]byte, 10_000)); len(kept) == 500 {
					kept = nil
				}
				runtime.Gosched()
			}
		}
	})
	for i := range uint64(200) {
		opts := Options{Seed: i, MaxSteps: 20_000}
		runtime.GOMAXPROCS(1 + int(i%8))
		first, log := observe(t, i, opts)
		if i == 0 {
			first, log = observe(t, i, opts)
		}
		runtime.GOMAXPROCS(1 + int(i/8%8))
		again, log2 := observe(t, i, opts)
		same(t, i, "disturbed", first, again, log, log2)
		if t.Failed() {
			return
		}
	}
}

// TestStoppedTimers: the runtime leaves off cleaning up stopped timers while the collector wants to scan the stack of
// who cleans. What is left then is a step of the clock more, and another order of the timers behind it.
func TestStoppedTimers(t *testing.T) {
	control(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	quit := make(chan bool)
	var noise sync.WaitGroup
	defer noise.Wait()
	defer close(quit)
	noise.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
				runtime.GC()
			}
		}
	})
	var first Result
	for i := range 100 {
		r := mustRun(t, Options{}, func() {
			for range 20 {
				var timers []*time.Timer
				for range 500 {
					timers = append(timers, time.AfterFunc(time.Second, func() {}))
				}
				for _, timer := range timers {
					timer.Stop()
				}
				over := make(chan bool)
				time.AfterFunc(2*time.Second, func() { close(over) }) // cleans up
				<-over
			}
		})
		if i == 0 {
			first = r
		}
		if r.Steps != first.Steps || r.Digest != first.Digest {
			t.Fatalf("execution %d: %d steps with digest %x, before it was %d with %x", i, r.Steps, r.Digest, first.Steps, first.Digest)
		}
	}
}

// TestCollectionInside: runtime.GC and allocation inside an execution go on beside it.
func TestCollectionInside(t *testing.T) {
	control(t)
	var digest uint64
	for i := range 20 {
		r := mustRun(t, Options{Seed: 5}, func() {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					var kept [][]byte
					for range 50 {
						kept = append(kept, make([]byte, 5_000))
						runtime.Gosched()
					}
					runtime.GC()
					runtime.KeepAlive(kept)
				})
			}
			wg.Wait()
		})
		if i == 0 {
			digest = r.Digest
		}
		if r.End != Finished || r.Digest != digest {
			t.Fatalf("run %d: %v, digest %x, want %x", i, r.End, r.Digest, digest)
		}
	}
}

// TestValues: what an execution draws depends on its seed alone.
func TestValues(t *testing.T) {
	control(t)
	draw := func(seed uint64) (s string) {
		mustRun(t, Options{Seed: seed}, func() {
			m := make(map[string]int)
			for i := range 20 {
				m[fmt.Sprint(i)] = i
			}
			var b [8]byte
			crand.Read(b[:])
			s = fmt.Sprint(rand.Uint64(), b, slices.Collect(maps.Keys(m)), crand.Text())
			start := time.Now()
			time.Sleep(90 * time.Minute)
			s += fmt.Sprint(start.UTC(), time.Since(start))
		})
		return s
	}
	draw(0)
	a, again, b := draw(1), draw(1), draw(2)
	if a != again {
		t.Errorf("the same seed drew\n%s\n%s", a, again)
	}
	if a == b {
		t.Errorf("two seeds drew the same: %s", a)
	}
	const clock = "2000-01-01 00:00:00 +0000 UTC 1h30m0s"
	if len(a) < len(clock) || a[len(a)-len(clock):] != clock {
		t.Errorf("the clock is not virtual: %s", a)
	}
}

// shared lives in package variables across executions, as in programs with package-level state.
var shared = struct {
	c  chan int
	wg sync.WaitGroup
	mu sync.Mutex
}{}

func TestPackageVariables(t *testing.T) {
	control(t)
	for seed := range uint64(100) {
		r := mustRun(t, Options{Seed: seed}, func() {
			if shared.c == nil {
				shared.c = make(chan int, 1)
			}
			shared.wg.Go(func() {
				shared.mu.Lock()
				defer shared.mu.Unlock()
				shared.c <- 1
			})
			<-shared.c
			shared.wg.Wait()
		})
		if r.End != Finished {
			t.Fatalf("execution %d ended with %v: %v %s", seed, r.End, r.Panic, r.Message)
		}
	}
	shared.c <- 1 // and outside
	<-shared.c
}

// TestNetwork: goroutines may wait for the network poller, inside the process.
func TestNetwork(t *testing.T) {
	control(t)
	for seed := range uint64(20) {
		r := mustRun(t, Options{Seed: seed}, func() {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				panic(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				conn, err := l.Accept()
				if err != nil {
					panic(err)
				}
				defer conn.Close()
				fmt.Fprintln(conn, "hello")
			})
			wg.Go(func() {
				conn, err := net.Dial("tcp", l.Addr().String())
				if err != nil {
					panic(err)
				}
				defer conn.Close()
				var s string
				if _, err := fmt.Fscanln(conn, &s); err != nil || s != "hello" {
					panic(fmt.Sprint(s, err))
				}
			})
			wg.Wait()
			l.Close()
		})
		if r.End != Finished {
			t.Fatalf("execution %d ended with %v: %v %v\n%v", seed, r.End, r.Panic, r.Blocked, r.Stack)
		}
	}
	// A goroutine that still waits for the network at the end is ended too.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	closed := false
	r := mustRun(t, Options{}, func() {
		go func() {
			defer func() { closed = true }()
			l.Accept()
		}()
		runtime.Gosched()
	})
	if r.End != Leak || r.Abandoned != 0 || !closed || len(r.Blocked) != 1 || r.Blocked[0].State != "IO wait" {
		t.Errorf("a goroutine in Accept: %v, %d abandoned, closed %v, %v", r.End, r.Abandoned, closed, r.Blocked)
	}
}

func TestLockedThread(t *testing.T) {
	control(t)
	for seed := range uint64(50) {
		r := mustRun(t, Options{Seed: seed}, func() {
			var wg sync.WaitGroup
			for i := range 3 {
				wg.Go(func() {
					runtime.LockOSThread()
					runtime.Gosched()
					if i > 0 {
						runtime.UnlockOSThread() // else the thread ends with the goroutine
					}
				})
			}
			wg.Wait()
		})
		if r.End != Finished {
			t.Fatalf("ended with %v\n%v", r.End, r.Blocked)
		}
	}
}
