package harness_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/mtable/harness"
)

var study = trial.Of(harness.Test)

// TestCorrect explores the correct library, more than 20,000 executions in all scenarios together. For more:
//
//	go test ./mtable/harness -run TestCorrect -timeout 0 -ravel.schedules=1000000
func TestCorrect(t *testing.T) {
	for _, o := range harness.Variants() {
		t.Run(o.Name(), func(t *testing.T) {
			check.Test(t, harness.Test(o), check.Schedules(trial.Few(3000)), study.Bounds(o), check.BoundIsFailure())
		})
	}
}

// The tests say something: what may happen does.
func TestNotVacuous(t *testing.T) {
	for _, o := range harness.Variants() {
		t.Run(o.Name(), func(t *testing.T) { study.NotVacuous(t, o, 400) })
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]harness.Options{
		"there is no Scenario(99)": {Scenario: 99},
		"unknown bits 0x80000000":  {Bugs: 1 << 31},
	} {
		study.Refuses(t, o, want)
	}
}
