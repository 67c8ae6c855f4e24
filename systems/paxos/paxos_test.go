package paxos_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/paxos"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

var study = trial.Of(paxos.Test)

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./paxos -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range paxos.Variants() {
		for _, strategy := range []string{"random", "pct:5", "portfolio"} {
			t.Run(v.Name+"/"+strategy, func(t *testing.T) {
				check.Test(t, paxos.Test(v.Options), check.Schedules(trial.Few(1000)), check.Strategy(strategy), study.Bounds(v.Options))
			})
		}
	}
}

// TestExhausted visits every state of small systems.
func TestExhausted(t *testing.T) {
	for _, test := range []struct {
		name, strategy string
		o              paxos.Options
	}{
		{"two proposers and two acceptors", "states", paxos.Options{Proposers: 2, Acceptors: 2, Rounds: 1}},
		{"two proposers and two acceptors", "ses:rtc", paxos.Options{Proposers: 2, Acceptors: 2, Rounds: 1}},
		{"a proposer that is late", "states", paxos.Options{Proposers: 1, Acceptors: 3, Timeouts: 1}},
		{"a proposer that is late", "ses:rtc", paxos.Options{Proposers: 1, Acceptors: 3, Timeouts: 1}},
		{"an acceptor that crashes", "states", paxos.Options{Proposers: 1, Acceptors: 3, Crashes: 1, Restarts: 1}},
	} {
		t.Run(test.name+"/"+test.strategy, func(t *testing.T) {
			if testing.Short() && test.o.Proposers == 1 {
				t.Skip("without -short: it takes seconds")
			}
			study.Exhaust(t, test.o, test.strategy, 1_000_000)
		})
	}
}

// Each bug is found with several seeds, by the monitor of consensus, and comes back
// when its schedule is run again from a file.
func TestBugs(t *testing.T) {
	for name, bug := range map[string]synod.Bugs{"Paxos1": synod.Paxos1, "Paxos2": synod.Paxos2, "Paxos3": synod.Paxos3} {
		t.Run(name, func(t *testing.T) {
			for seed := range max(1, trial.Few(30)/10) {
				o := paxos.Benchmark(bug)
				f := study.Find(t, o, trial.Seeded(200_000, seed+1))
				trial.Expect(t, f, "monitor Consensus")
				replay := study.Replays(t, o, f, 1)
				study.Passes(t, paxos.Benchmark(0), replay)
			}
		})
	}
}

// The specification notices what it is there for: both values chosen, a proposal
// that contradicts what is chosen, and what the mutants of the test do.
func TestMonitors(t *testing.T) {
	for _, want := range []string{"Agreement: ", "P2b: "} {
		study.Shows(t, paxos.Benchmark(synod.Paxos3), 100, 200_000, trial.Says(want))
	}
	for want, mutate := range paxos.Mutants {
		o := paxos.Benchmark(0)
		mutate(&o)
		study.Shows(t, o, 20, 100_000, trial.Says(want))
	}
}

// The tests say something: monitors hear, what may happen happens. And they keep the
// rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range paxos.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			study.NotVacuous(t, v.Options, 300)
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]paxos.Options{
		"takes one of each":      {},
		"for ever":               {Proposers: 2, Acceptors: 3},
		"a majority must be":     {Proposers: 1, Acceptors: 2, Crashes: 1},
		"set Linked":             {Proposers: 1, Acceptors: 3, Losses: 1},
		"Bugs has unknown bits ": {Proposers: 1, Acceptors: 3, Bugs: 1 << 31},
	} {
		study.Refuses(t, o, want)
	}
}
