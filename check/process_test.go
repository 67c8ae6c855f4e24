package check_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
)

// inTest explores in a test that worker processes find again; nil in those that have another test to work for.
func inTest(t *testing.T, cfg check.Config, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.ExploreInTest(t, cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// together fails t unless all workers but one were processes.
func together(t *testing.T, cfg check.Config, r *check.Report) {
	t.Helper()
	if r.Processes != cfg.Workers-1 || r.Workers != cfg.Workers {
		t.Errorf("%d of %d processes took part: %s", r.Processes, cfg.Workers-1, r.Summary())
	}
}

// allOf is everything in a report that is not about who ran what, and which exploration of a test it was.
func allOf(r *check.Report) string {
	s := fmt.Sprint(exploration.ReplaceAllString(digest(r), ""), r.Curtailed, r.Notes)
	if r.Failure == nil {
		s += fmt.Sprint(r.SilentMonitors, r.Unheard, r.NeverTrue)
		c := *r.Coverage
		c.Tests = nil // they have numbers, and the digest has what else they say
		s += string(c.Encode())
	}
	return s
}

// exploration matches what depends on the number of an exploration in its test.
var exploration = regexp.MustCompile(`\+[0-9]+\b|rv1-\S+`)

// rare fails in one of some thousand executions.
func rare(t *check.T) {
	passing(t)
	t.Sometimes(t.Int(100) == 7, "seven")
	t.Assert(t.Int(40) != 11 || t.Int(25) != 3, "met")
}

// noisy has monitors, notifications that nobody hears, conditions that hold seldom or never, bounds and skips.
func noisy(t *check.T) {
	t.Monitor(patientMonitor.New(&patient{}))
	passing(t)
	t.Notify(tick{})
	t.Sometimes(t.Int(900) == 7, "seldom")
	t.Sometimes(false, "never")
	if t.Int(20) == 3 {
		t.Skip()
	}
	if t.Int(20) == 3 {
		first := t.Create(stationMachine.New(&station{}))
		second := t.Create(stationMachine.New(&station{next: first}))
		t.Send(first, second)
		t.Send(first, token{1 << 30})
	}
}

// Whatever is explored comes out the same with any number of processes, whether it fails or passes.
func TestSameReportWithProcesses(t *testing.T) {
	for _, strat := range []string{"portfolio", "random", "pct:3", "irs", "urw", "ql", "feedback:pos", "ss:rtc"} {
		for name, body := range map[string]func(*check.T){"fails": rare, "passes": noisy} {
			t.Run(strat+"/"+name, func(t *testing.T) {
				cfg := check.Config{Schedules: 1500, Strategy: strat, Seed: 5, Seeded: true, Steps: 200}
				if name == "fails" {
					cfg.Schedules = 20_000
				}
				if strat == "ql" || strat == "feedback:pos" {
					cfg.Schedules = min(cfg.Schedules, 3000) // their rounds are short
				}
				var first string
				for _, cfg.Workers = range []int{1, 2, 3} {
					cfg.Processes = cfg.Workers > 1
					r := inTest(t, cfg, body)
					if r == nil {
						continue
					}
					together(t, cfg, r)
					if r.Failure != nil && !r.Failure.Reproduced {
						t.Error(r.Failure.Err)
					}
					d := allOf(r)
					if first == "" {
						first = d
					}
					if d != first {
						t.Fatalf("with 1 worker\n%s\n\nwith %d\n%s", first, cfg.Workers, d)
					}
				}
			})
		}
	}
}

// The failure is found in executions of processes too, or the test above would say little.
func TestProcessesFindFailures(t *testing.T) {
	found := 0
	for seed := range uint64(6) {
		cfg := check.Config{Schedules: 50_000, Strategy: "random", Seed: seed, Seeded: true, Workers: 3, Processes: true}
		// Only processes can fail: the tester would have found it before otherwise.
		r := inTest(t, cfg, func(t *check.T) {
			rare(t)
			v := t.Int(200)
			t.Assert(v != 11 || !check.InWorkerProcess(), "far away")
		})
		if r == nil {
			continue
		}
		// What differs by process cannot be repeated here, and is told as it was seen.
		if f := r.Failure; f != nil && strings.Contains(f.Err.Error(), "far away") {
			found++
			if f.Reproduced || !matches(f.Text("", ""), `did not happen again: first seen was: (?s:.*)far away; its replay gave no failure`) {
				t.Error(f.Text("", ""))
			}
		}
	}
	if found == 0 && !check.InWorkerProcess() {
		t.Error("no process has found anything")
	}
}

// A time bound changes how many executions run, with processes as well.
func TestTimeBoundWithProcesses(t *testing.T) {
	cfg := check.Config{Schedules: 100_000, Strategy: "random", Seed: 1, Seeded: true, Workers: 1}
	want := inTest(t, cfg, rare)
	found := 0
	for _, cfg.Workers = range []int{2, 3} {
		for _, d := range []time.Duration{1, time.Millisecond, 60 * time.Millisecond, 400 * time.Millisecond, 5 * time.Second} {
			cfg.Processes, cfg.Schedules, cfg.Time = true, 0, d
			r := inTest(t, cfg, rare)
			switch {
			case r == nil:
			case r.Failure != nil:
				found++
				if d, e := allOf(r), allOf(want); d != e {
					t.Errorf("bound %v:\n%s\nwithout:\n%s", cfg.Time, d, e)
				}
			case r.Executions == 0 || !r.CutByTime:
				t.Errorf("bound %v: %d executions, cut %v", d, r.Executions, r.CutByTime)
			case r.Executions > want.Failure.Execution:
				t.Errorf("bound %v: %d executions passed, but number %d fails", d, r.Executions, want.Failure.Execution)
			}
		}
	}
	if found == 0 && want != nil {
		t.Error("nothing was found in five seconds")
	}
}

// ofProcess is what executions side by side in one process would share.
var ofProcess atomic.Int64

// Package variables are a process's own: a body that sets them anew in each execution is as good as any. That such a body is
// noticed where workers are goroutines is tested with Serial.
func TestProcessesHavePackageVariables(t *testing.T) {
	body := func(t *check.T) {
		ofProcess.Store(0)
		for range 3 {
			t.Go("adder", func(c *ravel.Context) {
				v := ofProcess.Load()
				c.Yield()
				ofProcess.Store(v + 1)
			})
		}
		t.Wait()
		sum := ofProcess.Load()
		t.Log("sum", sum)
		t.Assert(sum > 0 && sum < 4, "sum %d", sum)
	}
	cfg := check.Config{Schedules: 5000, Workers: 3, Processes: true}
	if r := inTest(t, cfg, body); r != nil {
		together(t, cfg, r)
		if r.Failure != nil || r.Nondeterminism != nil || len(r.Notes) > 0 {
			t.Error(r.Summary())
		}
	}
}

// A body that does something else in another process is told of, and explored in one.
func TestProcessesDiffer(t *testing.T) {
	cfg := check.Config{Schedules: 3000, Workers: 2, Processes: true}
	r := inTest(t, cfg, func(t *check.T) {
		passing(t)
		t.Log("process", check.InWorkerProcess())
	})
	if r != nil && (r.Executions != 3000 || r.Workers != 1 || r.Failure != nil || len(r.Notes) != 1 ||
		!matches(r.Notes[0], `executions in a worker process are not the same: .* In the test process: .*process false; in the worker process: .*process true`)) {
		t.Error(r.Summary())
	}
}

// Executions that cannot be repeated are found in processes, and end them.
func TestNondeterminismInProcesses(t *testing.T) {
	runs := 0
	cfg := check.Config{Schedules: 30_000, Workers: 2, Processes: true, Strategy: "random"}
	r := inTest(t, cfg, func(t *check.T) {
		if passing(t); check.InWorkerProcess() {
			if runs++; runs > 100 && runs%2 == 0 {
				t.Int(2)
			}
		}
		t.Int(2)
	})
	if r != nil && (r.Nondeterminism == nil || r.Workers != 1 || r.Executions != 30_000) {
		t.Error(r.Summary(), r.Nondeterminism)
	}
}

// What cannot be explored in processes is explored in one, and the report says why.
func TestWithoutProcesses(t *testing.T) {
	if check.InWorkerProcess() {
		return
	}
	for _, c := range []struct {
		cfg  check.Config
		want string
	}{
		{check.Config{Strategy: "dfs"}, `the executions of strategy dfs depend on each other`},
		{check.Config{Strategy: "dpor"}, `the executions of strategy dpor depend on each other`},
		{check.Config{Strategy: "mine", Custom: func() strategy.Strategy { return &pupil{Random: strategy.NewRandom()} }}, `strategy mine learns, and does not say how`},
	} {
		c.cfg.Schedules, c.cfg.Workers, c.cfg.Processes = 300, 2, true
		if r := inTest(t, c.cfg, passing); r.Workers != 1 || r.Processes != 0 || len(r.Notes) == 0 || !matches(r.Notes[0], "^all executions ran in the test process: "+c.want) {
			t.Error(r.Summary())
		}
	}
	r := explore(t, check.Config{Schedules: 300, Workers: 2, Processes: true}, passing)
	if r.Workers != 1 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "only check.Test says which") {
		t.Error(r.Summary())
	}
}

// A strategy of the caller's is made in each process by the caller's function.
func TestCustomStrategyInProcesses(t *testing.T) {
	var first string
	for _, workers := range []int{1, 3} {
		cfg := check.Config{Schedules: 4000, Seed: 3, Seeded: true, Workers: workers, Processes: workers > 1, Strategy: "mine", Custom: func() strategy.Strategy { return strategy.NewPOS() }}
		r := inTest(t, cfg, rare)
		if r == nil {
			continue
		}
		together(t, cfg, r)
		if d := allOf(r); first == "" {
			first = d
		} else if d != first {
			t.Errorf("with 1 worker\n%s\nwith %d\n%s", first, workers, d)
		}
	}
	cfg := check.Config{Schedules: 30_000, Workers: 2, Processes: true, Strategy: "mine", Custom: func() strategy.Strategy { return &breaking{Random: strategy.NewRandom()} }}
	_, err := check.ExploreInTest(t, cfg, passing)
	if !check.InWorkerProcess() && (err == nil || !matches(err.Error(), "strategy mine cannot be used: in execution \\d+: out of order")) {
		t.Error(err)
	}
}

// breaking panics in an execution of a process.
type breaking struct {
	*strategy.Random
	runs int
}

func (b *breaking) Start(e strategy.Execution) bool {
	if b.runs++; b.runs > 50 && check.InWorkerProcess() {
		panic("out of order")
	}
	return b.Random.Start(e)
}

// A worker process finds its test whatever it is called, and the one of several explorations that it is to work for. It
// begins where the tester began: in its directory, with its environment.
func TestProcessesFindTheirTest(t *testing.T) {
	cfg := check.Config{Schedules: 2000, Workers: 2, Processes: true}
	t.Chdir("testdata")
	if os.Getenv("CHECK_TEST_SET") != "" {
		t.Error("the environment is another one")
	}
	t.Setenv("CHECK_TEST_SET", "1")
	for _, name := range []string{"a b", "c/d", "(e|f)[g]", "#01", "ü.$^"} {
		for range 2 {
			t.Run(name, func(t *testing.T) {
				for range 2 {
					if r := inTest(t, cfg, passing); r != nil {
						together(t, cfg, r)
					}
				}
			})
		}
	}
}

// Progress counts what processes do.
func TestProgressOfProcesses(t *testing.T) {
	var last check.Progress
	cfg := check.Config{Schedules: 5000, Workers: 3, Processes: true, Progress: func(p check.Progress) { last = p }}
	r := inTest(t, cfg, passing)
	if r != nil && (last.Executions != r.Executions || last.Steps != r.Steps) {
		t.Errorf("the last progress is %+v of %d executions, %d steps", last, r.Executions, r.Steps)
	}
}
