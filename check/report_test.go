package check_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

func TestExhaustive(t *testing.T) {
	// Three machines of one step each, and two choices: 3! orders of their starts, times 2, times 3.
	body := func(t *check.T) {
		t.Bool()
		for range 3 {
			t.Root().Create(ravel.Func("m", func(c *ravel.Context) { c.Assert(true, "") }))
		}
		t.AtEnd(func() {})
		t.Int(3)
	}
	r := explore(t, check.Config{Strategy: "dfs", Workers: 7}, body)
	if !r.Exhaustive || !r.Exhausted || r.CutShort || r.CutByTime || r.Workers != 1 || r.Distinct != r.Executions || r.DistinctAtLeast {
		t.Errorf("%+v", r)
	}
	all := r.Executions
	if !matches(r.Summary(), "every schedule was explored") || all < 36 {
		t.Error(r.Summary())
	}
	for _, c := range []struct {
		cfg  check.Config
		n    uint64
		done bool
	}{
		{check.Config{Strategy: "dfs", Schedules: all}, all, true},
		{check.Config{Strategy: "dfs", Schedules: all + 1}, all, true},
		{check.Config{Strategy: "dfs", Schedules: all - 1}, all - 1, false},
		{check.Config{Strategy: fmt.Sprint("dfs:", all)}, all, true},
		{check.Config{Strategy: fmt.Sprint("dfs:", all-1)}, all - 1, false},
		{check.Config{Strategy: "dfs", Schedules: 16}, 16, false},
	} {
		r := explore(t, c.cfg, body)
		if r.Executions != c.n || r.Exhausted != c.done || r.CutShort == c.done {
			t.Errorf("%+v: %s", c.cfg, r.Summary())
		}
		if !c.done && !matches(r.Summary(), "not every schedule was explored") {
			t.Error(r.Summary())
		}
	}

	// Counted by hand: two machines with two steps each, C(4,2) interleavings.
	r = explore(t, check.Config{Strategy: "dfs"}, func(t *check.T) {
		t.Root().Yield()
		for range 2 {
			t.Go("m", func(c *ravel.Context) { c.Yield() })
		}
		t.Wait()
	})
	if !r.Exhausted || r.Failure != nil {
		t.Error(r.Summary())
	}

	n := 0
	r = explore(t, check.Config{Strategy: "dfs"}, func(t *check.T) {
		n++
		t.Int(2)
		t.Int(2 + n%2)
	})
	if r.Nondeterminism == nil || r.Exhausted || r.Failure != nil {
		t.Errorf("a search through a program that is not deterministic: %s", r.Summary())
	}
}

// few is a strategy with n executions that is not exhaustive.
type few struct {
	custom
	n uint64
}

func (f few) Start(e strategy.Execution) bool { return e.K < f.n }

// A strategy that has nothing more to try has not, for that reason, explored everything; and whatever else it would try,
// all executions before run.
func TestStrategyThatEnds(t *testing.T) {
	for _, workers := range []int{1, 4} {
		for _, n := range []uint64{1, 5, 17, 200} {
			r := explore(t, check.Config{Strategy: "few", Custom: func() strategy.Strategy { return few{picks(latest), n} }, Workers: workers}, lastWins)
			if r.Executions != n || r.Exhausted || r.CutByTime || r.Failure != nil || !matches(r.Summary(), "strategy few has nothing more to try") {
				t.Error(n, r.Summary())
			}
		}
	}
}

func TestBoundedAndSlow(t *testing.T) {
	forever := func(t *check.T) {
		first := t.Create(stationMachine.New(&station{}))
		second := t.Create(stationMachine.New(&station{next: first}))
		t.Send(first, second)
		t.Send(first, token{1 << 30})
	}
	r := explore(t, check.Config{Schedules: 20, Steps: 40}, forever)
	if r.Failure != nil || r.Bounded != 20 || r.LongestExecution != 40 || !matches(r.Summary(), "20 executions were cut at the step bound: what would come later, liveness included, was not explored") {
		t.Error(r.Summary())
	}
	r = explore(t, check.Config{Schedules: 20, Steps: 40, BoundIsFailure: true}, forever)
	if f := r.Failure; f == nil || failure.Of(f.Err).Kind() != failure.KindBound || !f.Reproduced || r.Bounded != 1 {
		t.Errorf("%+v", f)
	}
	slow := func(t *check.T) {
		t.Monitor(patientMonitor.New(&patient{}))
		t.Go("debtor", func(c *ravel.Context) {
			c.Notify(owed{})
			for range 30 {
				c.Yield()
			}
			c.Notify(paid{})
		})
	}
	r = explore(t, check.Config{Schedules: 20, Threshold: 20}, slow)
	if r.Failure != nil || r.Slow != 20 || !matches(r.Summary(), "in 20 executions a hot monitor passed the threshold and cooled") {
		t.Errorf("%v %s", r.Failure, r.Summary())
	}
}

func TestLasso(t *testing.T) {
	r := explore(t, check.Config{Schedules: 500, Lasso: true}, func(t *check.T) {
		t.Monitor(patientMonitor.New(&patient{}))
		a := t.Create(stationMachine.New(&station{}))
		b := t.Create(stationMachine.New(&station{next: a}))
		t.Send(a, b)
		t.Send(a, eternal{})
		t.Notify(owed{})
	})
	l, ok := r.Failure.Err.(*failure.Livelock)
	if !ok || l.Length == 0 || !r.Failure.Reproduced || r.Failure.Steps > 1000 || !r.Failure.Record.Lasso {
		t.Errorf("%v, %d steps", r.Failure.Err, r.Failure.Steps)
	}
	r = explore(t, check.Config{Schedules: 50, Steps: 2000}, circling)
	if l, ok := r.Failure.Err.(*failure.Livelock); !ok || l.Length != 0 || l.Threshold != 1000 || !r.Failure.Reproduced {
		t.Errorf("%v", r.Failure.Err)
	}
}

func TestProgress(t *testing.T) {
	var mu sync.Mutex
	var seen []check.Progress
	cfg := check.Config{Time: 1200 * time.Millisecond, Workers: 2, Progress: func(p check.Progress) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, p)
	}}
	r := explore(t, cfg, passing)
	mu.Lock()
	defer mu.Unlock()
	if len(seen) < 2 || len(seen) > 5 {
		t.Fatalf("%d reports in %v", len(seen), r.Elapsed)
	}
	for i := 1; i < len(seen); i++ {
		if a, b := seen[i-1], seen[i]; b.Executions < a.Executions || b.Steps < a.Steps || b.Elapsed <= a.Elapsed {
			t.Errorf("%+v then %+v", a, b)
		}
	}
	last := seen[len(seen)-1]
	if last.Executions != r.Executions || last.Steps != r.Steps || !r.CutByTime || r.CutByDeadline {
		t.Errorf("at the end %+v; %s", last, r.Summary())
	}
}

// A report fits 80 columns when package testing has indented it, but for lines that are to be copied.
func TestReportsAreReadable(t *testing.T) {
	for name, body := range fails {
		f := explore(t, check.Config{Schedules: 5000, Steps: 300}, body).Failure
		text := f.Text("TestOfTheProgram/with=options", "testdata/ravel/TestOfTheProgram%2Fwith=options/x-0123456789ab.ravel")
		var wide []string
		for line := range strings.SplitSeq(text, "\n") {
			if utf8.RuneCountInString(line) > 72 && !strings.HasPrefix(line, "replay: ") && !strings.HasPrefix(line, "saved: ") {
				wide = append(wide, line)
			}
		}
		if len(wide) > 0 {
			t.Errorf("%s: lines wider than 72:\n%s", name, strings.Join(wide, "\n"))
		}
		for _, want := range []string{"FAILURE: ", "-run '^TestOfTheProgram$/^with=options$' -ravel.replay=rv1-", "saved:  testdata/ravel/", f.Err.Error()} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s: the report lacks %q:\n%s", name, want, text)
			}
		}
	}
	r := explore(t, check.Config{Schedules: 1000, Seed: 1, Seeded: true}, passing)
	for line := range strings.SplitSeq("no failure found: "+r.Summary(), "\n") {
		if utf8.RuneCountInString(line) > 72 {
			t.Errorf("wide: %s", line)
		}
	}
}

// A schedule that is too long for a token is replayed from its file.
func TestLongSchedule(t *testing.T) {
	r := explore(t, check.Config{Schedules: 200, Strategy: "random", NoShrink: true}, func(t *check.T) {
		for i := range 600 {
			t.Int(i + 2)
		}
		t.Assert(t.Int(10) != 3, "three")
	})
	f := r.Failure
	text := f.Text("T", "testdata/ravel/T/x.ravel")
	if f.HasToken || !f.Reproduced || !strings.Contains(text, "-ravel.replay=testdata/ravel/T/x.ravel\n") {
		t.Error(text)
	}
}

// custom is a strategy that answers as it is told.
type custom struct {
	pick  func(ops []*strategy.Op) int
	value func(v strategy.Value) int
}

func (c custom) Start(strategy.Execution) bool { return true }
func (c custom) Pick(ops []*strategy.Op) int   { return c.pick(ops) }
func (c custom) Value(v strategy.Value) int    { return c.value(v) }
func latest(ops []*strategy.Op) int            { return len(ops) - 1 }
func zero(strategy.Value) int                  { return 0 }
func picks(p func([]*strategy.Op) int) custom  { return custom{p, zero} }
func values(v func(strategy.Value) int) custom { return custom{latest, v} }
func made(c custom) func() strategy.Strategy   { return func() strategy.Strategy { return c } }
func customConfig(s func() strategy.Strategy) check.Config {
	return check.Config{Strategy: "mine", Custom: s, Schedules: 200, Workers: 3}
}

func TestCustomStrategy(t *testing.T) {
	r := explore(t, customConfig(func() strategy.Strategy { return strategy.NewRandom() }), lastWins)
	if r.Failure == nil || r.Failure.Strategy != "mine" || !r.Failure.Reproduced {
		t.Errorf("%+v", r.Failure)
	}
	for want, s := range map[string]func() strategy.Strategy{
		`strategy mine cannot be used: in execution 0: Pick of strategy check_test\.custom returned -1: it must be at least 0 and less than \d`: made(picks(func([]*strategy.Op) int { return -1 })),
		`Pick of strategy check_test\.custom returned 1000`:                                        made(picks(func([]*strategy.Op) int { return 1000 })),
		`Value of strategy check_test\.custom returned 40: it must be at least 0 and less than 40`: made(values(func(v strategy.Value) int { return v.N })),
		`in execution \d+: runtime error: index out of range`:                                      made(picks(func(ops []*strategy.Op) int { return ops[len(ops)+5].Nth })),
		`strategy mine: its function returned nil`:                                                 func() strategy.Strategy { return nil },
	} {
		before := settled(0)
		r, err := check.Explore("x", customConfig(s), late)
		if err == nil || !matches(err.Error(), want) || r != nil {
			t.Errorf("%v: want %s", err, want)
		}
		if n := settled(before); n > before {
			t.Errorf("%s: %d goroutines, %d before", want, n, before)
		}
	}
}
