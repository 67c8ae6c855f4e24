package trial

import (
	"os"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Save makes the schedule of a failure the only file in dir, in place of what was there.
func Save(t testing.TB, dir string, f *check.Failure) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	path, err := schedule.Save(dir, &f.Record)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: seed %d, execution %d, %d steps", path, f.Record.Seed, f.Execution, f.Steps)
}

// Saved runs the schedule again that dir has one file of, and returns the failure. It ends t unless the test that o describes
// fails with the saved message, each time, and the correct one passes.
func (s Study[O]) Saved(t testing.TB, dir string, o, correct O) *check.Failure {
	t.Helper()
	files, err := schedule.List(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, error %v: want one file; run with -update", files, err)
	}
	saved, err := schedule.Load(files[0])
	if err != nil {
		t.Fatal(err)
	}
	r := s.Explore(t, o, func(c *check.Config) {
		c.Schedules, c.Workers, c.NoShrink = 1, 1, true
		c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
	})
	if r.Failure == nil || r.Failure.Err.Error() != saved.Message {
		t.Fatalf("%s no longer fails with %q, but: %v\n%s\nThe program has changed: run with -update", files[0], saved.Message, r.Failure, r.Summary())
	}
	s.Passes(t, correct, s.Replays(t, o, r.Failure, 2))
	return r.Failure
}

// ExpectKind reports an error unless a failure is of one of the kinds.
func ExpectKind(t testing.TB, f *check.Failure, kinds []failure.Kind) {
	t.Helper()
	if kind := failure.Of(f.Err).Kind(); !slices.Contains(kinds, kind) {
		t.Errorf("it shows as %v, want one of %v", kind, kinds)
	}
}
