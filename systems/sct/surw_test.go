package sct_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/sct"
)

// TestSURW compares the selectively uniform random walk with its published figures where its strength shows: programs in
// which one access among many has to come first. The mean of a few searches scatters, so it may be a half above; the random
// walk is further away by a factor, or finds nothing.
func TestSURW(t *testing.T) {
	control(t)
	for name, trials := range map[string]int{"reorder_3": 20, "reorder_10": 20, "twostage": 20, "wronglock": 20, "stringbuffer": 20,
		"reorder_100": 3, "twostage_100": 3} {
		if testing.Short() && trials < 20 {
			continue
		}
		p, err := sct.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i := range trials {
			cfg := check.Config{Strategy: "surw", Schedules: sct.SearchLimit, Workers: 1, Goroutines: true, NoShrink: true,
				Seed: uint64(i), Seeded: true}
			r := explore(t, cfg, p.Run)
			if r.Failure == nil {
				t.Fatalf("%s: search %d found nothing in %d executions", name, i, r.Executions)
			}
			if !r.Failure.Reproduced {
				t.Errorf("%s: the failure of search %d did not reproduce", name, i)
			}
			sum += int(r.Failure.Execution) + 1
		}
		mean := float64(sum) / float64(trials)
		want := p.Published["SURW"].Mean
		t.Logf("%s: a mean of %.1f executions in %d searches, published %d", name, mean, trials, want)
		if mean > 1.5*float64(want) {
			t.Errorf("%s: a mean of %.1f executions, published %d", name, mean, want)
		}
	}
}
