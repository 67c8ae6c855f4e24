package harness_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/mtable/harness"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

var update = flag.Bool("update", false, "look for the failures of testdata again and save them")

// TestSaved runs the failures again that are saved in testdata, one for each mistake: it fails as it did, each time, and
// the correct library passes. They are looked for again, in some seconds each, only when the harness has changed:
//
//	go test ./mtable/harness -run TestSaved -update
func TestSaved(t *testing.T) {
	for _, s := range harness.Bugs() {
		t.Run(s.Name, func(t *testing.T) {
			dir := filepath.Join(schedule.Dir("TestSaved"), s.Name)
			if *update {
				hunt(t, s, dir)
			}
			files, err := schedule.List(dir)
			if err != nil || len(files) != 1 {
				t.Fatalf("files %q, error %v: want one file; run with -update", files, err)
			}
			saved, err := schedule.Load(files[0])
			if err != nil {
				t.Fatal(err)
			}
			r := study.Explore(t, s.Options, func(c *check.Config) {
				c.Schedules, c.Workers, c.NoShrink = 1, 1, true
				c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
			})
			if r.Failure == nil || r.Failure.Err.Error() != saved.Message {
				t.Fatalf("%s no longer fails with %q, but: %v\nThe program has changed: run with -update", files[0], saved.Message, r.Failure)
			}
			if kind := failure.Of(r.Failure.Err).Kind(); !slices.Contains(s.Shows, kind) {
				t.Errorf("it shows as %v, want one of %v", kind, s.Shows)
			}
			study.Passes(t, correct(s.Options), study.Replays(t, s.Options, r.Failure, 2))
		})
	}
}

func correct(o harness.Options) harness.Options {
	o.Bugs = 0
	return o
}

// hunt looks for a mistake and saves the simplest failure.
func hunt(t *testing.T, s harness.Seeded, dir string) {
	t.Helper()
	f := study.Find(t, s.Options, check.Schedules(200_000), check.Seed(1))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	path, err := schedule.Save(dir, &f.Record)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: execution %d, %d steps", path, f.Execution, f.Steps)
}

// The tests that are made for a mistake show it at once, and nothing without it.
func TestScripted(t *testing.T) {
	for _, s := range harness.Bugs() {
		if s.Scripted == s.Options {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			f := study.Find(t, s.Scripted, trial.Seeded(20_000, 1))
			study.Passes(t, correct(s.Scripted), trial.UpTo(f))
		})
	}
}

// Every mistake that the library knows has a test.
func TestAllBugs(t *testing.T) {
	var all bug.Set
	for _, s := range harness.Bugs() {
		if all.Has(s.Options.Bugs) || s.Name != s.Options.Bugs.String() {
			t.Errorf("%s is not listed once, and under its name", s.Name)
		}
		all |= s.Options.Bugs
	}
	for _, b := range append(bug.Study(), bug.Defects()...) {
		if !all.Has(b) {
			t.Errorf("%v has no test", b)
		}
	}
}
