package fabric

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// defects are platforms with a defect each, and what the monitors say about it, one of these.
var defects = map[string]struct {
	cfg      Config
	tries    int
	bugs     bugs
	says     []string
	strategy string
}{
	"M1: the new primary writes in the old epoch":    {Config{Crashes: 1}, 2, oldEpoch, []string{"M1: "}, ""},
	"M2: anybody is elected":                         {Config{Suspicions: 1}, 3, electAny, []string{"M2: "}, ""},
	"M2: one answer is enough for an election":       {Config{Suspicions: 1}, 3, readOne, []string{"M2: "}, ""},
	"M2, M3: no fence":                               {Config{Suspicions: 1}, 3, noFence, []string{"M2: ", "M3: "}, ""},
	"M3, M6: an operation is left out":               {Config{Crashes: 1}, 3, takeGaps, []string{"M3: ", "M6: "}, ""},
	"M4: lifecycle calls overlap":                    {Config{Crashes: 1}, 1, overlapCalls, []string{"M4: "}, ""},
	"M4: an order that is repeated is carried out":   {Config{Repeats: 2}, 1, obeyAgain, []string{"M4: "}, ""},
	"M4: what was never opened is aborted":           {Config{Suspicions: 1}, 1, abortAnyway, []string{"M4: Abort of"}, ""},
	"M2: a swap that does not look":                  {Config{Swaps: 1}, 3, hastySwap, []string{"M2: "}, ""},
	"M4: background work goes on":                    {Config{Swaps: 1}, 1, keepRunning, []string{"M4: "}, ""},
	"liveness: a swap that fails stops the primary":  {Config{Swaps: 1, Crashes: 1}, 1, forgetResume, []string{"fabric recovery"}, ""},
	"liveness: a swap that took place is overlooked": {Config{Swaps: 1, Suspicions: 1}, 1, overlookSwap, []string{"fabric recovery"}, ""},
	"M2: data are given up that disks have":          {Config{Crashes: 3, Restarts: 3}, 2, giveUp, []string{"M2: "}, ""},
	"M2: a primary does not keep its log":            {Config{Crashes: 4, Restarts: 4}, 3, forgetOps, []string{"M2: ", "Recover of"}, ""},
	"M2: fewer are elected than a write needs":       {Config{Swaps: 1, Suspicions: 1}, 2, electFew, []string{"M2: "}, ""},
	"M2: replicas are closed that are needed":        {Config{Swaps: 1, Suspicions: 1}, 2, dismissEarly, []string{"M2: "}, ""},
	"M3, M6: operations are not rolled back":         {Config{Suspicions: 1, Crashes: 1, Restarts: 1}, 3, skipRollback, []string{"M3: ", "M6: "}, ""},
	"M6: half a copy is taken for a state":           {Config{Crashes: 3, Restarts: 3}, 3, halfCopy, []string{"M6: ", "Recover of"}, ""},
	"M5: replicas that are built are counted":        {Config{}, 3, countIdle, []string{"M5: "}, ""},
	"M5: one replica is a quorum":                    {Config{}, 3, quorumTooSmall, []string{"M5: "}, ""},
	"M6: a copy is taken for the whole log":          {Config{}, 3, copyWithoutTail, []string{"M6: "}, ""},
	"M6: a primary is elected before it has caught":  {Config{Crashes: 1}, 3, hastyPrimary, []string{"M6: "}, ""},
	"liveness: what is lost is not replaced":         {Config{}, 1, neverRebuild, []string{"fabric recovery"}, ""},
	"liveness: copies have no end":                   {Config{}, 1, forgetBuild, []string{"fabric builds end"}, ""},
}

// Each monitor catches a platform with a defect, and its schedule shows the defect again.
func TestDefects(t *testing.T) {
	for name, d := range defects {
		t.Run(name, func(t *testing.T) {
			cfg := one(d.cfg, map[bugs]Service{
				skipRollback: keeping, halfCopy: stubborn, forgetOps: keeping, giveUp: keeping, electFew: {Replicas: 2},
			}[d.bugs])
			cfg.bugs = d.bugs
			body := test(cfg, 2, d.tries)
			for seed := range uint64(1) {
				r, err := check.Explore(name, check.Config{
					Schedules: 20_000, Steps: 6000, NoShrink: true, Strategy: d.strategy, Seed: seed + 1, Seeded: true,
				}, body)
				if err != nil {
					t.Fatal(err)
				}
				if r.Failure == nil {
					t.Errorf("seed %d: not found\n%s", seed+1, r.Summary())
					continue
				}
				said := false
				for _, s := range d.says {
					said = said || strings.Contains(r.Failure.Err.Error(), s)
				}
				if !said {
					t.Errorf("seed %d: found by another monitor: %v", seed+1, r.Failure.Err)
				}
				t.Logf("seed %d: execution %d, %d steps: %v", seed+1, r.Failure.Execution, r.Failure.Steps, r.Failure.Err)
				again(t, name, body, r.Failure)
			}
		})
	}
}

// again runs the schedule of a failure again.
func again(t *testing.T, name string, body func(*check.T), f *check.Failure) {
	t.Helper()
	r, err := check.Explore(name, check.Config{
		Schedules: 1, Workers: 1, Steps: 6000, NoShrink: true, Strategy: "replay",
		Custom: func() strategy.Strategy { return strategy.NewGuided(f.Record.Choices) },
	}, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil || !failure.Same(r.Failure.Err, f.Err) || r.Failure.Steps != f.Steps {
		t.Errorf("the schedule does not fail again in the same way: %v", r.Failure)
	}
}
