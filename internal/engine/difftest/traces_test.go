package difftest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// taken is a step as a Reducer is told of it, in names that mean the same in every execution.
type taken struct {
	name    string          // the operation, and how many steps it took before
	touches map[string]bool // what it meets; true if it changes that
}

// dependent is the dependency, by pairs of steps.
func (a taken) dependent(b taken) bool {
	for what, changes := range a.touches {
		if other, both := b.touches[what]; both && (changes || other) {
			return true
		}
	}
	return false
}

// teller is a search that notes the steps of each execution.
type teller struct {
	search
	watch strategy.Observer
	prune func(ops, faults []*strategy.Op) bool // nil: never
	cut   func(op *strategy.Op, did []strategy.Action)
	clock bool // whether starts and fires of timers meet at the clock
	reads bool // whether some step read the clock

	ops    []*strategy.Op // by Index
	counts map[string]int
	steps  []taken
	values string // chosen in this step
	failed bool   // the last step ended the execution
}

func (s *teller) Start(e strategy.Execution) bool {
	s.ops, s.counts, s.steps, s.values, s.failed = s.ops[:0], map[string]int{}, nil, "", false
	return s.search.Start(e)
}

func (s *teller) Value(v strategy.Value) int {
	n := s.search.Value(v)
	s.values += fmt.Sprint(" ", n)
	return n
}

func (s *teller) Enabled(op *strategy.Op) {
	s.know(op)
	s.watch.Enabled(op)
}

func (s *teller) Disabled(op *strategy.Op) { s.watch.Disabled(op) }

func (s *teller) Prune(ops, faults []*strategy.Op) bool {
	for _, o := range slices.Concat(ops, faults) {
		s.know(o)
	}
	return s.prune != nil && s.prune(ops, faults)
}

func (s *teller) Executed(op *strategy.Op, did []strategy.Action) {
	s.note(op, did)
	s.watch.Executed(op, did)
}

func (s *teller) Cut(op *strategy.Op, did []strategy.Action) {
	s.note(op, did)
	s.failed = true
	if s.cut != nil {
		s.cut(op, did)
	}
}

func (s *teller) know(op *strategy.Op) {
	if op.Kind == strategy.End {
		return
	}
	for op.Index >= len(s.ops) {
		s.ops = append(s.ops, nil)
	}
	s.ops[op.Index] = op
}

func (s *teller) path(o strategy.Object) string {
	if int(o) >= len(s.ops) || s.ops[o] == nil {
		return fmt.Sprint("op ", o)
	}
	return s.ops[o].Path()
}

func (s *teller) note(op *strategy.Op, did []strategy.Action) {
	s.know(op)
	path := op.Path()
	t := taken{name: fmt.Sprintf("%s:%d%s", path, s.counts[path], s.values), touches: map[string]bool{"self " + path: true}}
	s.counts[path]++
	s.values = ""
	if op.Kind == strategy.Fault {
		t.touches["self "+op.Creator.Path()] = true
	}
	for _, a := range did {
		switch a.Kind {
		case strategy.Send:
			t.touches["inbox "+s.path(a.Object)] = true
		case strategy.DefaultRun:
			if a.Event == 0 {
				t.touches["inbox "+s.path(a.Object)] = true
			}
		case strategy.Halt:
			t.touches["inbox "+s.path(a.Object)] = true
		case strategy.Crash:
			t.touches["inbox "+s.path(a.Object)] = true
			t.touches["self "+s.path(a.Object)] = true
		case strategy.TimerStop:
			t.touches["self "+s.path(a.Object)] = true
		case strategy.TimerStart:
			if s.clock && !t.touches["clock"] {
				t.touches["clock"] = false
			}
		case strategy.Fire:
			t.touches["inbox "+s.path(a.Object)] = true
			if s.clock {
				t.touches["clock"] = true
			}
		case strategy.Write, strategy.Inject, strategy.Notify:
			t.touches[fmt.Sprintf("object %x", a.Object)] = true
		case strategy.Read:
			if a.Object == strategy.BudgetObject(0) {
				continue // a fault is on offer too late: that makes it impossible, but nothing else different
			}
			s.reads = s.reads || a.Object == strategy.Clock
			what := fmt.Sprintf("object %x", a.Object)
			if a.Object == strategy.Clock {
				what = "clock"
			}
			if !t.touches[what] {
				t.touches[what] = false
			}
		case strategy.Quiesce:
			t.touches["quiet"] = true
		}
	}
	if !t.touches["quiet"] {
		t.touches["quiet"] = false
	}
	s.steps = append(s.steps, t)
}

// trace is the Mazurkiewicz trace of the execution that has ended: its steps, and the order of those that depend on each
// other. What a failure does not depend on might as well not have happened.
func (s *teller) trace() string {
	var lines []string
	if s.failed {
		s.steps = past(s.steps)
	}
	for i, a := range s.steps {
		lines = append(lines, a.name)
		for _, b := range s.steps[i+1:] {
			if a.dependent(b) {
				lines = append(lines, a.name+" < "+b.name)
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// past keeps the steps on which the last one depends, directly or not.
func past(steps []taken) []taken {
	kept := []taken{steps[len(steps)-1]}
	for i := len(steps) - 2; i >= 0; i-- {
		if slices.ContainsFunc(kept, steps[i].dependent) {
			kept = append(kept, steps[i])
		}
	}
	slices.Reverse(kept)
	return kept
}

// traces returns the traces of the complete executions of a search, each with how often it was run and the choices of the
// first; ok is false if the search did not come to its end.
func traces(p *Program, s *teller, limit int) (runs map[string]int, how map[string][]uint32, ok bool) {
	c, err := compile(p)
	if err != nil {
		return nil, nil, false
	}
	runs, how = map[string]int{}, map[string][]uint32{}
	e := engine.New()
	defer e.Close()
	for n := 0; s.Start(strategy.Execution{MaxSteps: maxSteps}); n++ {
		if n == limit {
			return nil, nil, false
		}
		o := e.Run(p.config(), s, engine.Program{Body: c.run().body})
		s.Finish(strategy.Result{Bounded: o.Bounded})
		if o.Bounded {
			return nil, nil, false
		}
		if o.Pruned {
			continue
		}
		t := s.trace()
		if runs[t]++; how[t] == nil {
			how[t] = append([]uint32{}, o.Choices...)
		}
	}
	return runs, how, s.Exhausted()
}

// coverage compares the traces that DPOR runs with those of all schedules: how many there are, how many complete executions
// it needs, and a trace that it misses.
func coverage(p *Program, limit int) (all, needed int, missed string) {
	var clock bool
	dfs := strategy.NewDFS(0)
	s := &teller{search: dfs, watch: dfs}
	every, how, ok := traces(p, s, limit)
	if clock = s.reads; ok && clock {
		dfs = strategy.NewDFS(0)
		every, how, ok = traces(p, &teller{search: dfs, watch: dfs, clock: true}, limit)
	}
	if !ok {
		return 0, 0, ""
	}
	d := strategy.NewDPOR()
	some, _, ok := traces(p, &teller{search: d, watch: d, prune: d.Prune, cut: d.Cut, clock: clock}, 3*limit)
	if !ok {
		return 0, 0, "not exhausted"
	}
	for t := range every {
		if some[t] == 0 {
			missed = t + "\n" + strings.Join(Story(p, how[t]), "\n")
		}
	}
	for t, n := range some {
		if needed += n; every[t] == 0 {
			missed = "a trace that no schedule has\n" + t
		}
	}
	return len(every), needed, missed
}

// DPOR runs each trace of random programs.
func TestReductionCoversAllTraces(t *testing.T) {
	counted, executions, all, missing := 0, 0, 0, 0
	for seed := range seeds(*programs) {
		p := Generate(seed)
		n, needed, missed := coverage(p, *most/2)
		if missed != "" {
			if missing++; missing <= 3 {
				p = Shrink(p, func(q *Program) bool { _, _, m := coverage(q, *most/2); return m != "" })
				_, _, missed = coverage(p, *most/2)
				t.Errorf("seed %d\n%s\nmissed:\n%s", seed, p, missed)
			}
			continue
		}
		if n > 0 {
			counted++
			all += n
			executions += needed
		}
	}
	t.Logf("%d programs, %d traces, %d complete executions: %.3f for each; %d miss some", counted, all, executions, float64(executions)/float64(all), missing)
}
