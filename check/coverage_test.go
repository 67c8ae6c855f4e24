package check_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/strategy"
)

// A door, whose key may never come.
type (
	door   struct{}
	open   struct{}
	shut   struct{}
	turn   struct{}
	knock  struct{}
	leave  struct{}
	finish struct{}
)

func (d *door) knocked(*ravel.Context, knock)  {}
func (d *door) waits(c *ravel.Context)         { ravel.Receive[leave](c) }
func (d *door) turned(c *ravel.Context, _ any) { c.Goto("Closed") }
func (d *door) finished(c *ravel.Context, _ finish) {
	c.Halt()
}

var doorMachine = ravel.Define[door]("Door",
	ravel.Start("Closed",
		ravel.Goto[open]("Open"),
		ravel.Goto[turn]("Locked"),
		ravel.Defer[shut](),
		ravel.On((*door).finished)),
	ravel.In("Open",
		ravel.Goto[shut]("Closed"),
		ravel.Ignore[open](),
		ravel.Push[knock]("Greeting"),
		ravel.On((*door).finished)),
	ravel.In("Greeting",
		ravel.Entry((*door).waits),
		ravel.Pop[leave](),
		ravel.Ignore[open]()),
	ravel.In("Locked",
		ravel.On((*door).knocked),
		ravel.On((*door).turned)))

// visit sends one door some events, in this order, and has it take them one by one.
func visit(events ...any) func(*check.T) {
	return func(t *check.T) {
		d := t.Create(doorMachine.New(&door{}))
		for _, ev := range events {
			t.Send(d, ev)
		}
	}
}

var oneVisit = check.Config{Strategy: "random", Seed: 1, Seeded: true, Schedules: 10, Workers: 1}

func doorOf(t *testing.T, r *check.Report) coverage.Machine {
	t.Helper()
	for _, m := range r.Coverage.Machines {
		if m.Name == "Door" && m.Kind == coverage.IsMachine && strings.HasSuffix(m.Package, "/check_test") {
			return m
		}
	}
	t.Fatalf("no Door in %+v", r.Coverage)
	return coverage.Machine{}
}

func missing(m coverage.Machine) (list []string) {
	for _, x := range m.Missing() {
		list = append(list, x.What)
	}
	return list
}

// A state that is never entered is listed, and one that is entered is not.
func TestNeverVisited(t *testing.T) {
	r := explore(t, oneVisit, visit(open{}, knock{}, leave{}, leave{}, open{}, shut{}, finish{}))
	want := []string{
		"state Locked, with its 2 pairs", "Closed: goto Locked by check_test.turn", "Closed: defer check_test.shut",
		"Open: on check_test.finish", "Greeting: ignore check_test.open",
	}
	if got := missing(doorOf(t, r)); !slices.Equal(got, want) {
		t.Errorf("never visited: %q, want %q", got, want)
	}
	if s := strings.Join(strings.Fields(r.Summary()), " "); !strings.Contains(s, "visited: 3/4 states, 6/12 pairs") || !strings.Contains(s, "never visited: Door, state Locked, with its 2 pairs (coverage_test.go:") {
		t.Errorf("summary:\n%s", s)
	}

	every := func(t *check.T) {
		visit(turn{}, knock{}, turn{}, open{}, open{}, knock{}, leave{}, open{}, leave{}, shut{}, finish{})(t)
		visit(shut{}, open{}, finish{})(t)
		visit(open{}, finish{})(t)
	}
	r = explore(t, oneVisit, every)
	if got := missing(doorOf(t, r)); len(got) > 0 {
		t.Errorf("never visited, though everything was: %q", got)
	}
	if s := r.Summary(); strings.Contains(s, "never visited") || !strings.Contains(s, "visited: 4/4 states, 12/12 pairs") {
		t.Errorf("summary:\n%s", s)
	}
}

// What one door does is counted to the last event.
func TestCoverageCounts(t *testing.T) {
	cfg := oneVisit
	r := explore(t, cfg, visit(turn{}, knock{}, knock{}, turn{}, open{}, knock{}, leave{}, leave{}, open{}, finish{}))
	m := doorOf(t, r)
	n := r.Executions
	if r.Coverage.Executions != n {
		t.Errorf("%d executions are counted of %d", r.Coverage.Executions, n)
	}
	var got []string
	for _, s := range m.States {
		got = append(got, fmt.Sprintf("%s %d", s.Name, s.Times))
	}
	for _, p := range m.Pairs {
		if p.Visited() {
			got = append(got, fmt.Sprintf("%s: %s %s %d", p.State, p.Does, strings.TrimPrefix(p.Event, "check_test."), p.Times))
		}
		if p.Visited() && p.Executions != n {
			t.Errorf("%+v is said to be in %d of %d executions", p, p.Executions, n)
		}
	}
	for _, x := range m.Transitions {
		if x.Visited() {
			got = append(got, fmt.Sprintf("%s to %q: %s %s %d, declared %v", x.From, x.To, x.Does, strings.TrimPrefix(x.Event, "check_test."), x.Times, x.Place.Declared()))
		}
	}
	want := []string{
		"Closed 2", "Open 1", "Greeting 1", "Locked 1",
		"Closed: goto open 1", "Closed: goto turn 1",
		"Open: ignore open 1", "Open: push knock 1", "Open: on finish 1",
		"Greeting: pop leave 1", "Greeting: receive leave 1",
		"Locked: on knock 2", "Locked: on any 1",
		`Closed to "Open": goto open 1, declared true`, `Closed to "Locked": goto turn 1, declared true`,
		`Open to "Greeting": push knock 1, declared true`, `Open to "": halt finish 1, declared false`,
		`Greeting to "Open": pop leave 1, declared true`,
		`Locked to "Closed": goto any 1, declared false`,
	}
	for i, s := range want { // so many executions do the same
		if at := strings.LastIndex(s, " 1"); at >= 0 {
			want[i] = s[:at] + fmt.Sprintf(" %d", n) + s[at+2:]
		} else if at := strings.LastIndex(s, " 2"); at >= 0 {
			want[i] = s[:at] + fmt.Sprintf(" %d", 2*n) + s[at+2:]
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Who runs which execution makes no difference.
func TestSameCoverageWithAnyWorkers(t *testing.T) {
	for name, body := range map[string]func(*check.T){"passing": passing, "doors": func(t *check.T) {
		visit(turn{}, turn{}, open{})(t)
		if t.Bool() {
			visit(open{}, finish{})(t)
		}
		t.Go("guest", func(c *ravel.Context) {
			if c.Int(50) == 7 {
				c.Send(c.Create(doorMachine.New(&door{})), open{})
			}
		})
	}} {
		cfg := check.Config{Strategy: "portfolio", Seed: 3, Seeded: true, Schedules: 3000}
		if name == "doors" {
			cfg.Strategy = "random"
		}
		var first string
		for _, cfg.Workers = range []int{1, 2, 5} {
			r := explore(t, cfg, body)
			if r.Failure != nil {
				t.Fatal(r.Failure.Err)
			}
			got := string(r.Coverage.Encode())
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("%s: with %d workers\n%s\nwith one\n%s", name, cfg.Workers, got, first)
			}
		}
	}
}

// A search that goes back to saved states visits what one visits that runs each execution from the start, and counts what ran.
func TestCoverageOfRewoundExecutions(t *testing.T) {
	rewound := uint64(0)
	for seed := range uint64(10) {
		body := randomProgram(seed)
		a := exhaust(t, strategy.NewStates(0), 2_000, body)
		b := exhaust(t, restarted{strategy.NewStates(0)}, 2_000, body)
		rewound += a.Rewound
		if a.Coverage.Executions != a.Executions || b.Coverage.Executions != b.Executions {
			t.Errorf("program %d: %d of %d executions are counted, and %d of %d from the start", seed, a.Coverage.Executions, a.Executions, b.Coverage.Executions, b.Executions)
		}
		if x, y := visited(a), visited(b); !slices.Equal(x, y) {
			t.Errorf("program %d: visited\n%q\nfrom the start\n%q", seed, x, y)
		}
		for i, m := range a.Coverage.Machines {
			for j, p := range m.Pairs {
				if all := b.Coverage.Machines[i].Pairs[j]; p.Times > all.Times || p.Executions > all.Executions {
					t.Errorf("program %d: %+v, but from the start %+v", seed, p, all)
				}
			}
		}
	}
	if rewound == 0 {
		t.Error("no execution began in a saved state")
	}
}

func visited(r *check.Report) (list []string) {
	for _, m := range r.Coverage.Machines {
		for _, p := range m.Pairs {
			if p.Visited() {
				list = append(list, fmt.Sprint(m.Name, p.State, p.Event, p.Does))
			}
		}
		for _, x := range m.Transitions {
			if x.Visited() {
				list = append(list, fmt.Sprint(m.Name, x.From, x.To, x.Event, x.Does))
			}
		}
	}
	return list
}

// The sample of schedules has what the report counts, and says how the executions were drawn.
func TestScheduleSample(t *testing.T) {
	for strat, drawn := range map[string]coverage.Drawing{
		"random": coverage.AtRandom, "pct:3": coverage.AtRandom, "portfolio": coverage.Adaptive, "ql": coverage.Adaptive, "dfs": coverage.Systematic,
		"nonpreemptive": coverage.Systematic,
	} {
		r := explore(t, check.Config{Strategy: strat, Seed: 1, Seeded: true, Schedules: 500, Workers: 1}, passing)
		x := r.Coverage.Tests[0]
		if x.Drawn != drawn || x.Executions != r.Executions || x.Distinct != r.Distinct {
			t.Errorf("%s: %+v; %s", strat, x, r.Summary())
		}
		if s := x.Schedules; s.Units > 0 && (s.Units != r.Executions || s.Seen != r.Distinct || s.Once+s.Twice > s.Seen) {
			t.Errorf("%s: %+v", strat, s)
		}
		if s := x.Left(); (s == "") != (drawn == coverage.Systematic) || strings.Contains(s, "indication") != (drawn == coverage.Adaptive) {
			t.Errorf("%s: %q", strat, s)
		}
	}
}

// Executions in processes of their own tell what they have visited.
func TestCoverageOfIsolatedExecutions(t *testing.T) {
	cfg := check.Config{Strategy: "random", Seed: 3, Seeded: true, Schedules: 10, Workers: 1}
	body := visit(turn{}, knock{}, turn{}, open{}, finish{})
	without := inTest(t, cfg, body)
	cfg.Isolate = true
	with := inTest(t, cfg, body)
	if with == nil || without == nil {
		return
	}
	if !with.Isolated || without.Isolated || with.Coverage.Executions != 10 {
		t.Errorf("%s, %d executions are counted", with.Summary(), with.Coverage.Executions)
	}
	if a, b := doorOf(t, with), doorOf(t, without); !reflect.DeepEqual(a, b) {
		t.Errorf("isolated\n%+v\nwithout\n%+v", a, b)
	}
}
