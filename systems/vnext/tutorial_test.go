package vnext_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	_ "github.com/ravelgo/ravel/systems/catalog" // part of the command that TestTutorial builds: the test cache is to know
	"github.com/ravelgo/ravel/systems/internal/tutorial"
	"github.com/ravelgo/ravel/systems/vnext"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

var update = flag.Bool("update", false, "rewrite the blocks of the tutorial that are kept equal to files and outputs")

// whiteBox looks for V1 with the manager's own invariants asserted.
func whiteBox() (*check.Report, error) {
	o := vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1, Invariants: true}
	cfg := o.Settings()
	cfg.Steps = 500 // nothing is waited for
	cfg.Schedules, cfg.Seed, cfg.Seeded = 100, 1, true
	return check.Explore("whitebox", cfg, vnext.Test(o))
}

// falseAlarm asserts of the correct manager, with timers that fire whenever they
// like, what holds only if everything is timely.
func falseAlarm() (*check.Report, error) {
	o := vnext.Options{Scenario: vnext.ManagerRestart, Timely: true}
	cfg := o.Settings()
	cfg.OrderedClock = false
	cfg.Schedules, cfg.Seed, cfg.Seeded, cfg.NoShrink = 100, 1, true, true
	return check.Explore("falsealarm", cfg, vnext.Test(o))
}

// vacuous passes: its only schedule has no fault in it.
func vacuous() (*check.Report, error) {
	o := vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1}
	cfg := o.Settings()
	cfg.Strategy, cfg.Schedules = "nonpreemptive", 1
	return check.Explore("vacuous", cfg, vnext.Test(o))
}

// TestTutorial compares the blocks of the tutorial with what they show. The prose between them tells what they show: read it
// after -update.
func TestTutorial(t *testing.T) {
	p := tutorial.Page{
		Root:     "../..",
		File:     "docs/testing-existing-code.md",
		Explored: map[string]func() (*check.Report, error){"whitebox": whiteBox, "falsealarm": falseAlarm, "vacuous": vacuous},
		Commands: map[string]string{
			"list": "hunt vnext",
			"V1":   "hunt vnext/V1 --seed=112",
			"V8":   "hunt vnext/V8 --seed=1 --steps=500",
		},
	}
	p.Check(t, *update)
}
