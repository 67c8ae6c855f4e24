// Package spectest tests monitors by programs: a correct one that has to pass under every schedule, and mutants of it,
// each of which has to fail in one way.
package spectest

import (
	"errors"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// Correct explores a program under every schedule, and again by states, which need digests of the monitors. It has to pass,
// and everything that it registers has to hear something.
func Correct(t *testing.T, body func(*check.T)) {
	t.Helper()
	exhaust(t, "dfs", body)
	exhaust(t, "states", body)
}

// CorrectStates is Correct for programs with too many schedules: only their states are explored, all of them.
func CorrectStates(t *testing.T, body func(*check.T)) {
	t.Helper()
	exhaust(t, "states", body)
}

func exhaust(t *testing.T, strategy string, body func(*check.T)) {
	t.Helper()
	r, err := check.Explore(t.Name(), check.Config{Strategy: strategy, Schedules: 200_000}, body)
	switch {
	case err != nil:
		t.Fatal(err)
	case r.Failure != nil:
		t.Fatalf("%s: the correct program fails: %v\n%v", strategy, r.Failure.Err, r.Failure.Trace)
	case !r.Exhausted || r.Bounded > 0:
		t.Fatalf("%s: not every schedule was explored: %s", strategy, r.Summary())
	case r.Nondeterminism != nil:
		t.Fatalf("%s: %v", strategy, r.Nondeterminism)
	case len(r.SilentMonitors) > 0 || len(r.Unheard) > 0 || len(r.NeverTrue) > 0:
		t.Fatalf("%s: silent %v, unheard %v, never %v", strategy, r.SilentMonitors, r.Unheard, r.NeverTrue)
	}
	t.Logf("%s: %d executions, %d states", strategy, r.Executions, r.States)
}

// Mutant explores a program until it fails, replays that, and compares what the monitor says. What it says may depend on
// the schedule that is found, so strategy and seed are fixed.
func Mutant(t *testing.T, body func(*check.T), want string) *check.Failure {
	t.Helper()
	cfg := check.Config{Strategy: "random", Schedules: 100_000, Seed: 1, Seeded: true}
	r, err := check.Explore(t.Name(), cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	f := r.Failure
	if f == nil {
		t.Fatalf("the mutant passes: %s", r.Summary())
	}
	if !f.Reproduced {
		t.Errorf("the failure did not happen again: %v", f.Err)
	}
	said := f.Err.Error()
	var v *failure.MonitorViolation
	if errors.As(f.Err, &v) {
		said = v.Message
	}
	if said != want {
		t.Errorf("the monitor says\n\t%s\nwant\n\t%s", said, want)
	}
	return f
}
