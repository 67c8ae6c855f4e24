package trial

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Find explores the test that o describes and returns the failure. It ends t if there is none, or if it does not come back.
func (s Study[O]) Find(t testing.TB, o O, settings ...check.Option) *check.Failure {
	t.Helper()
	return Found(t, s.Explore(t, o, settings...))
}

// Found returns the failure in a report. It ends t if there is none, or if it did not come back.
func Found(t testing.TB, r *check.Report) *check.Failure {
	t.Helper()
	switch f := r.Failure; {
	case f == nil:
		t.Fatalf("nothing found: %s", r.Summary())
	case !f.Reproduced:
		t.Fatalf("not reproduced: %s", f.Sentence())
	}
	return r.Failure
}

// Replays saves the schedule of a failure to a file and runs what it reads back so many times. It ends t unless the test
// that o describes fails as before each time, after as many steps. It returns the settings of such a replay, under which
// the correct code should pass.
func (s Study[O]) Replays(t testing.TB, o O, f *check.Failure, times uint64) check.Option {
	t.Helper()
	path, err := schedule.Save(t.TempDir(), &f.Record)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := schedule.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	replay := func(c *check.Config) {
		c.Schedules, c.Workers, c.NoShrink = 1, 1, true
		c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
	}
	for i := range times {
		if again := s.Find(t, o, replay); !failure.Same(f.Err, again.Err) || f.Steps != again.Steps {
			t.Fatalf("replay %d: after %d steps: %v\nfirst, after %d steps: %v", i, again.Steps, again.Err, f.Steps, f.Err)
		}
	}
	return replay
}

// UpTo are the settings under which the schedules run in which a failure was looked for, up to the one that had it. If the
// correct code passes, the defect was the cause.
func UpTo(f *check.Failure) check.Option {
	return func(c *check.Config) { c.Schedules, c.Seed, c.Seeded = f.Execution+1, f.Record.Seed, true }
}

// Expect reports an error unless the message of a failure has a text.
func Expect(t testing.TB, f *check.Failure, text string) {
	t.Helper()
	if !Says(text)(f) {
		t.Errorf("found as %v, want %q", f.Err, text)
	}
}

// A Sign tells whether a failure is the wanted one.
type Sign func(*check.Failure) bool

// Says is the sign of failures with a text in their message.
func Says(text string) Sign {
	return func(f *check.Failure) bool { return strings.Contains(f.Err.Error(), text) }
}

// Kind is the sign of failures of a kind with a text in their message.
func Kind(k failure.Kind, text string) Sign {
	says := Says(text)
	return func(f *check.Failure) bool { return failure.Of(f.Err).Kind() == k && says(f) }
}

// Shows reports an error unless a defect shows as it should in the test that o describes. It may show in other ways, too, so
// it is found with one seed after the other, each in so many executions; the error is that no seed has had the sign.
func (s Study[O]) Shows(t testing.TB, o O, seeds, schedules uint64, sign Sign) {
	t.Helper()
	var last *check.Failure
	for seed := range seeds {
		if last = s.Find(t, o, Seeded(schedules, seed)); sign(last) {
			return
		}
	}
	t.Errorf("not found as wanted with %d seeds; the last one was %s", seeds, last.Sentence())
}
