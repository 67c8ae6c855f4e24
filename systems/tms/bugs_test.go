package tms_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// with returns the options of a variant with defects.
func with(v tms.Variant, seed func(*tms.Options)) tms.Options {
	o := v.Options
	seed(&o)
	return o
}

func correct(o tms.Options) tms.Options {
	o.Bugs, o.ChainBugs, o.PaxosBugs = 0, 0, 0
	return o
}

// Each bug is found with several seeds, and comes back when its schedule is run again from a file. Those of the
// coordinator are found where groups are replicated, and where they are an abstraction; TMS_4 is looked for in the first
// way by TestSaved.
func TestBugs(t *testing.T) {
	for name, o := range map[string]tms.Options{
		"TMS_1":             with(tms.Chains, func(o *tms.Options) { o.Bugs = bank.TMS1 }),
		"TMS_1, abstracted": with(tms.Abstract, func(o *tms.Options) { o.Bugs = bank.TMS1 }),
		"TMS_2":             with(tms.Chains, func(o *tms.Options) { o.ChainBugs = chainrep.NoDedupe }),
		"TMS_3":             with(tms.MultiPaxos, func(o *tms.Options) { o.PaxosBugs = replica.AnswerEarly }),
		"TMS_4, abstracted": with(tms.Abstract, func(o *tms.Options) { o.Bugs = bank.TMS4 }),
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range max(1, trial.Few(3)) {
				f := study.Find(t, o, trial.Seeded(20_000, seed+1))
				study.Passes(t, correct(o), study.Replays(t, o, f, 1))
			}
		})
	}
}

var update = flag.Bool("update", false, "look for the failures of testdata again, which takes a minute, and save them")

// TestSaved runs the failure of TMS_4 again that is saved in testdata: two servers of a chain fail one after the other, the
// new tail says again how it voted on the first transfer, and the coordinator takes it for the vote on the second one. It
// takes a hunt of some seconds or minutes to find, so that is done only when the program has changed:
//
//	go test ./tms -run TestSaved -update
func TestSaved(t *testing.T) {
	o := with(tms.Chains, func(o *tms.Options) { o.Bugs = bank.TMS4 })
	const shows = "AC3: "
	dir := schedule.Dir(t.Name())
	if *update {
		hunt(t, o, shows, dir)
	}
	trial.Expect(t, study.Saved(t, dir, o, correct(o)), shows)
}

// hunt looks for a failure that says something, and saves it.
func hunt(t *testing.T, o tms.Options, shows, dir string) {
	t.Helper()
	for seed := uint64(1); seed <= 100; seed++ {
		r := study.Explore(t, o, func(c *check.Config) {
			c.Strategy, c.Schedules, c.Seed, c.Seeded = "pct:10", 20_000, seed, true
		})
		if r.Failure == nil || !trial.Says(shows)(r.Failure) {
			continue
		}
		trial.Save(t, dir, r.Failure)
		return
	}
	t.Fatalf("no failure with %q in 100 seeds", shows)
}
