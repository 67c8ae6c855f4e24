package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// tRow is a body that uses T from goroutines, handlers, and what runs at the end.
type tRow struct {
	name string
	body func(t *check.T)
	want string   // kind of the failure, "" for none
	says []string // what failure and trace say
	opts check.Config
}

// locked is a Stringer that locks, as a component's may.
type locked struct {
	mu sync.Mutex
	n  int
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	return fmt.Sprint("locked ", l.n)
}

var tRows = []tRow{
	{name: "Log in goroutines at the same time", body: func(t *check.T) {
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() { t.Logf("goroutine %d, %v", i, &locked{}) })
		}
		wg.Wait()
		t.Log("body")
	}},
	{name: "Errorf in a goroutine", want: "test failure", says: []string{"value 7", "goroutines_t_test.go"}, body: func(t *check.T) {
		done := make(chan bool)
		go func() { t.Errorf("value %d", 7); close(done) }()
		<-done
	}},
	{name: "Errorf in two goroutines", want: "test failure", says: []string{"one", "two"}, body: func(t *check.T) {
		var wg sync.WaitGroup
		wg.Go(func() { t.Errorf("one") })
		wg.Go(func() { t.Errorf("two") })
		wg.Wait()
	}},
	{name: "Fatal in a goroutine ends the execution", want: "test failure", says: []string{"broken"}, body: func(t *check.T) {
		go func() { t.Fatal("broken"); panic("not reached") }()
		<-make(chan int)
	}},
	{name: "FailNow in a handler while others are blocked", want: "test failure", body: func(t *check.T) {
		t.Go("m", func(c *ravel.Context) { time.Sleep(time.Second); t.FailNow(); panic("not reached") })
		t.Go("n", func(c *ravel.Context) { <-make(chan int) })
	}},
	{name: "Assert in a goroutine", want: "assertion", says: []string{"no 3"}, body: func(t *check.T) {
		go t.Assert(false, "no %d", 3)
	}},
	{name: "Skip in a goroutine", body: func(t *check.T) {
		go func() { t.Skip("not today"); panic("not reached") }()
		<-make(chan int)
	}},
	{name: "Skip in a handler", body: func(t *check.T) {
		t.Go("m", func(c *ravel.Context) { time.Sleep(1); t.SkipNow(); panic("not reached") })
	}},
	{name: "Failed and Helper in goroutines", want: "test failure", body: func(t *check.T) {
		done := make(chan bool)
		go func() {
			t.Helper()
			t.Fail()
			done <- t.Failed()
		}()
		t.Assert(<-done, "it has not failed")
	}},
	{name: "TempDir in goroutines", body: func(t *check.T) {
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				if err := os.WriteFile(filepath.Join(t.TempDir(), "a"), []byte{byte(i)}, 0o600); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}},
	{name: "the Context ends with the execution", body: func(t *check.T) {
		go func() { <-t.Context().Done() }()
	}},
	{name: "a Context derived from it, with a timeout", body: func(t *check.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		t.Cleanup(cancel)
		start := time.Now()
		<-ctx.Done()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", ctx.Err(), time.Since(start))
		}
	}},
	{name: "Cleanup ends a server and waits for it", body: func(t *check.T) {
		jobs := make(chan int)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range jobs {
			}
		})
		t.Cleanup(func() { close(jobs); wg.Wait() })
		jobs <- 1
	}},
	{name: "Cleanup functions run last first, also those of goroutines", body: func(t *check.T) {
		last := 0
		done := make(chan bool)
		t.Cleanup(func() { t.Assert(last == 2, "last %d", last) })
		go func() {
			t.Cleanup(func() { last = 2 })
			close(done)
		}()
		<-done
		t.Cleanup(func() { last = 1 })
	}},
	{name: "without Cleanup the server has leaked", want: "leak", body: func(t *check.T) {
		jobs := make(chan int)
		go func() {
			for range jobs {
			}
		}()
		jobs <- 1
	}},
	{name: "Fatal in Cleanup", want: "test failure", says: []string{"late"}, body: func(t *check.T) {
		t.Cleanup(func() { t.Fatal("late") })
	}},
	{name: "a panic in Cleanup", want: "panic", says: []string{"late"}, body: func(t *check.T) {
		t.Cleanup(func() { panic("late") })
	}},
	{name: "Cleanup blocks", want: "deadlock", body: func(t *check.T) {
		t.Cleanup(func() { <-make(chan int) })
	}},
	{name: "AtEnd locks, starts goroutines and waits for them", body: func(t *check.T) {
		var mu sync.Mutex
		n := 0
		go func() { mu.Lock(); n++; mu.Unlock() }()
		t.AtEnd(func() {
			done := make(chan bool)
			go func() { mu.Lock(); n++; mu.Unlock(); close(done) }()
			<-done
			mu.Lock()
			defer mu.Unlock()
			t.Assert(n == 2, "n = %d", n)
		})
	}},
	{name: "AtEnd blocks", want: "deadlock", body: func(t *check.T) { t.AtEnd(func() { select {} }) }},
	{name: "AtEnd fails", want: "test failure", says: []string{"at the end"}, body: func(t *check.T) {
		t.AtEnd(func() { t.Fatal("at the end") })
	}},
	{name: "Setenv in a goroutine", want: "misuse", says: []string{"t.Setenv"}, body: func(t *check.T) {
		go t.Setenv("A", "b")
	}},
	{name: "Goexit in the body", want: "exit", body: func(t *check.T) { runtime.Goexit() }},
	{name: "Wait for goroutines", body: func(t *check.T) {
		var n atomic.Int32
		go func() { time.Sleep(time.Hour); n.Add(1) }()
		t.Wait()
		t.Assert(n.Load() == 1, "n = %d", n.Load())
	}},
	{name: "Expect what a goroutine sends", body: func(t *check.T) {
		go t.Send(t.Self(), B{1})
		t.Assert(check.Expect[B](t).N == 1, "another")
	}},
	{name: "the step bound", body: func(t *check.T) {
		var n atomic.Int32
		go func() {
			for n.Load() == 0 {
				runtime.Gosched()
			}
		}()
	}, opts: check.Config{Steps: 200}},
	{name: "the step bound is a failure if that is asked for", want: "bound", body: func(t *check.T) {
		go func() {
			for {
				runtime.Gosched()
			}
		}()
	}, opts: check.Config{Steps: 200, BoundIsFailure: true}},
}

func TestControlledT(t *testing.T) {
	controlled(t)
	for _, r := range tRows {
		for _, s := range []string{"random", "pct:3", "portfolio"} {
			t.Run(r.name+"/"+s, func(t *testing.T) { r.test(t, s) })
		}
	}
}

func (r *tRow) test(t *testing.T, strategy string) {
	cfg := r.opts
	cfg.Schedules, cfg.Strategy, cfg.Goroutines = 100, strategy, true
	rep, err := check.Explore(t.Name(), cfg, r.body)
	if err != nil {
		t.Fatal(err)
	}
	if rep.Nondeterminism != nil {
		t.Errorf("%v\n%s", rep.Nondeterminism, rep.Nondeterminism.Detail())
	}
	if r.want == "" {
		if rep.Failure != nil {
			t.Errorf("%s", rep.Failure.Text(t.Name(), ""))
		}
		return
	}
	if rep.Failure == nil {
		t.Fatalf("no failure, want %s: %s", r.want, rep.Summary())
	}
	f := failure.Of(rep.Failure.Err)
	if f == nil || f.Kind().String() != r.want || !rep.Failure.Reproduced {
		t.Fatalf("reproduced %v, want %s:\n%s", rep.Failure.Reproduced, r.want, rep.Failure.Text(t.Name(), ""))
	}
	text := rep.Failure.Text(t.Name(), "")
	for _, s := range r.says {
		if !strings.Contains(text, s) {
			t.Errorf("the report does not say %q:\n%s", s, text)
		}
	}
}
