package engine_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// shown is a probe that goroutines and handlers may use: its memory is the engine's business, and no scheduling point.
type shown struct {
	enginetest.Probe
	ctx  ctx
	quit func()
}

func (s *shown) See(format string, args ...any) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	s.Probe.See(format, args...)
}

// goRow is a program with goroutines, and the outcomes that it must have.
//
// It is explored by depth-first search to its end, in executions that are checked, recorded, or neither, which must make no
// difference. Then strategies that the runtime knows itself sample it: what they meet must be among the outcomes. Executions
// are replayed from raw choices, deviations and names: the same outcome, failure, steps, choices and Digest.
type goRow struct {
	Name   string
	Config engine.Config // MaxSteps and Threshold of 0 stand for 300 and 200
	Sample bool          // too large, or endless, for a search: it is only sampled, with every Want to be met

	Body    func(p *shown, c ctx)
	AtEnd   func(p *shown)
	Cleanup func(p *shown)

	Want []string // see enginetest.Outcome
	Says []string // what every failure must contain, in its sentence or its details
	Runs int      // executions of the search, if a hand has counted them

	told map[string]string // the failure that came with an outcome
}

// Bounds of the exploration of one row.
const (
	goRowMost    = 20_000 // executions of a search
	goRowReplays = 12     // of each way to explore, besides the first of each outcome
	goRowSamples = 60     // executions of a sampler
)

func runGoRows(t *testing.T, rows []goRow) {
	controlled(t)
	for i := range rows {
		t.Run(rows[i].Name, rows[i].test)
	}
}

func (r *goRow) config() engine.Config {
	cfg := r.Config
	cfg.Goroutines = true
	if cfg.MaxSteps == 0 {
		cfg.MaxSteps = 300
	}
	if cfg.Threshold == 0 {
		cfg.Threshold = 200
	}
	return cfg
}

func (r *goRow) program(p *shown) engine.Program {
	prog := engine.Program{Body: func(c *ravel.Context) { r.Body(p, c) }}
	if r.AtEnd != nil {
		prog.AtEnd = func() { r.AtEnd(p) }
	}
	if r.Cleanup != nil {
		prog.Cleanup = func() { r.Cleanup(p) }
	}
	return prog
}

// goSamplers are strategies that the runtime knows itself, and one that it does not.
var goSamplers = []string{"random", "pos", "pct:3", "nonpreemptive", "urw"}

func (r *goRow) test(t *testing.T) {
	e, again := engine.New(), engine.New()
	defer e.Close()
	defer again.Close()
	var first []string
	met := map[string]bool{}
	modes := []struct {
		name string
		set  func(*engine.Config)
	}{
		{"plain", func(*engine.Config) {}},
		{"checked", func(c *engine.Config) { c.Check = true }},
		{"recorded", func(c *engine.Config) { c.Check, c.Record = true, true }},
	}
	if !r.Sample {
		for _, m := range modes {
			cfg := r.config()
			m.set(&cfg)
			d := strategy.NewDFS(goRowMost)
			ran := r.explore(t, "dfs, "+m.name, e, again, cfg, d, goRowMost)
			if t.Failed() {
				return
			}
			if !d.Exhausted() {
				t.Errorf("dfs, %s: not exhausted after %d executions: %v", m.name, d.Executions(), d.Err())
			}
			if r.Runs > 0 && len(ran) != r.Runs {
				t.Errorf("dfs, %s: %d executions, counted by hand: %d", m.name, len(ran), r.Runs)
			}
			if first == nil {
				first = ran
				r.compare(t, ran)
			} else if !slices.Equal(first, ran) {
				t.Errorf("dfs, %s: other executions than in the first mode: %d, not %d", m.name, len(ran), len(first))
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d executions", len(first))
	}
	samples := goRowSamples
	if testing.Short() {
		samples /= 4
	}
	for _, name := range goSamplers {
		f, err := strategy.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range modes {
			cfg := r.config()
			m.set(&cfg)
			for _, out := range r.explore(t, name+", "+m.name, e, again, cfg, strategy.WithFaults(f()), samples) {
				met[out] = true
				if !slices.Contains(r.Want, out) {
					t.Errorf("%s, %s: unexpected outcome %q", name, m.name, out)
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	for _, w := range r.Want {
		if r.Sample && !met[w] {
			t.Errorf("no sampler met outcome %q", w)
		}
	}
}

// explore runs executions and returns their outcomes in order.
func (r *goRow) explore(t *testing.T, how string, e, again *engine.Engine, cfg engine.Config, s strategy.Strategy, runs int) []string {
	var all []string
	known := map[string]bool{}
	for k := range runs {
		p := &shown{}
		if !s.Start(strategy.Execution{K: uint64(k), Seed: uint64(k) + 1, MaxSteps: cfg.MaxSteps, Steps: 40, Length: 20, Ops: 8}) {
			break
		}
		o := e.Run(cfg, s, r.program(p))
		if f, ok := s.(strategy.Finisher); ok {
			f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Failed: o.Err != nil, Bounded: o.Bounded})
		}
		out := enginetest.Outcome(&p.Probe, o)
		all = append(all, out)
		if k < goRowReplays || !known[out] {
			r.replay(t, how, again, cfg, o, out)
		}
		known[out] = true
		if f := failure.Of(o.Err); f != nil && r.told[out] == "" {
			if r.told == nil {
				r.told = map[string]string{}
			}
			r.told[out] = fmt.Sprintf(": %v\n%s", f, f.Detail())
		}
		if t.Failed() {
			t.Logf("%s: execution %d: %q%s", how, k, out, r.told[out])
			return all
		}
	}
	return all
}

func (r *goRow) compare(t *testing.T, ran []string) {
	t.Helper()
	got, want := slices.Clone(ran), slices.Clone(r.Want)
	slices.Sort(got)
	slices.Sort(want)
	got, want = slices.Compact(got), slices.Compact(want)
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("missing outcome %q", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("unexpected outcome %q%s", g, r.told[g])
		}
	}
}

// replay runs an execution again: by its raw choices, which also names them; by the deviations, and by the names.
func (r *goRow) replay(t *testing.T, how string, e *engine.Engine, cfg engine.Config, was engine.Outcome, out string) {
	cfg.Record = true
	raw := &rawChoices{choices: slices.Clone(was.Choices)}
	was.Choices, was.Named, was.Events = raw.choices, slices.Clone(was.Named), slices.Clone(was.Events)
	first := r.once(t, how+", raw choices", e, cfg, raw, was, out)
	if raw.next != len(raw.choices) {
		t.Errorf("%s: %d of %d raw choices were used", how, raw.next, len(raw.choices))
	}
	if was.Named != nil {
		sameRecords(t, how+", raw choices", first, was)
	}
	var deviations []schedule.Choice
	for _, n := range first.Named {
		deviations = append(deviations, n.Choice)
	}
	byName := strategy.NewReplay(deviations)
	byName.Start(strategy.Execution{})
	second := r.once(t, how+", deviations", e, cfg, byName, was, out)
	byName.Finish(strategy.Result{})
	if err := byName.Err(); err != nil || byName.Used() != len(deviations) {
		t.Errorf("%s: the replay used %d of %d deviations: %v", how, byName.Used(), len(deviations), err)
	}
	sameRecords(t, how+", deviations", second, first)
	guided := strategy.NewGuided(first.Named)
	guided.Start(strategy.Execution{})
	r.once(t, how+", names", e, cfg, guided, was, out)
	if err := guided.Stale(); err != nil {
		t.Errorf("%s: the names are stale in the same program: %v", how, err)
	}
}

// once runs a recorded execution, and compares how it ended.
func (r *goRow) once(t *testing.T, how string, e *engine.Engine, cfg engine.Config, s strategy.Strategy, was engine.Outcome, out string) engine.Outcome {
	p := &shown{}
	o := e.Run(cfg, s, r.program(p))
	o.Named, o.Events, o.Choices = slices.Clone(o.Named), slices.Clone(o.Events), slices.Clone(o.Choices)
	if got := enginetest.Outcome(&p.Probe, o); got != out {
		t.Errorf("%s: outcome %q, was %q", how, got, out)
	}
	if (was.Err != nil || o.Err != nil) && !failure.Same(o.Err, was.Err) {
		t.Errorf("%s: not the same failure\nwas: %v\nis:  %v", how, failure.Key(was.Err), failure.Key(o.Err))
	}
	if o.Steps != was.Steps || !slices.Equal(o.Choices, was.Choices) || o.Digest != was.Digest {
		t.Errorf("%s: %d steps, choices %v, digest %x; there were %d, %v, %x", how, o.Steps, o.Choices, o.Digest, was.Steps, was.Choices, was.Digest)
	}
	// While the runtime decides, nobody counts goroutines that come and go.
	if o.Ops < was.Ops || o.Goroutines < was.Goroutines || was.Named != nil && (o.Ops != was.Ops || o.Goroutines != was.Goroutines) {
		t.Errorf("%s: %d operations, %d goroutines; there were %d, %d", how, o.Ops, o.Goroutines, was.Ops, was.Goroutines)
	}
	if was.Named != nil && o.Stalled != was.Stalled || o.Outside != was.Outside {
		t.Errorf("%s: stalled %v, outside %d; was %v, %d", how, o.Stalled, o.Outside, was.Stalled, was.Outside)
	}
	if f := failure.Of(o.Err); f != nil {
		text := f.Error() + "\n" + f.Detail()
		for _, s := range r.Says {
			if !strings.Contains(text, s) {
				t.Errorf("%s: the failure does not say %q:\n%s", how, s, text)
			}
		}
	}
	return o
}

func sameRecords(t *testing.T, how string, a, b engine.Outcome) {
	t.Helper()
	if !slices.Equal(a.Named, b.Named) {
		t.Errorf("%s: other choices\nwas: %v\nis:  %v", how, b.Named, a.Named)
	}
	if !reflect.DeepEqual(a.Events, b.Events) {
		t.Errorf("%s: other events\nwas: %v\nis:  %v", how, b.Events, a.Events)
	}
}

// rawChoices repeats what an execution has chosen.
type rawChoices struct {
	choices []uint32
	next    int
}

func (f *rawChoices) take() int {
	f.next++
	if f.next > len(f.choices) {
		return 0
	}
	return int(f.choices[f.next-1])
}

func (f *rawChoices) Start(strategy.Execution) bool                     { return true }
func (f *rawChoices) Pick([]*strategy.Op) int                           { return f.take() }
func (f *rawChoices) PickFault(int, []*strategy.Op, []*strategy.Op) int { return f.take() }
func (f *rawChoices) Value(strategy.Value) int                          { return f.take() }
