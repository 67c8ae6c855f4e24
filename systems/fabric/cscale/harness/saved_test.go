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
	"github.com/ravelgo/ravel/systems/fabric/cscale/harness"
	"github.com/ravelgo/ravel/systems/internal/traces"
)

var update = flag.Bool("update", false, "look for the failures of testdata again and save them")

// TestSaved runs the failures again that are saved in testdata, one for each defect: it fails as it did, each time, and the
// correct services pass. They are looked for again when the services, the platform or the harness have changed:
//
//	go test ./fabric/cscale/harness -run TestSaved -update
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

// hunt looks for a defect and saves the simplest failure.
func hunt(t *testing.T, s harness.Seeded, dir string) {
	t.Helper()
	f := study.Find(t, s.Options, check.Schedules(100_000), check.Seed(1))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	path, err := schedule.Save(dir, &f.Record)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: execution %d, %d steps", path, f.Execution, f.Steps)
}

// TestTraces shows what a developer is handed.
func TestTraces(t *testing.T) { traces.Bugs(t, *update, "cscale", "C1", "C5") }
