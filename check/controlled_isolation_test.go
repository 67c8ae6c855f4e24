package check_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// State that executions share, in package variables.

var (
	visits   atomic.Int64
	memory   = map[string]int{}
	lazySum  = sync.OnceValue(sumOfSteps)
	lazyOnce sync.Once
	lazyAsks = make(chan chan int)
	shared   sync.Mutex
)

// sumOfSteps initializes what is initialized once, with scheduling points.
func sumOfSteps() int {
	var sum atomic.Int64
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() { sum.Add(int64(i)) })
	}
	wg.Wait()
	return int(sum.Load())
}

// loseUpdate has a bug: two goroutines read a counter and write it back.
func loseUpdate(t *check.T) {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { n.Store(n.Load() + 1) })
	}
	wg.Wait()
	t.Assert(n.Load() == 2, "an update is lost: %d", n.Load())
}

// leaking are programs that are correct in a process of their own, and fail behind other executions of the same process.
var leaking = map[string]struct {
	body func(t *check.T)
	say  string
}{
	"a counter": {func(t *check.T) {
		aside(func() { trail(3) })
		t.Assert(visits.Add(1) < 20, "too many")
	}, `package variable \S+/check_test\.visits changes from one execution to the next`},
	"a map": {func(t *check.T) {
		aside(func() { trail(2) })
		memory["visits"]++
		t.Assert(memory["visits"] < 20, "too many")
	}, `package variable \S+/check_test\.memory changes`},
	"a goroutine that is started once": {func(t *check.T) {
		lazyOnce.Do(func() {
			go func() {
				for c := range lazyAsks {
					c <- 1
				}
			}()
		})
		answer := make(chan int, 1)
		lazyAsks <- answer
		<-answer
	}, `a first execution in the default order fails: the test body has returned, but leaves goroutines`},
}

// TestControlledStateLeaks: a failure that comes of an earlier execution is not reported as a bug, even if every replay in the
// test process shows it again.
func TestControlledStateLeaks(t *testing.T) {
	check.NeedControl(t)
	for name, p := range leaking {
		t.Run(name, func(t *testing.T) {
			r := inTest(t, check.Config{Schedules: 300, Seed: 1, Seeded: true, Workers: 1}, p.body)
			if r == nil {
				return
			}
			if r.Failure == nil || r.Failure.Reproduced {
				t.Fatalf("%+v\n%s", r.Failure, r.Summary())
			}
			n, ok := r.Failure.Err.(*failure.NotReproducible)
			if !ok || n.Carried == nil || !n.Carried.Fresh {
				t.Fatalf("%v", r.Failure.Err)
			}
			text := r.Failure.Text("T", "")
			for _, want := range []string{"executions leak state into each other", "first that differs", "--isolate", p.say} {
				if !matches(text, want) {
					t.Errorf("the report does not say %q:\n%s", want, text)
				}
			}
			if r.Failure.HasToken || r.Failure.Trace != nil {
				t.Errorf("it can be replayed: %+v", r.Failure)
			}
			t.Log(text)
		})
	}
}

// TestControlledCarried: a run that is not reproducible names the variables that executions change, and no others.
func TestControlledCarried(t *testing.T) {
	check.NeedControl(t)
	r := inTest(t, check.Config{Schedules: 300, Seed: 1, Seeded: true, Workers: 1}, func(t *check.T) {
		t.Assert(lazySum() == 3, "the sum is wrong") // changes in the first execution only
		aside(func() { trail(int(visits.Add(1)) % 3) })
	})
	if r == nil {
		return
	}
	d := r.Nondeterminism
	if d == nil || d.Carried == nil || len(d.Carried.Variables) != 1 || !strings.HasSuffix(d.Carried.Variables[0], "/check_test.visits") {
		t.Fatalf("%v\n%s", d, r.Summary())
	}
}

// TestControlledReleased: an execution that ends while a goroutine holds a lock of a package variable leaves it free for the
// next one.
func TestControlledReleased(t *testing.T) {
	check.NeedControl(t)
	r := inTest(t, check.Config{Schedules: 200, Seed: 1, Seeded: true, Workers: 1, Steps: 200}, func(t *check.T) {
		var stop atomic.Bool
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for !stop.Load() {
					shared.Lock()
					runtime.Gosched()
					shared.Unlock()
				}
			})
		}
		wg.Wait()
	})
	if r == nil {
		return
	}
	if r.Failure != nil || r.Nondeterminism != nil || r.Bounded != r.Executions {
		t.Fatalf("%v %v\n%s", r.Failure, r.Nondeterminism, r.Summary())
	}
	want := `held the sync\.Mutex in package variable \S+/check_test\.shared: it was set free`
	if !matches(r.Summary(), want) {
		t.Errorf("no note: %s", r.Summary())
	}
}

// TestControlledConfirmed: what fails in a fresh process is a bug, also if there it comes behind what is done once.
func TestControlledConfirmed(t *testing.T) {
	check.NeedControl(t)
	for name, body := range map[string]func(t *check.T){
		"nothing is shared": loseUpdate,
		"initialized once": func(t *check.T) {
			t.Assert(lazySum() == 3, "the sum is wrong")
			loseUpdate(t)
		},
		"a counter": func(t *check.T) {
			visits.Add(1)
			loseUpdate(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := inTest(t, check.Config{Schedules: 1000, Seed: 1, Seeded: true, Workers: 1, Strategy: "random"}, body)
			if r == nil {
				return
			}
			if f := r.Failure; f == nil || !f.Reproduced || failure.Of(f.Err).Kind() != failure.KindAssertion {
				t.Fatalf("%+v\n%s", f, r.Summary())
			}
		})
	}
}

// TestControlledIsolated: with a process for each execution, what executions leave for each other is no matter; what is
// found is what is found without, and can be replayed.
func TestControlledIsolated(t *testing.T) {
	check.NeedControl(t)
	for name, p := range leaking {
		t.Run(name, func(t *testing.T) {
			cfg := check.Config{Schedules: 40, Seed: 1, Seeded: true, Workers: 2, Isolate: true}
			r := inTest(t, cfg, p.body)
			if r == nil {
				return
			}
			f := r.Failure
			switch leak := name == "a goroutine that is started once"; {
			case r.Nondeterminism != nil || !r.Isolated:
				t.Fatalf("%v\n%s", r.Nondeterminism, r.Summary())
			case leak && (f == nil || !f.Reproduced || failure.Of(f.Err).Kind() != failure.KindLeak || f.Execution != 0):
				t.Errorf("%+v\n%s", f, r.Summary()) // it waits for ever for more to ask
			case !leak && (f != nil || r.Executions != 40):
				t.Errorf("%+v\n%s", f, r.Summary())
			}
			if !matches(r.Summary(), "2 workers, each execution in a process of its own") {
				t.Error(r.Summary())
			}
		})
	}
}

// TestControlledIsolatedSame: programs that leave nothing behind are explored as they are without.
func TestControlledIsolatedSame(t *testing.T) {
	check.NeedControl(t)
	for name, body := range map[string]func(t *check.T){
		"passes": func(t *check.T) {
			t.Sometimes(t.Bool(), "true")
			aside(func() { trail(t.Int(4)) })
		},
		"is cut": func(t *check.T) {
			aside(func() {
				for range 2000 {
					trail(1)
				}
			})
		},
		"fails": loseUpdate,
		"deadlock": func(t *check.T) {
			var a, b sync.Mutex
			aside(func() {
				go func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock() }()
				b.Lock()
				a.Lock()
				a.Unlock()
				b.Unlock()
			})
		},
	} {
		for _, strat := range []string{"portfolio", "random", "pct:3", "feedback:pos"} {
			t.Run(name+"/"+strat, func(t *testing.T) {
				cfg := check.Config{Schedules: 100, Seed: 3, Seeded: true, Workers: 1, Strategy: strat, NoShrink: true, Steps: 500}
				without := inTest(t, cfg, body)
				cfg.Isolate, cfg.Workers = true, 2
				with := inTest(t, cfg, body)
				if with == nil || without == nil {
					return
				}
				if with.Executions != without.Executions || with.Distinct != without.Distinct || with.Steps != without.Steps ||
					with.LongestExecution != without.LongestExecution || len(with.NeverTrue) != len(without.NeverTrue) ||
					with.Endless != without.Endless || with.Bounded != without.Bounded || fmt.Sprint(with.Notes) != fmt.Sprint(without.Notes) {
					t.Errorf("without\n%s\nwith\n%s", without.Summary(), with.Summary())
				}
				a, b := without.Failure, with.Failure
				if (a == nil) != (b == nil) || (a == nil) != (name == "passes" || name == "is cut") {
					t.Fatalf("without %+v, with %+v", a, b)
				}
				if a == nil {
					return
				}
				if !b.Reproduced || a.Execution != b.Execution || a.Steps != b.Steps || a.Choices != b.Choices || a.Err.Error() != b.Err.Error() {
					t.Errorf("without %+v\nwith %+v", a, b)
				}
				if b.Trace == nil || len(b.Trace.Events) != len(a.Trace.Events) {
					t.Errorf("the trace has not %d events: %+v", len(a.Trace.Events), b.Trace)
				}
			})
		}
	}
}

func init() {
	children["IsolatedUpdate"] = func(t *testing.T) { check.Test(t, loseUpdate, check.Goroutines()) }
	children["IsolatedCounter"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			aside(func() { trail(int(visits.Add(1)) % 3) })
			loseUpdate(t)
		})
	}
}

// TestControlledIsolatedReplay: a saved failure of an isolated run is one of the first execution of a process, wherever it
// is tried.
func TestControlledIsolatedReplay(t *testing.T) {
	check.NeedControl(t)
	dir := t.TempDir()
	r := runChild(t, dir, "IsolatedCounter", "-ravel.isolate", "-ravel.seed=1", "-ravel.schedules=200", "-ravel.workers=2")
	r.ours(t)
	r.has(t, "assertion found by .* in execution", "an update is lost", "saved:")
	again := runChild(t, dir, "IsolatedCounter")
	again.has(t, "a saved failure fails again", "an update is lost")
	saved, err := filepath.Glob(filepath.Join(dir, "testdata", "ravel", "IsolatedCounter", "*.ravel"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("%v %v", saved, err)
	}
	runChild(t, dir, "IsolatedCounter", "-ravel.replay="+saved[0]).has(t, "replay fails as recorded", "an update is lost")
	refused := runChild(t, t.TempDir(), "IsolatedCounter", "-ravel.isolate", "-ravel.strategy=dfs")
	refused.has(t, "the executions of strategy dfs depend on each other, and cannot be isolated")
}

// TestControlledNoCopies: where no second process comes to the test, failures are reported without one, and executions cannot be
// isolated.
func TestControlledNoCopies(t *testing.T) {
	check.NeedControl(t)
	r := runChild(t, t.TempDir(), "IsolatedUpdate", noCopiesEnv+"=1", "-ravel.workers=1", "-ravel.schedules=200")
	r.ours(t)
	r.has(t, "assertion found by", "an update is lost", "saved:")
	r = runChild(t, t.TempDir(), "IsolatedUpdate", noCopiesEnv+"=1", "-ravel.isolate")
	r.has(t, "an execution in a process of its own: a copy of the test process ended before it came to the test",
		"exit status 3", "only one of us at a time")
}
