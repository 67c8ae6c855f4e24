package sct_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
)

// samplers are the strategies that look for bugs, in turn. An execution without preemption says how many steps to expect.
func samplers(t *testing.T, f func(sct.TB)) []gocontrol.Options {
	t.Helper()
	run(t, f, gocontrol.Options{}) // the first execution initializes the libraries
	steps := run(t, f, gocontrol.Options{Strategy: gocontrol.Default}).Steps
	return []gocontrol.Options{
		{Strategy: gocontrol.Random},
		{Strategy: gocontrol.PCT, Depth: 2, Expect: steps},
		{Strategy: gocontrol.PCT, Depth: 3, Expect: steps},
	}
}

// TestFindsBugs: every program fails as it says it does, in so many executions as it says, and again when the schedule is
// repeated.
func TestFindsBugs(t *testing.T) {
	control(t)
	for _, p := range sct.All() {
		t.Run(p.Name, func(t *testing.T) {
			if p.Within == 0 {
				fails(t, p, run(t, p.Run, witness(p)))
				return
			}
			opts := samplers(t, p.Run)
			for i := range p.Within {
				o := opts[i%len(opts)]
				o.Seed = uint64(i)
				e := run(t, p.Run, o)
				if e.symptom() == "" {
					continue
				}
				fails(t, p, e)
				fails(t, p, run(t, p.Run, gocontrol.Options{Strategy: gocontrol.Replay, Seed: o.Seed, Replay: e.Decisions}))
				t.Logf("found by %s in execution %d", names[i%len(opts)], i+1)
				return
			}
			t.Errorf("not found in %d executions", p.Within)
		})
	}
}

var names = []string{"random", "PCT2", "PCT3"}

func fails(t *testing.T, p sct.Program, e execution) {
	t.Helper()
	if s := e.symptom(); s != p.Shows {
		t.Errorf("failed by %q, want %q: %v, %q, %v", s, p.Shows, e.End, e.message, e.Panic)
	}
}

// TestTwinsPass: the correct twins do not fail in as many executions.
func TestTwinsPass(t *testing.T) {
	control(t)
	for _, p := range sct.All() {
		t.Run(p.Name, func(t *testing.T) {
			opts := samplers(t, p.Fixed)
			for i := range max(1000, p.Within) {
				o := opts[i%len(opts)]
				o.Seed = uint64(i)
				if e := run(t, p.Fixed, o); e.symptom() != "" {
					t.Fatalf("seed %d, %s: %v, %q, %v\n%v", i, names[i%len(opts)], e.End, e.message, e.Panic, e.Blocked)
				}
			}
			if p.Within == 0 {
				if e := run(t, p.Fixed, witness(p)); e.symptom() != "" {
					t.Fatalf("%v, %q", e.End, e.message)
				}
			}
		})
	}
}

// witness is the schedule in which reorder_N and twostage_N fail at any size: the first setter is stopped between its two
// halves, and the checker, which was started last, runs before all others.
func witness(p sct.Program) gocontrol.Options {
	halfway := map[string]int{"reorder": 2, "twostage": 3}[p.Family] // steps of the setter, the first one to its first point
	const first = 1
	checker := p.Threads - 1
	return gocontrol.Options{Strategy: gocontrol.Ask, Choose: func(q gocontrol.Question) (int, bool) {
		best, rank := 0, 0
		for i, d := range q.Alternatives {
			r := 1
			switch d.Value() {
			case 0: // the main goroutine starts the others
				r = 4
			case first:
				if halfway > 0 {
					r = 3
				}
			case checker:
				r = 2
			}
			if r > rank {
				best, rank = i, r
			}
		}
		if q.Alternatives[best].Value() == first {
			halfway--
		}
		return best, true
	}}
}

// TestWitness: the directed schedule fails at the sizes at which sampling finds the bug too.
func TestWitness(t *testing.T) {
	control(t)
	tried := 0
	for _, p := range sct.All() {
		if p.Family == "reorder" || p.Family == "twostage" {
			tried++
			fails(t, p, run(t, p.Run, witness(p)))
			if e := run(t, p.Fixed, witness(p)); e.symptom() != "" {
				t.Errorf("%s: the twin: %v, %q", p.Name, e.End, e.message)
			}
		}
	}
	if tried < 8 {
		t.Errorf("only %d programs", tried)
	}
}
