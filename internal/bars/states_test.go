package bars_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
)

type counts struct{ states, generated uint64 }

// What is known of the programs: the states of twophase and paxos are those that stateright's tests assert, the ones of
// counters have a formula, and the others were counted here.
var known = map[string]counts{
	"twophase/3": {288, 1146}, "twophase/5": {8832, 58_146}, "twophase/8": {1_745_408, 18_507_778},
	"twophase-machines/2": {98, 194}, "twophase-machines/3": {779, 2243}, "twophase-machines/4": {5913, 22_362},
	"paxos/2": {16_668, 32_971}, "paxos/3": {1_194_428, 2_420_477},
	"paxos-machines/1": {616, 1538}, "paxos-machines/2": {55_808, 154_176},
	"counters/2": {132, 242}, "counters/3": {1463, 3993}, "counters/4": {16_104, 58_564},
}

// long are the programs of more than a million states.
const long = 1_000_000

func program(t *testing.T, name string) bars.StateProgram {
	t.Helper()
	for _, p := range bars.StatePrograms() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no program %s", name)
	return bars.StateProgram{}
}

func TestStates(t *testing.T) {
	for _, p := range bars.StatePrograms() {
		for _, n := range p.Sizes {
			t.Run(p.String(n), func(t *testing.T) {
				want := known[p.String(n)]
				if testing.Short() && want.states > long {
					t.Skipf("%d states take 10 seconds: leave out -short", want.states)
				}
				e, err := p.Explore(n, 1)
				if err != nil {
					t.Fatal(err)
				}
				if got := (counts{e.States, e.Generated}); got != want {
					t.Errorf("%+v, want %+v", got, want)
				}
				if published := p.Published[n]; published != 0 && e.States != published {
					t.Errorf("%d states, and stateright has %d", e.States, published)
				}
				// Every state but the first is reached by a step. Few states begin an execution of their own from the start.
				if e.Rewound == 0 || e.Rewound >= e.Generated || len(e.Notes) > 0 {
					t.Errorf("%d executions went back to a saved state, %q", e.Rewound, e.Notes)
				}
				if b := e.BytesPerState(); b < 16 {
					t.Errorf("%v bytes for a state, which has 16", b)
				}
			})
		}
	}
}

// The numbers that have a formula.
func TestStatesOfCounters(t *testing.T) {
	for n := 2; n <= 4; n++ {
		want, power := uint64(0), uint64(1)
		for range n {
			power *= 9 + 2
			want += power
		}
		if got := known[fmt.Sprint("counters/", n)].states; got != want {
			t.Errorf("%d counters: %d states, want %d", n, got, want)
		}
	}
}

// A state is start-up if there was no choice yet.
func TestStartUp(t *testing.T) {
	for name, c := range map[string]struct {
		body func(*check.T)
		want uint64
	}{
		"one machine":        {bars.TwoPhase(3), 1},
		"a machine creates":  {bars.Commit(2), 2},
		"machines from body": {bars.Counting(2), 0},
	} {
		if got, err := bars.StartUp(c.body); err != nil || got != c.want {
			t.Errorf("%s: %d states of start-up, want %d; %v", name, got, c.want, err)
		}
	}
	if _, err := bars.StartUp(func(*check.T) {}); err == nil {
		t.Error("a program without a choice has a start-up")
	}
	if _, err := bars.StartUp(func(t *check.T) { t.Fatal("broken") }); err == nil {
		t.Error("a program that fails has a start-up")
	}
}

// restarted hides that a strategy could go back to saved states.
type restarted struct {
	bars.StateSearch
	strategy.Observer
	strategy.FaultPicker
	strategy.Described
}

func restart(s interface {
	bars.StateSearch
	strategy.Observer
	strategy.FaultPicker
	strategy.Described
}) bars.StateSearch {
	return restarted{s, s, s, s}
}

// Any search for all states finds the same ones, whether it goes back to saved states or runs each execution from its start.
func TestStatesBySearch(t *testing.T) {
	searches := map[string]func() bars.StateSearch{
		"states":              func() bars.StateSearch { return strategy.NewStates(0) },
		"states from scratch": func() bars.StateSearch { return restart(strategy.NewStates(0)) },
		"ses:rtc":             func() bars.StateSearch { return strategy.NewSES(delaying.Named("rtc"), 0) },
		"pbs":                 func() bars.StateSearch { return strategy.NewPreemptionStates(1<<30, 0) },
	}
	for _, c := range []struct {
		name string
		n    int
	}{{"twophase", 3}, {"twophase-machines", 3}, {"paxos", 2}, {"paxos-machines", 1}, {"counters", 3}} {
		p := program(t, c.name)
		want := known[p.String(c.n)].states
		for name, search := range searches {
			e, err := p.ExploreBy(search(), c.n, 1)
			if err != nil || e.States != want || (e.Rewound == 0) != (name == "states from scratch") {
				t.Errorf("%s by %s: %d states, %d rewound, want %d; %v", p.String(c.n), name, e.States, e.Rewound, want, err)
			}
		}
	}
}

// The number of workers changes nothing but the order.
func TestStatesByWorkers(t *testing.T) {
	for _, c := range []struct {
		name string
		n    int
	}{{"twophase", 5}, {"paxos", 2}} {
		p := program(t, c.name)
		e, err := p.Explore(c.n, 3)
		if got, want := (counts{e.States, e.Generated}), known[p.String(c.n)]; err != nil || got.states != want.states || e.Workers != 3 {
			t.Errorf("%s with %d workers: %+v, want %+v; %v", e.Program, e.Workers, got, want, err)
		}
	}
}

// What a function that waits amid its work would do next cannot be saved: the search begins executions at the start, says
// so, and finds the same states.
func TestStatesOfWaitingFunctions(t *testing.T) {
	p := bars.StateProgram{Name: "waiting", Body: func(n int) func(*check.T) {
		return func(t *check.T) {
			for i := range n {
				t.Go(fmt.Sprint("counter ", i), func(c *ravel.Context) {
					for range 3 {
						c.Yield()
					}
				})
			}
		}
	}}
	a, err := p.Explore(3, 1)
	if err != nil || len(a.Notes) != 1 || !strings.Contains(a.Notes[0], "could not be saved: counter 0 is a plain function") {
		t.Errorf("%q, %v", a.Notes, err)
	}
	b, err := p.ExploreBy(restart(strategy.NewStates(0)), 3, 1)
	if err != nil || a.States != b.States || a.Generated != b.Generated || b.Rewound != 0 {
		t.Errorf("%+v\nfrom scratch %+v, %v", a, b, err)
	}
}

// The specifications of the programs find what breaks them, and it happens again.
func TestMutants(t *testing.T) {
	for name, body := range map[string]func(*check.T){
		"hasty two-phase commit":           bars.HastyTwoPhase(3),
		"hasty two-phase commit, machines": bars.HastyCommit(3),
		"forgetful Paxos":                  bars.ForgetfulPaxos(2),
		"forgetful Paxos, machines":        bars.ForgetfulSynod(2),
	} {
		for _, search := range []string{"states", "ses:rtc", "pbs"} {
			r, err := check.Explore("mutant", check.Config{Schedules: 1 << 40, Strategy: search, Workers: 1, Steps: bars.StatesBound}, body)
			if err != nil {
				t.Fatal(err)
			}
			if r.Failure == nil {
				t.Errorf("%s by %s: not found\n%s", name, search, r.Summary())
				continue
			}
			kind := failure.Of(r.Failure.Err).Kind()
			if !r.Failure.Reproduced || kind != failure.KindAssertion && kind != failure.KindMonitor {
				t.Errorf("%s by %s: %v, reproduced: %v", name, search, r.Failure.Err, r.Failure.Reproduced)
			}
		}
	}
}

// A program that cannot be explored to the end has no count.
func TestStatesOfABrokenProgram(t *testing.T) {
	for name, body := range map[string]func(int) func(*check.T){
		"mutant": bars.HastyTwoPhase,
		"endless": func(int) func(*check.T) {
			return func(t *check.T) {
				t.Go("clock", func(c *ravel.Context) {
					for c.Bool(); ; {
						c.Yield()
					}
				})
			}
		},
	} {
		p := bars.StateProgram{Name: name, Body: body}
		if e, err := p.Explore(3, 1); err == nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestLinearizable(t *testing.T) {
	for name, c := range map[string]struct {
		history func(*bars.Recorder)
		want    bool
	}{
		"nothing yet":                     {func(*bars.Recorder) {}, true},
		"reads what it wrote":             {func(r *bars.Recorder) { r.Write(0); r.Read(0, 0) }, true},
		"reads a write that goes on":      {func(r *bars.Recorder) { r.Write(0); r.Read(0, 1) }, true},
		"reads what was there before":     {func(r *bars.Recorder) { r.Write(0); r.Read(0, -1) }, false},
		"both writes, then one value":     {func(r *bars.Recorder) { r.Write(0); r.Write(1); r.Read(0, 0); r.Read(1, 0) }, true},
		"each its own value":              {func(r *bars.Recorder) { r.Write(0); r.Write(1); r.Read(0, 0); r.Read(1, 1) }, true},
		"each the other's value":          {func(r *bars.Recorder) { r.Write(0); r.Write(1); r.Read(0, 1); r.Read(1, 0) }, false},
		"reads a value that came later":   {func(r *bars.Recorder) { r.Write(0); r.Read(0, 0); r.Write(1); r.Read(1, 1) }, true},
		"reads a value overwritten since": {func(r *bars.Recorder) { r.Write(0); r.Read(0, 1); r.Write(1); r.Read(1, 0) }, false},
	} {
		var r bars.Recorder
		if c.history(&r); r.Linearizable(2) != c.want {
			t.Errorf("%s: linearizable is %v", name, !c.want)
		}
	}
}

// BenchmarkStates explores the programs of middle size, of which each takes less than a second.
func BenchmarkStates(b *testing.B) {
	for _, p := range bars.StatePrograms() {
		n := p.Sizes[min(1, len(p.Sizes)-1)]
		if p.Name == "paxos" {
			n = p.Sizes[0]
		}
		b.Run(p.String(n), func(b *testing.B) {
			generated := uint64(0)
			for b.Loop() {
				e, err := p.Explore(n, 1)
				if err != nil {
					b.Fatal(err)
				}
				generated += e.Generated
			}
			b.ReportMetric(float64(generated)/b.Elapsed().Seconds(), "generated/s")
		})
	}
}
