package check_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// detector skips a test of a program that is not built with control and -race. TestUnderOverlay builds one.
func detector(t testing.TB) {
	t.Helper()
	check.NeedControl(t)
	if !gocontrol.RaceDetector {
		t.Skip("needs the race detector; TestUnderOverlay runs this test in a program built with it")
	}
}

// A racer is a program that races, or, fixed, one that does not.
type racer struct {
	name   string
	always bool   // every schedule shows it
	first  string // the line of one access, by a word that it holds
	second string // of the other
	body   func(t *check.T, fixed bool)
}

// inc and its like are functions so that stacks have more than one frame.
//
//go:noinline
func inc(n *int) { *n++ } // inc

//go:noinline
func use(int) {}

var racers = []racer{
	{name: "a counter", always: true, first: "// inc", second: "// inc", body: func(t *check.T, fixed bool) {
		n := 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if fixed {
					mu.Lock()
					defer mu.Unlock()
				}
				inc(&n)
			})
		}
		wg.Wait()
	}},
	{name: "the body and a goroutine", always: true, first: "// by the body", second: "// by a goroutine", body: func(t *check.T, fixed bool) {
		n := 0
		done := make(chan bool)
		go func() {
			n = 1 // by a goroutine
			close(done)
		}()
		if fixed {
			<-done
		}
		n = 2 // by the body
		<-done
		sink.Store(int64(n))
	}},
	{name: "a lock that is held by chance", first: "// publish", second: "// use", body: func(t *check.T, fixed bool) {
		value, up := 0, false
		var mu sync.Mutex
		var wg sync.WaitGroup
		wg.Go(func() {
			value = 42 // publish
			mu.Lock()
			up = true
			mu.Unlock()
		})
		wg.Go(func() {
			switch {
			case mu.TryLock():
				if up {
					sink.Store(int64(value))
				}
				mu.Unlock()
			case !fixed:
				sink.Store(int64(value)) // use
			}
		})
		wg.Wait()
	}},
	{name: "a timeout", first: "// late", second: "// gives up", body: func(t *check.T, fixed bool) {
		result, reply := "", make(chan string, 1)
		go func() {
			time.Sleep(2 * time.Millisecond)
			if !fixed {
				result = "done" // late
			}
			reply <- "done"
		}()
		select {
		case r := <-reply:
			result = r
		case <-time.After(3 * time.Millisecond):
			result = "timeout" // gives up
		}
		sink.Store(int64(len(result)))
	}},
	{name: "a map", always: true, first: "// put", second: "// put", body: func(t *check.T, fixed bool) {
		m := map[string]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				if fixed {
					mu.Lock()
					defer mu.Unlock()
				}
				m[fmt.Sprint(i)] = i // put
			})
		}
		wg.Wait()
	}},
	{name: "a buffer of the standard library", always: true, first: "// write", second: "// write", body: func(t *check.T, fixed bool) {
		var b bytes.Buffer
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if fixed {
					mu.Lock()
					defer mu.Unlock()
				}
				b.WriteString("x") // write
			})
		}
		wg.Wait()
	}},
	{name: "a copy", always: true, first: "// copy", second: "// element", body: func(t *check.T, fixed bool) {
		from, to := make([]int, 100), make([]int, 100)
		done := make(chan bool)
		go func() {
			copy(to, from) // copy
			close(done)
		}()
		if fixed {
			<-done
		}
		from[50] = 1 // element
		<-done
	}},
	{name: "an atomic and a plain access", always: true, first: "// plain", second: "// atomic", body: func(t *check.T, fixed bool) {
		var n int64
		done := make(chan bool)
		go func() {
			atomic.AddInt64(&n, 1) // atomic
			close(done)
		}()
		if fixed {
			<-done
		}
		n++ // plain
		<-done
	}},
	{name: "double-checked locking", first: "// unlocked", second: "// initialize", body: func(t *check.T, fixed bool) {
		var once sync.Once
		var mu sync.Mutex
		var config *int
		get := func() *int {
			if fixed {
				once.Do(func() { config = new(int) })
				return config
			}
			if config == nil { // unlocked
				mu.Lock()
				defer mu.Unlock()
				if config == nil {
					config = new(int) // initialize
				}
			}
			return config
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { get() })
		}
		wg.Wait()
	}},
	// The detector remembers few accesses of a word: in some schedules the one that races is not among them each time.
	{name: "many ordered readers between two accesses", first: "// first write", second: "// late read", body: func(t *check.T, fixed bool) {
		x := 0
		var mu sync.Mutex
		var readers sync.WaitGroup
		end := make(chan bool)
		go func() {
			runtime.Gosched()
			if fixed {
				mu.Lock()
				defer mu.Unlock()
			}
			use(x) // late read
			close(end)
		}()
		mu.Lock()
		x = 1 // first write
		mu.Unlock()
		for range 6 {
			readers.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				use(x)
			})
		}
		readers.Wait()
		<-end
	}},
	{name: "a handler and a goroutine", first: "// handler", second: "// outlives", body: func(t *check.T, fixed bool) {
		n := 0
		done := make(chan bool)
		server := t.Go("server", func(c *ravel.Context) {
			ravel.Receive[hit](c)
			if fixed {
				<-done
			}
			n++ // handler
		})
		go func() {
			n++ // outlives
			close(done)
		}()
		t.Send(server, hit{})
		<-done
	}},
}

var sink atomic.Int64

// TestControlledRaces: every race is found, in a failure that names both lines, both goroutines and where they were started,
// that replays from its choices, its token and its record, and that is the same in every exploration. Its fixed version
// is silent.
func TestControlledRaces(t *testing.T) {
	detector(t)
	text, err := os.ReadFile("controlled_race_test.go")
	if err != nil {
		t.Fatal(err)
	}
	source := strings.Split("\n"+string(text), "\n") // lines count from 1
	for _, p := range racers {
		t.Run(p.name, func(t *testing.T) {
			var keys []string
			for seed := range uint64(2) {
				cfg := check.Config{Schedules: 3000, Seed: seed, Seeded: true, Strategy: "random"}
				r := explore(t, cfg, func(t *check.T) { p.body(t, false) })
				if r.Failure == nil {
					t.Fatalf("no race was found: %s", r.Summary())
				}
				f, ok := r.Failure.Err.(*failure.DataRace)
				if !ok || !r.Failure.Reproduced {
					t.Fatalf("reproduced: %v\n%s", r.Failure.Reproduced, r.Failure.Text("", ""))
				}
				if p.always && r.Failure.Execution > 0 {
					t.Errorf("found in execution %d: the order of the accesses counts", r.Failure.Execution)
				}
				first, second := source[f.First.Place.Line], source[f.Second.Place.Line]
				if !(strings.Contains(first, p.first) && strings.Contains(second, p.second) || strings.Contains(first, p.second) && strings.Contains(second, p.first)) {
					t.Errorf("between\n%s\n%s\nwant %s and %s\n%s", first, second, p.first, p.second, f.Report)
				}
				if f.First.Machine == f.Second.Machine || !f.First.Write && !f.Second.Write || !strings.HasPrefix(f.Report, "WARNING: DATA RACE") {
					t.Errorf("%v\n%s\n%s", f, f.Detail(), f.Report)
				}
				for _, a := range []failure.Access{f.First, f.Second} {
					if inCode := strings.Contains(a.Machine, "_test.go:"); inCode == a.Created.IsZero() || !inCode && a.Machine != "g0 (test)" && a.Machine != "g2 (server)" {
						t.Errorf("%s was started at %v", a.Machine, a.Created)
					}
				}
				keys = append(keys, failure.Key(f))
			}
			if keys[0] != keys[1] {
				t.Errorf("the same race has several names: %q", keys)
			}
			r := explore(t, check.Config{Schedules: 400, Seed: 1, Seeded: true}, func(t *check.T) { p.body(t, true) })
			if r.Failure != nil || r.Nondeterminism != nil {
				t.Errorf("without the race: %v %v", r.Failure, r.Nondeterminism)
			}
		})
	}
}
