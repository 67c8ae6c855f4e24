package multipaxos_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/multipaxos"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
)

var study = trial.Of(multipaxos.Test)

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./multipaxos -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range multipaxos.Variants() {
		for _, strategy := range []string{"random", "pct:5", "portfolio"} {
			t.Run(v.Name+"/"+strategy, func(t *testing.T) {
				check.Test(t, multipaxos.Test(v.Options), check.Schedules(trial.Few(300)), check.Strategy(strategy), study.Bounds(v.Options))
			})
		}
	}
}

// TestExhausted visits every state of small systems.
func TestExhausted(t *testing.T) {
	for _, test := range []struct {
		name, strategy string
		o              multipaxos.Options
	}{
		{"a leader and two commands", "ses:rtc", multipaxos.Options{Nodes: 2, Clients: 2, Commands: 1, Rounds: 2}},
		{"a leader that is suspected", "states", multipaxos.Options{Nodes: 2, Clients: 1, Commands: 1, Rounds: 2, Changes: 1}},
		{"a node that crashes", "states", multipaxos.Options{Nodes: 3, Clients: 1, Commands: 1, Rounds: 2, Crashes: 1}},
	} {
		t.Run(test.name+"/"+test.strategy, func(t *testing.T) {
			if testing.Short() && test.o.Changes == 0 {
				t.Skip("without -short: it takes seconds")
			}
			study.Exhaust(t, test.o, test.strategy, 1_000_000)
		})
	}
}

// Each bug is found with several seeds, in the way that it should show, and comes back
// when its schedule is run again from a file.
func TestBugs(t *testing.T) {
	for name, bug := range map[string]struct {
		bug   replica.Bugs
		shows string
	}{
		"MultiPaxos1": {replica.MultiPaxos1, "does not expect"},
		"MultiPaxos2": {replica.MultiPaxos2, "monitor Consensus"},
		"MultiPaxos3": {replica.MultiPaxos3, "monitor Consensus"},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range max(1, trial.Few(30)/10) {
				o := multipaxos.Benchmark(bug.bug)
				f := study.Find(t, o, trial.Seeded(200_000, seed+1))
				trial.Expect(t, f, bug.shows)
				replay := study.Replays(t, o, f, 1)
				study.Passes(t, multipaxos.Benchmark(0), replay)
			}
		})
	}
}

// The specification notices what it is there for: each monitor, and each of its
// rules, is broken by a mutant that is made for it. A mutant that breaks several is
// run until it breaks the right one.
func TestMonitors(t *testing.T) {
	for _, m := range multipaxos.Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			study.Shows(t, m.Options, 100, 200_000, trial.Says(m.Want))
		})
	}
}

// The tests say something: monitors hear, what may happen happens. And they keep the
// rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range multipaxos.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			study.NotVacuous(t, v.Options, 300)
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	one := multipaxos.Options{Nodes: 3, Clients: 1, Commands: 1, Rounds: 1}
	for want, change := range map[string]func(*multipaxos.Options){
		"takes one of each":      func(o *multipaxos.Options) { o.Commands = 0 },
		"for ever":               func(o *multipaxos.Options) { o.Rounds = 0 },
		"a majority must be":     func(o *multipaxos.Options) { o.Crashes = 2 },
		"set Linked":             func(o *multipaxos.Options) { o.Copies = 1 },
		"Bugs has unknown bits ": func(o *multipaxos.Options) { o.Bugs = 1 << 31 },
	} {
		o := one
		change(&o)
		study.Refuses(t, o, want)
	}
}
