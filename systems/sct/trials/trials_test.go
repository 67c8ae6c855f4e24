package trials_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

// TestProcess: a process does searches, one after the other, and tells what is wrong with a job without ending.
func TestProcess(t *testing.T) {
	if _, err := overlay.Generate(t.Context(), overlay.Config{}); err != nil {
		t.Skipf("no control of goroutines here: %v", err)
	}
	b, err := trials.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	job := trials.Job{Program: "deadlock01", Strategy: "random", Seed: 7, Schedules: 1000}
	first, err := p.Do(job)
	if err != nil || first.Outcome != trials.Found || first.Schedules == 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	for what, change := range map[string]func(*trials.Job){
		"there is no program": func(j *trials.Job) { j.Program = "deadlock02" },
		"no such strategy":    func(j *trials.Job) { j.Strategy = "randon" },
		"compares states":     func(j *trials.Job) { j.Strategy = "states" },
	} {
		wrong := job
		change(&wrong)
		if r, err := p.Do(wrong); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%+v: result %+v, error %v, want one that says %q", wrong, r, err, what)
		}
	}
	again, err := p.Do(job)
	if err != nil || again != first {
		t.Errorf("%+v (%v), was %+v", again, err, first)
	}
	// A bound that is just too low, and one that is just high enough.
	job.Schedules = first.Schedules
	if r, err := p.Do(job); err != nil || r.Outcome != trials.Found || r.Schedules != job.Schedules {
		t.Errorf("with at most %d: %+v, %v", job.Schedules, r, err)
	}
	if first.Schedules > 1 {
		job.Schedules--
		if r, err := p.Do(job); err != nil || r.Outcome != trials.NotFound || r.Schedules != job.Schedules {
			t.Errorf("with at most %d: %+v, %v", job.Schedules, r, err)
		}
	}
	// A panic and a failed assertion are found as well; a program without a bug to find in that time is not.
	for _, name := range []string{"stringbuffer", "lazy01"} {
		if r, err := p.Do(trials.Job{Program: name, Strategy: "pos", Seed: 1, Schedules: 1000}); err != nil || r.Outcome != trials.Found {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if r, err := p.Do(trials.Job{Program: "reorder_100", Strategy: "random", Seed: 1, Schedules: 100}); err != nil || r.Outcome != trials.NotFound || r.Schedules != 100 {
		t.Errorf("reorder_100: %+v, %v", r, err)
	}
	if r, err := p.Do(trials.Job{Program: "reorder_100", Strategy: "random", Seed: 1, Schedules: 1 << 40, Time: 1}); err != nil || r.Outcome != trials.Cut {
		t.Errorf("reorder_100 in a nanosecond: %+v, %v", r, err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.Do(job); err == nil || !strings.Contains(err.Error(), "deadlock01 under random, seed 7") {
		t.Errorf("after the end: %v", err)
	}
}

// TestWithoutControl: in an ordinary binary there is nothing to search with.
func TestWithoutControl(t *testing.T) {
	if gocontrol.Available() == nil {
		t.Skip("goroutines are under control in this binary")
	}
	var out bytes.Buffer
	if err := trials.Serve(strings.NewReader(`{"program":"lazy01"}`), &out); err == nil || out.Len() > 0 {
		t.Errorf("error %v, output %q", err, &out)
	}
	if r, err := trials.Run(trials.Job{Program: "lazy01", Strategy: "random", Schedules: 1}); err == nil {
		t.Errorf("found %+v", r)
	}
}
