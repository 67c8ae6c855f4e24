package sct_test

import (
	"errors"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/sct"
)

// kinds are the kinds of failures by which symptoms are reported.
var kinds = map[sct.Symptom]failure.Kind{
	sct.Assertion: failure.KindTest,
	sct.Deadlock:  failure.KindDeadlock,
	sct.Panic:     failure.KindPanic,
}

// TestUnderCheck: as bodies of Ravel tests the programs fail in the same way, and the twins do not.
func TestUnderCheck(t *testing.T) {
	control(t)
	for _, p := range sct.All() {
		if p.Within == 0 || p.Within > 5000 {
			continue // the time goes to the others
		}
		t.Run(p.Name, func(t *testing.T) {
			report := explore(t, check.Config{Strategy: "portfolio", Schedules: 20_000, Workers: 1, Goroutines: true}, p.Run)
			if report.Failure == nil {
				t.Fatalf("not found in %d executions", report.Executions)
			}
			var f failure.Failure
			if !errors.As(report.Failure.Err, &f) || f.Kind() != kinds[p.Shows] {
				t.Errorf("want a failure of the kind %s, got %v", kinds[p.Shows], report.Failure.Err)
			}
			if !report.Failure.Reproduced {
				t.Error("the failure did not reproduce")
			}
			if report := explore(t, check.Config{Strategy: "portfolio", Schedules: 300, Workers: 1, Goroutines: true}, p.Fixed); report.Failure != nil {
				t.Errorf("the twin failed: %v", report.Failure.Err)
			}
		})
	}
}

func explore(t *testing.T, cfg check.Config, f func(sct.TB)) *check.Report {
	t.Helper()
	report, err := check.Explore(t.Name(), cfg, func(t *check.T) { f(t) })
	if err != nil {
		t.Fatal(err)
	}
	if report.Nondeterminism != nil {
		t.Fatal(report.Nondeterminism)
	}
	return report
}
