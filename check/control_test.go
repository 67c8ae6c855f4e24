package check_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// A goroutine that the body, or a handler, starts and leaves behind is named, with its go statement.
func TestUncontrolledGoroutine(t *testing.T) {
	for place, put := range places {
		if place == "unwinding" {
			continue
		}
		stop := make(chan struct{})
		var want string
		r := explore(t, check.Config{Schedules: 50, Workers: 2}, func(t *check.T) {
			put(t, func() {
				want = here(0)
				go lonely(stop)
			})
		})
		close(stop)
		f := r.Failure
		if f == nil || failure.Of(f.Err).Kind() != failure.KindUncontrolledGoroutine {
			t.Errorf("%s: %v", place, f)
			continue
		}
		text := f.Text("T", "")
		var line, gotLine int
		fmt.Sscanf(want[strings.Index(want, ":"):], ":%d", &line)
		at := failure.Of(f.Err).Where().Place
		gotLine = at.Line
		if filepath.Base(at.File) != "control_test.go" || gotLine != line+1 || !matches(text, `check_test\.lonely at control_test\.go:\d+, which Ravel does not control`) || !strings.Contains(text, "ravel test") {
			t.Errorf("%s: the go statement is on the line behind %s:\n%s", place, want, text)
		}
	}
}

func lonely(stop chan struct{}) { <-stop }

// Goroutines of others, and those that have ended when the execution is over, are nobody's mistake.
func TestGoroutinesThatAreFine(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			go lonely(stop)
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
			}
		}
	}()
	r := explore(t, check.Config{Schedules: 200}, func(t *check.T) {
		done := make(chan int)
		go func() { done <- 1 }()
		t.Assert(<-done == 1, "no answer")
	})
	if r.Failure != nil {
		t.Error(r.Failure.Err)
	}
}

var globalCounter atomic.Int64

// What Ravel does not control is reported with the first step that differs, and the run goes on.
func TestNondeterminism(t *testing.T) {
	choices := func(n int64) func(*ravel.Context) {
		return func(c *ravel.Context) {
			for range n {
				c.Int(2)
			}
			c.Send(c.Self(), ack{int(n)})
		}
	}
	table := map[string]int{}
	for i := range 64 {
		table[fmt.Sprint(i)] = i
	}
	for name, source := range map[string]func() int64{
		"map range":        func() int64 { return firstOf(table) },
		"time.Now":         func() int64 { return time.Now().UnixNano() / 100 % 16 },
		"math/rand":        func() int64 { return rand.Int64N(16) },
		"package variable": func() int64 { return globalCounter.Add(1) % 16 },
	} {
		t.Run(strings.ReplaceAll(name, "/", "."), func(t *testing.T) {
			r := explore(t, check.Config{Schedules: 3000, Workers: 3}, func(t *check.T) {
				t.Go("helper", func(c *ravel.Context) { choices(source())(c) })
			})
			d := r.Nondeterminism
			if d == nil || d.Step == 0 || d.First == d.Second || !strings.Contains(d.Detail(), "math/rand") || !strings.Contains(d.First+d.Second, "helper") {
				t.Fatalf("%+v", d)
			}
			if r.Executions != 3000 || r.Workers != 1 || r.Failure != nil {
				t.Errorf("the run did not go on, with one worker: %s", r.Summary())
			}
		})
	}
}

func firstOf(m map[string]int) int64 {
	for _, v := range m {
		return int64(v % 16)
	}
	return 0
}

// Nondeterminism that begins late is found by the executions that are run twice.
func TestLateNondeterminism(t *testing.T) {
	var ran atomic.Int64
	r := explore(t, check.Config{Schedules: 5000, Workers: 2, Strategy: "random"}, func(t *check.T) {
		n := ran.Add(1)
		t.Go("helper", func(c *ravel.Context) {
			if n > 900 {
				for range n % 7 {
					c.Bool()
				}
			}
			c.Yield()
		})
	})
	if r.Nondeterminism == nil || r.Executions != 5000 || r.Workers != 1 {
		t.Errorf("%v\n%s", r.Nondeterminism, r.Summary())
	}
	if d := r.Nondeterminism; d != nil && (!strings.Contains(d.First, "helper") || d.Step == 0) {
		t.Errorf("no first step that differs: %+v", d)
	}
}

// A failure that depends on more than the schedule is reported as such.
func TestNotReproducible(t *testing.T) {
	var ran atomic.Int64
	r := explore(t, check.Config{Schedules: 50, Workers: 1}, func(t *check.T) {
		t.Assert(ran.Add(1) != 20, "the twentieth")
	})
	f := r.Failure
	if f == nil || f.Reproduced || failure.Of(f.Err).Kind() != failure.KindNotReproducible || f.Trace != nil || f.HasToken {
		t.Fatalf("%+v", f)
	}
	text := f.Text("T", "")
	if !strings.HasPrefix(text, "not reproducible found by ") || !matches(text, "the twentieth; its replay gave no failure") || !strings.Contains(text, "package variables") || strings.Contains(text, "-ravel.replay") {
		t.Error(text)
	}
}

// Bodies that share something through their closure disturb each other: the run says so and goes on with one worker.
func TestSharedClosure(t *testing.T) {
	body := func() func(t *check.T) {
		var busy atomic.Int64 // stands for a data structure that the executions share
		return func(t *check.T) {
			busy.Store(0)
			for range 3 {
				t.Go("helper", func(c *ravel.Context) {
					busy.Add(1)
					runtime.Gosched()
				})
			}
			t.Wait()
			t.Logf("counted to %d", busy.Load())
			t.Int(int(busy.Load()) + 1)
		}
	}
	r := explore(t, check.Config{Schedules: 300, Workers: 4}, body())
	if r.Failure != nil || r.Workers != 1 || len(r.Notes) != 1 || !matches(r.Summary(), "executions disturb each other") || !strings.Contains(r.Notes[0], "check.Serial()") || r.Nondeterminism != nil {
		t.Errorf("%v %v\n%s", r.Failure, r.Nondeterminism, r.Summary())
	}
	r = explore(t, check.Config{Schedules: 300, Workers: 1}, body())
	if r.Failure != nil || len(r.Notes) != 0 || r.Executions != 300 {
		t.Errorf("serial: %s", r.Summary())
	}
}

// Tests that run side by side in one process do not take each other's goroutines for their own.
func TestRunsSideBySide(t *testing.T) {
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for range 20 {
				r := explore(t, check.Config{Schedules: 100, Workers: 2}, func(t *check.T) {
					if i == 3 {
						go lonely(stop)
					}
					passing(t)
				})
				switch {
				case r.Nondeterminism != nil || len(r.Notes) > 0:
					t.Fatal(r.Nondeterminism, r.Summary())
				case i != 3 && r.Failure != nil:
					t.Fatal(r.Failure.Err)
				case i == 3 && failure.Of(r.Failure.Err).Kind() != failure.KindUncontrolledGoroutine:
					t.Fatal(r.Failure.Err)
				}
			}
		})
	}
}
