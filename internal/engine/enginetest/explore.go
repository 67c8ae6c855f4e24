package enginetest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// mostExecutions is how many executions a row may have: it is to be read and debugged by people.
const mostExecutions = 50_000

// replays is how many executions of a row are replayed, besides the first of each outcome.
const replays = 60

// explore runs the row's executions in one mode and returns their outcomes in order.
func (r *Row) explore(t *testing.T, m mode, e, again *engine.Engine) []string {
	cfg := r.config(m.set)
	var s strategy.Strategy = strategy.NewDFS(mostExecutions)
	runs := mostExecutions
	if r.Strategy != nil {
		s, runs = strategy.WithFaults(r.Strategy()), 200
		if r.Runs > 0 {
			runs = r.Runs
		}
	}
	var all []string
	known := map[string]bool{}
	for k := 0; k < runs; k++ {
		p := &Probe{}
		if !s.Start(strategy.Execution{K: uint64(k), Seed: uint64(k) + 1, MaxSteps: cfg.MaxSteps}) {
			break
		}
		o := e.Run(cfg, s, r.Program(p))
		if f, ok := s.(strategy.Finisher); ok {
			f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Failed: o.Err != nil, Bounded: o.Bounded})
		}
		out := Outcome(p, o)
		all = append(all, out)
		if k < replays || !known[out] {
			r.replay(t, m, again, cfg, o, out)
		}
		known[out] = true
		if t.Failed() {
			t.Logf("%s: execution %d: %s", m.name, k, out)
			return all
		}
	}
	if d, ok := s.(*strategy.DFS); ok && !d.Exhausted() {
		t.Errorf("%s: not exhausted after %d executions: %v", m.name, d.Executions(), d.Err())
	}
	return all
}

// replay runs an execution again: by its raw choices, which also names them, and by the names.
func (r *Row) replay(t *testing.T, m mode, e *engine.Engine, cfg engine.Config, was engine.Outcome, out string) {
	cfg.Record, cfg.Explain = true, true
	raw := &follow{choices: slices.Clone(was.Choices)}
	was.Choices, was.Named, was.Events = raw.choices, slices.Clone(was.Named), slices.Clone(was.Events)
	first := r.again(t, m.name+", raw choices", e, cfg, raw, was, out)
	if raw.next != len(raw.choices) {
		t.Errorf("%s: %d of %d raw choices were used", m.name, raw.next, len(raw.choices))
	}
	if was.Named != nil {
		sameRecord(t, m.name+", raw choices", first, was)
	}
	var named []schedule.Choice
	for _, n := range first.Named {
		named = append(named, n.Choice)
	}
	byName := strategy.NewReplay(named)
	byName.Start(strategy.Execution{})
	second := r.again(t, m.name+", deviations", e, cfg, byName, was, out)
	byName.Finish(strategy.Result{})
	if err := byName.Err(); err != nil {
		t.Errorf("%s: the replay diverged: %v", m.name, err)
	}
	if byName.Used() != len(named) {
		t.Errorf("%s: %d of %d deviations were used", m.name, byName.Used(), len(named))
	}
	sameRecord(t, m.name+", deviations", second, first)
	guided := strategy.NewGuided(first.Named)
	guided.Start(strategy.Execution{})
	r.again(t, m.name+", names", e, cfg, guided, was, out)
	if err := guided.Stale(); err != nil {
		t.Errorf("%s: the names are stale in the same program: %v", m.name, err)
	}
}

// again runs a recorded execution, and compares how it ended.
func (r *Row) again(t *testing.T, how string, e *engine.Engine, cfg engine.Config, s strategy.Strategy, was engine.Outcome, out string) engine.Outcome {
	p := &Probe{}
	o := e.Run(cfg, s, r.Program(p))
	o.Named, o.Events, o.Choices = slices.Clone(o.Named), slices.Clone(o.Events), slices.Clone(o.Choices)
	if got := Outcome(p, o); got != out {
		t.Errorf("%s: outcome %q, was %q", how, got, out)
	}
	if (was.Err != nil || o.Err != nil) && !failure.Same(o.Err, was.Err) {
		t.Errorf("%s: not the same failure\nwas: %v\nis:  %v", how, failure.Key(was.Err), failure.Key(o.Err))
	}
	if o.Steps != was.Steps || o.Ops != was.Ops || !slices.Equal(o.Choices, was.Choices) {
		t.Errorf("%s: %d steps, %d operations, choices %v; there were %d, %d, %v", how, o.Steps, o.Ops, o.Choices, was.Steps, was.Ops, was.Choices)
	}
	if cfg.Fingerprint && was.State != o.State {
		t.Errorf("%s: state %v, was %v", how, o.State, was.State)
	}
	r.says(t, how, o.Err)
	if r.Finished != nil {
		r.Finished(t, o)
	}
	return o
}

func (r *Row) says(t *testing.T, how string, err error) {
	f := failure.Of(err)
	if f == nil {
		return
	}
	text := f.Error() + "\n" + f.Detail()
	for _, s := range r.Says {
		if !strings.Contains(text, s) {
			t.Errorf("%s: the failure does not say %q:\n%s", how, s, text)
		}
	}
}

func sameRecord(t *testing.T, how string, a, b engine.Outcome) {
	if !slices.Equal(a.Named, b.Named) {
		t.Errorf("%s: other choices\nwas: %v\nis:  %v", how, b.Named, a.Named)
	}
	if !reflect.DeepEqual(withoutFunctions(a.Events), withoutFunctions(b.Events)) {
		t.Errorf("%s: other events\nwas: %v\nis:  %v", how, b.Events, a.Events)
	}
}

// withoutFunctions leaves the lines of stacks: the compiler names a closure after the functions into which it has been copied.
func withoutFunctions(events []engine.Event) []engine.Event {
	list := slices.Clone(events)
	for i := range list {
		list[i].Stack = slices.Clone(list[i].Stack)
		for j := range list[i].Stack {
			list[i].Stack[j].Func = ""
		}
		list[i].Place.Func = ""
	}
	return list
}

// follow repeats raw choices.
type follow struct {
	choices []uint32
	next    int
}

func (f *follow) take() int {
	if f.next >= len(f.choices) {
		f.next++
		return 0
	}
	f.next++
	return int(f.choices[f.next-1])
}

func (f *follow) Start(strategy.Execution) bool                     { return true }
func (f *follow) Pick([]*strategy.Op) int                           { return f.take() }
func (f *follow) PickFault(int, []*strategy.Op, []*strategy.Op) int { return f.take() }
func (f *follow) Value(strategy.Value) int                          { return f.take() }
