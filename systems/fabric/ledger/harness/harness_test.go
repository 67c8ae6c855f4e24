package harness_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
	"github.com/ravelgo/ravel/systems/fabric/ledger/harness"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

var study = trial.Of(harness.Test)

// TestCorrect explores the correct ledger. For more:
//
//	ravel bench correct fabric
func TestCorrect(t *testing.T) {
	for _, v := range harness.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			check.Test(t, harness.Test(v.Options), check.Schedules(trial.Few(1000)), study.Bounds(v.Options))
		})
	}
}

// The tests say something: what may happen does.
func TestNotVacuous(t *testing.T) {
	for _, v := range harness.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			r := study.Passes(t, v.Options, check.Schedules(500))
			if len(r.SilentMonitors) > 0 || len(r.Notes) > 0 {
				t.Errorf("silent monitors: %q, notes: %q", r.SilentMonitors, r.Notes)
			}
			for _, what := range r.NeverTrue {
				if v.Name != "steady" || !strings.Contains(what, "elected") && !strings.Contains(what, "failover") {
					t.Errorf("never true: %s", what)
				}
			}
			for _, what := range r.Unheard {
				if !strings.HasPrefix(what, "crash.") {
					t.Errorf("nobody hears of %s", what)
				}
			}
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]harness.Options{
		"there are 4 clients":            {Clients: 4},
		"a client has -1 calls":          {Calls: -1},
		"1 nodes may crash and 1 may be": {Crashes: 1, Suspicions: 1},
		"unknown bits 0x8000":            {Bugs: 1 << 15},
	} {
		study.Refuses(t, o, want)
	}
}

// Every defect of the ledger has a test.
func TestAllBugs(t *testing.T) {
	var all ledger.Bugs
	for _, s := range harness.Bugs() {
		if all&s.Options.Bugs != 0 || s.Name != s.Options.Bugs.String() {
			t.Errorf("%s is not listed once, and under its name", s.Name)
		}
		all |= s.Options.Bugs
	}
	if want := ledger.All(); all != want {
		t.Errorf("there is no test for %v", want&^all)
	}
}
