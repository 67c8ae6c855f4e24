package harness_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/systems/fabric/cscale/harness"
	"github.com/ravelgo/ravel/systems/internal/traces"
	"github.com/ravelgo/ravel/systems/internal/trial"
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
				trial.Save(t, dir, study.Find(t, s.Options, check.Schedules(100_000), check.Seed(1)))
			}
			trial.ExpectKind(t, study.Saved(t, dir, s.Options, correct(s.Options)), s.Shows)
		})
	}
}

func correct(o harness.Options) harness.Options {
	o.Bugs = 0
	return o
}

// TestTraces shows what a developer is handed.
func TestTraces(t *testing.T) { traces.Bugs(t, *update, "cscale", "C1", "C5") }
