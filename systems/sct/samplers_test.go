package sct_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
)

// The samplers against the probabilities that follow from their papers and from models of the programs, neither of which
// knows their code.

// sampleRuns is how many executions a share is taken from.
const sampleRuns = 20_000

// sample counts how many executions of a program fail under a strategy, as a test runs them: natively where the
// runtime has the strategy, with profiles where it needs them. It tells how many there were: a few are repeated by the
// tester to see that they are deterministic.
func sample(t *testing.T, p sct.Program, strategy string) (runs, failed int) {
	t.Helper()
	report := explore(t, check.Config{Strategy: strategy, Schedules: sampleRuns, Seed: 1, Seeded: true, Workers: 1, Goroutines: true}, func(sct.TB) {
		var rec recorder
		p.Run(&rec)
		runs++
		if rec.message != "" {
			failed++
		}
	})
	if report.Failure != nil || report.Executions != sampleRuns || runs < sampleRuns || runs > sampleRuns+sampleRuns/500 {
		t.Fatalf("%d of %d executions, %d of the body: %v", report.Executions, sampleRuns, runs, report.Failure)
	}
	return runs, failed
}

// modeled returns a program and its model.
func modeled(t *testing.T, name string) (sct.Program, *model) {
	t.Helper()
	p, err := sct.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	m := modelOf(p)
	if m == nil {
		t.Fatalf("%s has no model", name)
	}
	return p, m
}

// TestSamplersAreExact: random, POS and URW fail as often as they should.
func TestSamplersAreExact(t *testing.T) {
	control(t)
	posOf := func(m *model) float64 { return pos{m, make(map[string]float64)}.probability() }
	urwOf := func(m *model) float64 { return urw(m, 4) }
	for _, c := range []struct {
		program, strategy string
		probability       func(*model) float64
	}{
		{"reorder_3", "random", uniform},
		{"reorder_5", "random", uniform},
		{"twostage_3", "random", uniform},
		{"reorder_3", "pos", posOf},
		{"twostage", "pos", posOf},
		{"reorder_3", "urw", urwOf},
		{"reorder_5", "urw", urwOf},
		{"reorder_10", "urw", urwOf},
	} {
		t.Run(c.program+" "+c.strategy, func(t *testing.T) {
			p, m := modeled(t, c.program)
			exact(t, p, c.strategy, c.probability(m))
		})
	}
}

// exact compares the share of the executions that fail with a probability.
func exact(t *testing.T, p sct.Program, strategy string, want float64) {
	t.Helper()
	runs, failed := sample(t, p, strategy)
	t.Logf("%d of %d executions failed, the probability is %.6f", failed, runs, want)
	if !plausible(runs, failed, want) {
		t.Errorf("%s under %s: %d of %d executions failed, the probability is %v", p.Name, strategy, failed, runs, want)
	}
}

// TestURWBetween: the checker of twostage_N takes 4 steps or 6, and the profiles say how many on average. The share is that
// of some mean between.
func TestURWBetween(t *testing.T) {
	control(t)
	for _, name := range []string{"twostage", "twostage_3"} {
		p, m := modeled(t, name)
		low, high := 1.0, 0.0
		for steps := 4.0; steps <= 6; steps += 0.125 {
			v := urw(m, steps)
			low, high = min(low, v), max(high, v)
		}
		runs, failed := sample(t, p, "urw")
		t.Logf("%s: %d of %d executions failed, the probability is between %.6f and %.6f", name, failed, runs, low, high)
		if _, atLeast := tails(runs, failed, high); atLeast < unlikely {
			t.Errorf("%s: %d of %d executions failed, the probability is at most %v", name, failed, runs, high)
		}
		if atMost, _ := tails(runs, failed, low); atMost < unlikely {
			t.Errorf("%s: %d of %d executions failed, the probability is at least %v", name, failed, runs, low)
		}
	}
}

// TestPCTIsExact: with a given number of picks PCT fails as often as it should, at each depth.
func TestPCTIsExact(t *testing.T) {
	control(t)
	for _, c := range []struct {
		program      string
		depth, picks int
	}{
		{"reorder_3", 1, 20}, {"reorder_3", 2, 20}, {"reorder_3", 3, 20}, {"reorder_3", 3, 12}, {"reorder_4", 3, 25},
		{"twostage", 1, 15}, {"twostage", 2, 15}, {"twostage", 3, 15}, {"twostage_3", 2, 30}, {"twostage_3", 3, 22},
	} {
		p, m := modeled(t, c.program)
		want := pct(m, c.depth, c.picks)
		run(t, p.Run, gocontrol.Options{})
		failed := 0
		for seed := range uint64(sampleRuns) {
			if run(t, p.Run, gocontrol.Options{Strategy: gocontrol.PCT, Depth: c.depth, Expect: uint64(c.picks), Seed: seed}).symptom() != "" {
				failed++
			}
		}
		t.Logf("%s, depth %d, %d picks: %d of %d executions failed, the probability is %.6f", c.program, c.depth, c.picks, failed, sampleRuns, want)
		if want == 0 && failed > 0 || want > 0 && !plausible(sampleRuns, failed, want) {
			t.Errorf("%s, depth %d, %d picks: %d of %d executions failed, the probability is %v", c.program, c.depth, c.picks, failed, sampleRuns, want)
		}
	}
}

// TestPCTGuarantee: a bug of depth d is found with probability at least 1/(n k^(d-1)), whatever the tester takes for k. The
// constraints that provoke it: one half of an update comes before the checker's first look, and the other half, and that of every
// other update, behind its second one.
func TestPCTGuarantee(t *testing.T) {
	control(t)
	for _, name := range []string{"reorder_3", "twostage", "twostage_3"} {
		p, m := modeled(t, name)
		depth := m.setters + 1
		picks := p.Ops + 2*p.Threads // no execution has more: every thread may block once
		guaranteed := 1.0 / float64(p.Threads)
		for range depth - 1 {
			guaranteed /= float64(picks)
		}
		runs, failed := sample(t, p, fmt.Sprintf("pct:%d", depth))
		t.Logf("%s: %d of %d executions failed, the probability is at least %.6f", name, failed, runs, guaranteed)
		if atMost, _ := tails(runs, failed, guaranteed); atMost < unlikely || failed == 0 {
			t.Errorf("%s: %d of %d executions failed, the probability is at least %v", name, failed, runs, guaranteed)
		}
	}
}

// TestSamplersDiffer: the shares of so many executions tell the samplers apart, so a sampler that is another one is noticed.
func TestSamplersDiffer(t *testing.T) {
	_, m := modeled(t, "reorder_3")
	p := []float64{uniform(m), pos{m, make(map[string]float64)}.probability(), urw(m, 4), pct(m, 2, 20), pct(m, 3, 20)}
	for i, is := range p {
		for j, other := range p {
			if share := int(sampleRuns * is); plausible(sampleRuns, share, other) != (i == j) {
				t.Errorf("%d of %d executions with probability %v: plausible %v", share, sampleRuns, other, i != j)
			}
		}
	}
}

// TestModelsAgree: what the models have in common comes to the same.
func TestModelsAgree(t *testing.T) {
	for _, name := range []string{"reorder_3", "reorder_5", "twostage", "twostage_3"} {
		_, m := modeled(t, name)
		want, _ := m.random().Float64()
		if got := uniform(m); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %v with float64, %v with rational numbers", name, got, want)
		}
	}
}

// TestRanking: that a thread makes m moves before another one makes its only one has the probability 1/(m+1), if each move
// gets a priority of its own.
func TestRanking(t *testing.T) {
	const many, single = 0, 1
	var ahead func(r ranking, moves int) float64
	ahead = func(r ranking, moves int) float64 {
		switch {
		case moves == 0:
			return 1
		case r.top() == single:
			return 0
		}
		return r.without(many).with([]int{many}, func(r ranking) float64 { return ahead(r, moves-1) })
	}
	for m := range 6 {
		got := newRanking().with([]int{many, single}, func(r ranking) float64 { return ahead(r, m) })
		if want := 1 / float64(m+1); math.Abs(got-want) > 1e-12 {
			t.Errorf("%d moves first: %v, want %v", m, got, want)
		}
	}
}
