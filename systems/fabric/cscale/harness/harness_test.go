package harness_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/harness"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

var study = trial.Of(harness.Test)

// TestCorrect explores the correct services. For more executions:
//
//	go test ./fabric/cscale/harness -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range harness.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			check.Test(t, harness.Test(v.Options), check.Schedules(trial.Few(200)), study.Bounds(v.Options))
		})
	}
}

// The tests say something: what is meant to happen in them does.
func TestNotVacuous(t *testing.T) {
	for _, v := range harness.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			r := study.Passes(t, v.Options, trial.Seeded(100, 1))
			failovers := v.Options.Crashes+v.Options.Suspicions+v.Options.Swaps > 0
			for _, never := range r.NeverTrue {
				if failovers || !strings.Contains(never, "failover") && !strings.Contains(never, "is elected") {
					t.Errorf("never true: %q", never)
				}
			}
			if len(r.SilentMonitors) > 0 && failovers {
				t.Errorf("silent monitors: %q", r.SilentMonitors)
			}
		})
	}
}

// Each rule of the monitors is broken by a test that is made for it.
func TestMonitors(t *testing.T) {
	for _, m := range harness.Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			study.Shows(t, m.Options, 5, 20, trial.Says(m.Want))
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	one := harness.Options{Job: wordcount.Job{Tuning: stream.Tuning{Batch: 1}}, Nodes: 3, Replicas: 3}
	for want, change := range map[string]func(*harness.Options){
		"have 2 or more":           func(o *harness.Options) { o.Replicas, o.Crashes = 1, 1 },
		"would be lost":            func(o *harness.Options) { o.Crashes, o.Suspicions = 1, 1 },
		"must be there in the end": func(o *harness.Options) { o.All, o.Crashes = true, 1 },
		"Bugs has unknown bits ":   func(o *harness.Options) { o.Bugs = 1 << 15 },
	} {
		o := one
		change(&o)
		study.Refuses(t, o, want)
	}
}

// Every defect has a test.
func TestAllBugs(t *testing.T) {
	var all cscale.Bugs
	for _, s := range harness.Bugs() {
		if all.Has(s.Options.Bugs) || s.Name != s.Options.Bugs.String() {
			t.Errorf("%s is listed twice, or not under its name", s.Name)
		}
		all |= s.Options.Bugs
	}
	if all.Check() != nil || (all+1).Check() == nil {
		t.Errorf("these are not all: %v", all)
	}
}
