package bars_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/bars"
)

// A step allocates nothing beyond the events that the program makes.
func TestStepsDoNotAllocate(t *testing.T) {
	r := bars.NewRunner(bars.Ring, false)
	defer r.Close()
	got, err := r.Allocations(20)
	if err != nil || got > bars.RingAllocations {
		t.Errorf("%v allocations in an execution of %d steps, want at most %v; %v", got, bars.Bound, bars.RingAllocations, err)
	}
}

// What a program allocates is counted, each time.
func TestAllocations(t *testing.T) {
	const extra = 7
	r := bars.NewRunner(func(c *ravel.Context) {
		for range extra {
			kept = new([64]byte)
		}
	}, false)
	defer r.Close()
	if got, err := r.Allocations(10); err != nil || got != extra {
		t.Errorf("%d allocations, %v; want %d", got, err, extra)
	}
}

var kept *[64]byte

// A sample lasts as long as it should and counts what ran.
func TestSample(t *testing.T) {
	r := bars.NewRunner(bars.Small, false)
	defer r.Close()
	s, err := r.Sample(5 * time.Millisecond)
	if err != nil || s.Elapsed < 5*time.Millisecond || s.Executions == 0 || s.Steps != bars.SmallSteps*s.Executions {
		t.Fatal(s, err)
	}
	if perStep, perExecution := s.PerStep(), s.PerExecution(); perExecution < 14.9*perStep || perExecution > 15.1*perStep {
		t.Errorf("%v ns a step, %v an execution of 15", perStep, perExecution)
	}
}

// A program that fails is not measured.
func TestSampleOfFailure(t *testing.T) {
	r := bars.NewRunner(func(c *ravel.Context) { c.Assert(false, "broken") }, false)
	defer r.Close()
	if _, err := r.Sample(time.Millisecond); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
	if _, err := r.Allocations(1); err == nil {
		t.Error("its allocations were counted")
	}
}

// Every figure can be measured, and is what its unit says.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: measuring every figure takes some seconds")
	}
	seen := map[string]bool{}
	for _, f := range bars.Figures() {
		v, err := f.Measure()
		if err != nil || v < 0 || v > 1e6 || seen[f.Name] || f.Program == "" {
			t.Errorf("%s: %v, %v", f.Name, v, err)
		}
		if v == 0 && f.Name != "machine_allocs_per_step" {
			t.Errorf("%s is 0", f.Name)
		}
		seen[f.Name] = true
	}
}

func TestMeets(t *testing.T) {
	most := bars.Figure{Bar: 50}
	least := bars.Figure{Bar: 1.8, Want: bars.AtLeast}
	none := bars.Figure{Want: bars.Nothing}
	for _, test := range []struct {
		figure bars.Figure
		value  float64
		want   bool
	}{{most, 50, true}, {most, 50.1, false}, {most, 3, true}, {least, 1.8, true}, {least, 1.79, false}, {least, 2, true}, {none, 2, true}} {
		if got := test.figure.Meets(test.value); got != test.want {
			t.Errorf("%v meets %v: %v, want %v", test.value, test.figure.Bar, got, test.want)
		}
	}
}
