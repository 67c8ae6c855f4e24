package harness_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/mtable/harness"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// The calls on the correct library are linearizable in the eyes of porcupine, too: without annotations, and with them in
// executions that both oracles judge.
func TestHistories(t *testing.T) {
	for _, o := range harness.Variants() {
		t.Run(o.Name(), func(t *testing.T) {
			for name, o := range map[string]harness.Options{
				"alone": {Scenario: o.Scenario, Histories: true},
				"both":  {Scenario: o.Scenario, Both: true},
			} {
				t.Run(name, func(t *testing.T) {
					check.Test(t, harness.Test(o), check.Schedules(trial.Few(1000)), study.Bounds(o), check.BoundIsFailure())
				})
			}
		})
	}
}

// A mistake that a call returns is seen by both oracles; which comes first is a matter of the schedule. The reference also sees
// what is left behind the calls.
func TestBothFind(t *testing.T) {
	o := harness.Options{Bugs: bug.InsertBehindMigrator, Both: true}
	study.Shows(t, o, 20, 20_000, trial.Kind(failure.KindMonitor, "cannot be linearized"))
	study.Shows(t, o, 20, 20_000, trial.Kind(failure.KindAssertion, ""))
}

// And with these mistakes they are not.
func TestHistoriesFind(t *testing.T) {
	for _, o := range []harness.Options{
		{Bugs: bug.EnsurePartitionSwitchedFromPopulated},
		{Bugs: bug.TombstoneOutputETag},
		{Bugs: bug.TombstoneOutputETagLiteral},
		{Bugs: bug.InsertBehindMigrator},
		{Bugs: bug.DefectJ},
		{Bugs: bug.MigrateSkipPreferOld, Scenario: harness.ReadAtStart},
		{Bugs: bug.MigrateSkipUseNewWithTombstones, Scenario: harness.ReadAcrossDelete},
	} {
		t.Run(o.Bugs.String(), func(t *testing.T) {
			o.Histories = true
			study.Shows(t, o, 3, 20_000, trial.Kind(failure.KindMonitor, "cannot be linearized"))
		})
	}
}
