package trial

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
)

// Passes explores the test that o describes and ends t if anything is found.
func (s Study[O]) Passes(t testing.TB, o O, settings ...check.Option) *check.Report {
	t.Helper()
	r := s.Explore(t, o, settings...)
	switch {
	case r.Failure != nil:
		t.Fatalf("%s\n%s", r.Failure.Sentence(), r.Summary())
	case r.Nondeterminism != nil:
		t.Fatalf("%v\n%s", r.Nondeterminism, r.Summary())
	}
	return r
}

// Exhaust visits every state of the test that o describes, with a strategy that counts them. It is an error if anything is
// found, if states are left after so many executions, or if there is something to note about the search.
func (s Study[O]) Exhaust(t testing.TB, o O, strategy string, schedules uint64) *check.Report {
	t.Helper()
	r := s.Explore(t, o, check.Strategy(strategy), check.Schedules(schedules))
	if r.Failure != nil || r.Nondeterminism != nil || !r.Exhausted || r.States == 0 || len(r.Notes) > 0 {
		t.Errorf("%+v under %s: exhausted: %v, failure %v, nondeterminism %v, notes %q, %s",
			o, strategy, r.Exhausted, r.Failure, r.Nondeterminism, r.Notes, r.Summary())
	}
	t.Logf("%+v under %s: %d states in %d executions", o, strategy, r.States, r.Executions)
	return r
}

// NotVacuous looks for what a test that passes may hide: monitors that hear nothing, notifications that none hears,
// conditions that never hold, and, as states are compared, what has no digest or is shared by machines.
func (s Study[O]) NotVacuous(t testing.TB, o O, schedules uint64) {
	t.Helper()
	r := s.Passes(t, o, check.Schedules(schedules), check.Lasso())
	for what, list := range map[string][]string{
		"silent monitors": r.SilentMonitors,
		"unheard events":  r.Unheard,
		"never true":      r.NeverTrue,
		"notes":           r.Notes,
	} {
		if len(list) > 0 {
			t.Errorf("%s: %q", what, list)
		}
	}
}

// Refuses reports an error unless the test that o describes fails at once and says why.
func (s Study[O]) Refuses(t testing.TB, o O, why string) {
	t.Helper()
	if r := s.Explore(t, o, check.Schedules(1)); r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), why) {
		t.Errorf("%+v: %v, want a failure that says %q", o, r.Failure, why)
	}
}
