package check_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

type hit struct{}

// asMachine runs f in a handler of a machine named Target.
type target struct{ f func(*ravel.Context) }

var targetMachine = ravel.Define[target]("Target", ravel.Start("Ready",
	ravel.On(func(s *target, c *ravel.Context, _ hit) { s.f(c) })))

type watcher struct{ f func() }

var watcherMonitor = ravel.DefineMonitor[watcher]("Watcher",
	ravel.Cold("Watching", ravel.On(func(w *watcher, _ *ravel.MonitorContext, _ hit) { w.f() })))

// places are where user code runs in an execution; each runs f there and does not itself fail.
var places = map[string]func(t *check.T, f func()){
	"body": func(t *check.T, f func()) { f() },
	"handler": func(t *check.T, f func()) {
		t.Send(t.Create(targetMachine.New(&target{func(*ravel.Context) { f() }})), hit{})
	},
	"function": func(t *check.T, f func()) { t.Go("helper", func(*ravel.Context) { f() }) },
	"waiting": func(t *check.T, f func()) {
		t.Send(t.Go("helper", func(c *ravel.Context) { ravel.Receive[hit](c); f() }), hit{})
	},
	"monitor": func(t *check.T, f func()) {
		t.Monitor(watcherMonitor.New(&watcher{f}))
		t.Notify(hit{})
	},
	"deferred":   func(t *check.T, f func()) { t.Go("helper", func(*ravel.Context) { defer f() }) },
	"at the end": func(t *check.T, f func()) { t.AtEnd(f) },
	"cleanup":    func(t *check.T, f func()) { t.Cleanup(f) },
	"predicate": func(t *check.T, f func()) {
		to := t.Go("helper", func(c *ravel.Context) {
			ravel.ReceiveWhere(c, func(hit) bool { f(); return true })
		})
		t.Send(to, hit{})
	},
	// The machine is still waiting when the execution ends; its deferred function runs as it is unwound.
	"unwinding": func(t *check.T, f func()) {
		t.Go("helper", func(c *ravel.Context) {
			defer f()
			ravel.Next(c)
		})
	},
}

func here(skip int) string {
	_, file, line, _ := runtime.Caller(skip + 1)
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

// Whatever user code does to end its execution, its test or its goroutine, and wherever: the execution fails, the report
// says how, the failure reproduces, and the worker lives on.
func TestWaysToFail(t *testing.T) {
	cause := errors.New("no such shard")
	ways := []struct {
		name string
		kind failure.Kind
		text string
		do   func(t *check.T) string // returns or panics; says on which line
	}{
		{"Fatal", failure.KindTest, "called t.Fatal: bad 1", func(t *check.T) string { t.Fatal("bad", 1); return "" }},
		{"Fatalf", failure.KindTest, "called t.Fatalf: bad 2", func(t *check.T) string { t.Fatalf("bad %d", 2); return "" }},
		{"FailNow", failure.KindTest, "called t.FailNow", func(t *check.T) string { t.FailNow(); return "" }},
		{"Fail", failure.KindTest, "called t.Fail", func(t *check.T) string { t.Fail(); return "" }},
		{"Error", failure.KindTest, "called t.Error: bad 3$", func(t *check.T) string { t.Error("bad", 3); return "" }},
		{"Errorf and FailNow", failure.KindTest, "called t.Errorf: bad 4$", func(t *check.T) string { t.Errorf("bad %d", 4); t.FailNow(); return "" }},
		{"panic", failure.KindPanic, "panicked: no such shard", func(t *check.T) string { panic(cause) }},
		{"nil map", failure.KindPanic, "panicked: assignment to entry in nil map", func(t *check.T) string { var m map[int]int; m[1]++; return "" }},
		{"Parallel", failure.KindMisuse, "called t.Parallel inside an execution", func(t *check.T) string { t.Parallel(); return "" }},
		{"Run", failure.KindMisuse, "called t.Run inside an execution", func(t *check.T) string { t.Run("x", nil); return "" }},
		{"Setenv", failure.KindMisuse, "called t.Setenv inside an execution", func(t *check.T) string { t.Setenv("A", "b"); return "" }},
		{"Chdir", failure.KindMisuse, "called t.Chdir inside an execution", func(t *check.T) string { t.Chdir("."); return "" }},
	}
	for place, put := range places {
		for _, way := range ways {
			t.Run(strings.ReplaceAll(place+"/"+way.name, " ", "_"), func(t *testing.T) {
				if place == "unwinding" && way.kind != failure.KindTest {
					t.Skip("what a deferred function does while its handler is unwound counts only if it is a test failure")
				}
				body := func(t *check.T) { put(t, func() { way.do(t) }) }
				r := explore(t, check.Config{Schedules: 50}, body)
				f := r.Failure
				if f == nil || !f.Reproduced {
					t.Fatalf("%v\n%s", f, r.Summary())
				}
				if got := failure.Of(f.Err); got.Kind() != way.kind || !matches(f.Err.Error(), way.text) {
					t.Errorf("%v: %v", got.Kind(), f.Err)
				}
				if at := failure.Of(f.Err).Where().Place; filepath.Base(at.File) != "misuse_test.go" {
					t.Errorf("%v is said to be at %v", f.Err, at)
				}
				if way.name == "panic" && !errors.Is(f.Err, cause) {
					t.Error("the cause is lost")
				}
			})
		}
	}
}

// Goexit ends the goroutine; the worker must outlive it.
func TestGoexit(t *testing.T) {
	for place, put := range places {
		if place == "cleanup" || place == "unwinding" {
			continue // there it ends no more than the function
		}
		r := explore(t, check.Config{Schedules: 50}, func(t *check.T) { put(t, func() { runtime.Goexit() }) })
		if f := r.Failure; f == nil || failure.Of(f.Err).Kind() != failure.KindExit || !f.Reproduced || filepath.Base(failure.Of(f.Err).Where().Place.File) != "misuse_test.go" {
			t.Errorf("%s: %v", place, f)
		}
	}
}

// Ravel's own stop cannot be recovered from, and a panic that the code recovers itself is its own business.
func TestRecover(t *testing.T) {
	swallow := func(f func()) func() {
		return func() {
			defer func() { _ = recover() }()
			f()
		}
	}
	for place, put := range places {
		if place == "cleanup" || place == "unwinding" {
			continue
		}
		r := explore(t, check.Config{Schedules: 20}, func(t *check.T) { put(t, swallow(func() { t.Fatal("stop") })) })
		if f := r.Failure; f == nil || !strings.Contains(f.Err.Error(), "stop") {
			t.Errorf("%s: t.Fatal was recovered: %v", place, f)
		}
		r = explore(t, check.Config{Schedules: 20}, func(t *check.T) { put(t, swallow(func() { panic("mine") })) })
		if r.Failure != nil {
			t.Errorf("%s: %v", place, r.Failure.Err)
		}
	}
	for _, body := range []func(t *check.T){
		func(t *check.T) { swallow(func() { t.Assert(false, "stop") })() },
		func(t *check.T) {
			t.Go("helper", func(c *ravel.Context) { swallow(func() { c.Assert(false, "stop") })() })
		},
	} {
		r := explore(t, check.Config{Schedules: 20}, body)
		if f := r.Failure; f == nil || failure.Of(f.Err).Kind() != failure.KindAssertion {
			t.Errorf("an assertion was recovered: %v", f)
		}
	}
}

// A T belongs to its execution.
func TestTAfterItsExecution(t *testing.T) {
	for name, use := range map[string]func(t *check.T){
		"t.Log":         func(t *check.T) { t.Log("x") },
		"t.Send":        func(t *check.T) { t.Send(t.Self(), hit{}) },
		"t.Error":       func(t *check.T) { t.Error("x") },
		"t.Parallel":    func(t *check.T) { t.Parallel() },
		"check.Expect":  func(t *check.T) { check.Expect[hit](t) },
		"t.Failed":      func(t *check.T) { t.Failed() },
		"t.ArtifactDir": func(t *check.T) { t.ArtifactDir() },
	} {
		var mu sync.Mutex
		var old *check.T
		r := explore(t, check.Config{Schedules: 20, Workers: 1}, func(t *check.T) {
			mu.Lock()
			kept := old
			old = t
			mu.Unlock()
			if kept != nil {
				use(kept)
			}
		})
		name = strings.NewReplacer("t.Send", "t.Self", "t.ArtifactDir", "t.TempDir").Replace(name)
		if r.Nondeterminism == nil || !strings.Contains(r.Nondeterminism.Detail(), name+" on the T of an execution that is over") {
			t.Errorf("%s: %v, %s", name, r.Nondeterminism, r.Summary())
		}
	}
}

// Execution-independent state is found by the memory checks.
func TestMemory(t *testing.T) {
	type shared struct{ m map[string]int }
	type payload struct{ list []int }
	keeper := ravel.Define[shared]("Keeper", ravel.Start("S", ravel.On(func(s *shared, c *ravel.Context, _ hit) {})))
	r := explore(t, check.Config{Schedules: 20}, func(t *check.T) {
		m := map[string]int{}
		t.Create(keeper.New(&shared{m}))
		t.Create(keeper.New(&shared{m}))
	})
	if r.Failure != nil || len(r.Notes) != 1 || !matches(r.Notes[0], `^shared memory: Keeper#2.* and Keeper .*map`) || !strings.Contains(r.Summary(), "shared memory") {
		t.Errorf("%v %q", r.Failure, r.Notes)
	}

	r = explore(t, check.Config{Schedules: 2000}, func(t *check.T) {
		to := t.Go("reader", func(c *ravel.Context) { ravel.Receive[*payload](c) })
		t.Go("writer", func(c *ravel.Context) {
			p := &payload{[]int{1}}
			c.Send(to, p)
			c.Yield()
			p.list[0] = 2
		})
	})
	var changed *failure.Changed
	if r.Failure == nil || !r.Failure.Reproduced || !errors.As(r.Failure.Err, &changed) || changed.Machine != "writer" || changed.To != "reader" || filepath.Base(changed.Sent.File) != "misuse_test.go" {
		t.Errorf("%v", r.Failure)
	}

	type locked struct{ mu sync.Mutex }
	holder := ravel.Define[locked]("Holder", ravel.Start("S", ravel.On(func(s *locked, c *ravel.Context, _ hit) { s.mu.Lock() })))
	r = explore(t, check.Config{Schedules: 200}, func(t *check.T) { t.Send(t.Create(holder.New(&locked{})), hit{}) })
	var held *failure.LockHeld
	if r.Failure == nil || !errors.As(r.Failure.Err, &held) || !matches(held.Error(), "Holder still holds sync.Mutex .*mu") {
		t.Errorf("%v", r.Failure)
	}
}

func TestUnknownStrategyListsAll(t *testing.T) {
	_, err := check.Explore("x", check.Config{Strategy: "dfss"}, passing)
	for _, name := range []string{`"dfss"`, "random", "pct:D", "fairpct:D", "pos", "dfs:MAX", "nonpreemptive", "portfolio"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: want %s", err, name)
		}
	}
	_, err = check.Explore("x", check.Config{Strategy: "pct:0"}, passing)
	if err == nil || !strings.Contains(err.Error(), "pct:D is a number of at least 1") {
		t.Error(err)
	}
}

func TestConfigurationErrors(t *testing.T) {
	for want, cfg := range map[string]check.Config{
		"Steps is -1":       {Steps: -1},
		"Threshold is -2":   {Threshold: -2},
		"Workers is -3":     {Workers: -3},
		"Workers is 5000":   {Workers: 5000},
		"Time is -1s":       {Time: -1e9},
		"EarlyTimers is -4": {EarlyTimers: -4},
	} {
		if _, err := check.Explore("x", cfg, passing); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
}

func TestLinesOfFailures(t *testing.T) {
	require := func(t *check.T, cond bool) {
		t.Helper()
		if !cond {
			t.Fatal("required")
		}
	}
	var want string
	for name, body := range map[string]func(t *check.T){
		"Assert": func(t *check.T) { want = here(0); t.Assert(false, "x") },
		"Fatal":  func(t *check.T) { want = here(0); t.Fatal("x") },
		"Error":  func(t *check.T) { want = here(0); t.Error("x") },
		"helper": func(t *check.T) { want = here(0); require(t, false) },
		"machine": func(t *check.T) {
			t.Go("m", func(c *ravel.Context) { want = here(0); c.Assert(c.Int(2) > 5, "x") })
		},
		"panic":   func(t *check.T) { var p *target; want = here(0); p.f(nil) },
		"at end":  func(t *check.T) { t.AtEnd(func() { want = here(0); t.Errorf("x") }) },
		"cleanup": func(t *check.T) { t.Cleanup(func() { want = here(0); t.Errorf("x") }) },
	} {
		r := explore(t, check.Config{Schedules: 10, Workers: 1}, body)
		if r.Failure == nil || failure.Of(r.Failure.Err).Where().Place.String() != want || !strings.Contains(r.Failure.Text("T", ""), "at "+want) {
			t.Errorf("%s: want %s\n%s", name, want, r.Failure.Text("T", ""))
		}
	}
	if cwd, err := os.Getwd(); err != nil || filepath.Base(cwd) != "check" {
		t.Error("the directory has changed:", cwd, err)
	}
}
