package harness_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
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
				trial.Save(t, dir, study.Find(t, s.Options, check.Schedules(200_000), check.Seed(1)))
			}
			trial.ExpectKind(t, study.Saved(t, dir, s.Options, correct(s.Options)), s.Shows)
		})
	}
}

func correct(o harness.Options) harness.Options {
	o.Bugs = 0
	return o
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
