package check_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

func explore(t testing.TB, cfg check.Config, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.Explore("program", cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// digest is everything in a report that must not change from run to run.
func digest(r *check.Report) string {
	s := fmt.Sprintf("%d executions, %d distinct, %d steps, longest %d, bounded %d, slow %d, skipped %d, cut %v %v, seed %d, nondeterminism %v",
		r.Executions, r.Distinct, r.Steps, r.LongestExecution, r.Bounded, r.Slow, r.Skipped, r.CutByTime, r.CutShort, r.Seed, r.Nondeterminism)
	if f := r.Failure; f != nil {
		s += fmt.Sprintf("\n%s\n%+v\n%s %v %v %v %v\n%s", f.Sentence(), f.Record, f.Token, f.HasToken, f.Reproduced, f.Found, f.Shrunk, f.Text("T", "saved"))
	}
	return s
}

func TestSameFailureWithAnyWorkers(t *testing.T) {
	found := map[string]int{}
	for name, body := range fails {
		for _, strat := range []string{"portfolio", "random", "pct:3", "pos", "fairpct:3"} {
			for seed := uint64(1); seed <= 3; seed++ {
				cfg := check.Config{Schedules: 1500, Strategy: strat, Seed: seed, Seeded: true, Steps: 300}
				var first string
				for _, workers := range []int{1, 2, 7, 1} {
					cfg.Workers = workers
					r := explore(t, cfg, body)
					if r.Failure != nil {
						found[name]++
						if !r.Failure.Reproduced {
							t.Errorf("%s, %s, seed %d: %v", name, strat, seed, r.Failure.Err)
						}
					}
					d := digest(r)
					if first == "" {
						first = d
					}
					if d != first {
						t.Fatalf("%s, strategy %s, seed %d: with 1 worker\n%s\n\nwith %d\n%s", name, strat, seed, first, workers, d)
					}
				}
			}
		}
	}
	for name := range fails {
		if found[name] < 20 {
			t.Errorf("%s failed in %d runs only", name, found[name])
		}
	}
}

// A failure in a late execution is behind the barriers of the first rounds, where workers run apart.
func TestLateFailure(t *testing.T) {
	var last uint64
	for seed := uint64(1); seed <= 40 && last < 1500; seed++ {
		cfg := check.Config{Schedules: 20_000, Strategy: "random", Seed: seed, Seeded: true, Workers: 1}
		body := func(t *check.T) { t.Assert(t.Int(3000) != 1234, "found") }
		one := explore(t, cfg, body)
		if one.Failure == nil {
			continue
		}
		last = max(last, one.Failure.Execution)
		for _, cfg.Workers = range []int{2, 7} {
			if d, e := digest(explore(t, cfg, body)), digest(one); d != e {
				t.Fatalf("seed %d: with 1 worker\n%s\nwith %d\n%s", seed, e, cfg.Workers, d)
			}
		}
	}
	if last < 1500 {
		t.Errorf("the latest failure was in execution %d", last)
	}
}

func TestSeeds(t *testing.T) {
	run := func(cfg check.Config) *check.Report {
		cfg.Schedules, cfg.Strategy = 4000, "random"
		return explore(t, cfg, late)
	}
	if a, b := run(check.Config{}), run(check.Config{}); a.Seed != b.Seed || digest(a) != digest(b) {
		t.Errorf("the default seed is not stable: %d, %d", a.Seed, b.Seed)
	}
	different := map[uint64]bool{}
	for seed := range uint64(12) {
		r := run(check.Config{Seed: seed, Seeded: true})
		if r.Failure == nil {
			t.Fatalf("seed %d found nothing", seed)
		}
		different[r.Failure.Execution] = true
	}
	if len(different) < 6 {
		t.Errorf("12 seeds find the bug in %d different executions", len(different))
	}
}

// A time bound changes how many executions run, and leaves no gaps: what was found, nothing before has failed.
func TestTimeBound(t *testing.T) {
	want := explore(t, check.Config{Schedules: 50_000, Strategy: "random", Workers: 1}, late)
	if want.Failure == nil {
		t.Fatal("no failure")
	}
	found := 0
	for _, d := range []time.Duration{1, time.Microsecond, 100 * time.Microsecond, time.Millisecond, 4 * time.Millisecond, time.Second} {
		for _, workers := range []int{1, 3} {
			r := explore(t, check.Config{Time: d, Strategy: "random", Workers: workers}, late)
			switch {
			case r.Failure != nil:
				found++
				if d, e := digest(r), digest(want); d != e {
					t.Errorf("bound %v:\n%s\nwithout:\n%s", d, d, e)
				}
			case r.Executions == 0 || !r.CutByTime:
				t.Errorf("bound %v: %d executions, cut %v", d, r.Executions, r.CutByTime)
			case r.Executions > want.Failure.Execution:
				t.Errorf("bound %v: %d executions passed, but number %d fails", d, r.Executions, want.Failure.Execution)
			}
		}
	}
	if found < 2 {
		t.Error("one second did not suffice")
	}
}

// An execution that failed once fails 1,000 times, each time with the same events.
func TestReplaysAThousandTimes(t *testing.T) {
	for name, body := range fails {
		t.Run(name, func(t *testing.T) {
			cfg := check.Config{Schedules: 5000, Steps: 300}
			r := explore(t, cfg, body)
			if r.Failure == nil || !r.Failure.Reproduced {
				t.Fatal("no failure to replay")
			}
			rp, err := check.NewReplayer(cfg, r.Failure, body)
			if err != nil {
				t.Fatal(err)
			}
			defer rp.Close()
			for i := range 1000 {
				f, err := rp.Run()
				if err != nil {
					t.Fatal(err)
				}
				if !failure.Same(f.Err, r.Failure.Err) || f.Steps != r.Failure.Steps || f.Token != r.Failure.Token || !reflect.DeepEqual(f.Trace.Events, r.Failure.Trace.Events) {
					t.Fatalf("replay %d: %s\nfirst: %s", i, f.Text("", ""), r.Failure.Text("", ""))
				}
			}
		})
	}
}

func TestErrorsAreFailures(t *testing.T) {
	r := explore(t, check.Config{Schedules: 5000}, forgetful)
	var d *failure.Deadlock
	if !errors.As(r.Failure.Err, &d) || len(d.Blocked) != 1 || d.Blocked[0].Machine != "client" {
		t.Error(r.Failure.Err)
	}
}
