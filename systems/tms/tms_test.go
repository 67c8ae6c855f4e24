package tms_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

var study = trial.Of(tms.Test)

// TestCorrect samples the correct system. For more executions: ravel bench correct tms.
func TestCorrect(t *testing.T) {
	for _, v := range tms.Variants() {
		for _, name := range []string{"random", "pct:5", "portfolio", "ss:rtc", "ss:custom"} {
			t.Run(v.Name+" "+name, func(t *testing.T) {
				study.Passes(t, v.Options, check.Schedules(trial.Few(500)), check.Strategy(name))
			})
		}
	}
}

var exhaust = flag.Bool("exhaust", false, "visit every state of larger tests, too")

// How long it takes to visit every state of a test.
const (
	quick  = iota
	second // left out with -short
	minute // done with -exhaust
)

// small are tests of which every state can be visited.
var small = []struct {
	name, strategy string
	takes          int
	o              tms.Options
}{
	{"linear", "ses:rtc", quick, tms.Options{Transfers: 1}},
	{"linear, 2 transfers, status", "states", quick, tms.Options{Transfers: 2, Status: true}},
	{"linear, other leaders", "states", quick, tms.Options{Transfers: 1, Changes: 1}},
	{"linear, other leaders, old answers", "states", second, tms.Options{Transfers: 1, Changes: 1, Repeats: 1}},
	{"linear, other leaders, old answers, reordering", "states", second,
		tms.Options{Transfers: 1, Changes: 1, Repeats: 1, Reorder: true}},
	{"linear, 2 transfers, status, other leaders, reordering", "states", second,
		tms.Options{Transfers: 2, Status: true, Changes: 1, Reorder: true}},
	{"linear, 2 transfers, status, and all of these", "states", minute,
		tms.Options{Transfers: 2, Status: true, Changes: 1, Repeats: 1, Reorder: true}},
	{"chains of 1", "states", quick, tms.Options{Backend: tms.Chain, Transfers: 1, Replicas: 1}},
	{"chains of 2", "states", minute, tms.Options{Backend: tms.Chain, Transfers: 1, Replicas: 2}},
	{"Multi-Paxos of 1, 2 transfers", "states", quick, tms.Options{Backend: tms.Paxos, Transfers: 2, Replicas: 1}},
	{"Multi-Paxos of 2", "states", second, tms.Options{Backend: tms.Paxos, Transfers: 1, Replicas: 2}},
}

// TestExhausted visits every state of small tests. With -v it says how many there are. The larger ones take a minute:
//
//	go test -v ./tms -run TestExhausted -exhaust
func TestExhausted(t *testing.T) {
	for _, test := range small {
		t.Run(test.name, func(t *testing.T) {
			switch {
			case test.takes == minute && !*exhaust:
				t.Skip("it takes a minute: run with -exhaust")
			case test.takes == second && testing.Short():
				t.Skip("it takes seconds: run without -short")
			}
			study.Exhaust(t, test.o, test.strategy, 10_000_000)
		})
	}
}

// The tests say something: the monitors hear, what may happen happens. And they keep the rules: no shared memory, nothing
// without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range tms.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			study.NotVacuous(t, v.Options, 100)
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	one := tms.Options{Backend: tms.Paxos, Transfers: 1, Replicas: 3}
	for want, change := range map[string]func(*tms.Options){
		"there is no Backend(9)":       func(o *tms.Options) { o.Backend = 9 },
		"Transfers is -1":              func(o *tms.Options) { o.Transfers = -1 },
		"nothing to do":                func(o *tms.Options) { o.Transfers = 0 },
		"3 Replicas with":              func(o *tms.Options) { o.Backend = tms.Linear },
		"no Repeats and no Reorder":    func(o *tms.Options) { o.Repeats = 1 },
		"chain has no Changes":         func(o *tms.Options) { o.Backend, o.Changes = tms.Chain, 1 },
		"no Joins and no Doubts":       func(o *tms.Options) { o.Joins = 1 },
		"paxos has no Restarts":        func(o *tms.Options) { o.Restarts = 1 },
		"no Failures and no ChainBugs": func(o *tms.Options) { o.Failures = 1 },
		"no Losses and no PaxosBugs":   func(o *tms.Options) { o.Backend, o.Losses = tms.Chain, 1 },
		"one must be left":             func(o *tms.Options) { o.Backend, o.Failures = tms.Chain, 3 },
		"have more Replicas":           func(o *tms.Options) { o.Replicas, o.Changes = 1, 1 },
		"unknown bits in ChainBugs":    func(o *tms.Options) { o.Backend, o.ChainBugs = tms.Chain, chainrep.Bugs(1<<15) },
		"replica: Bugs has unknown":    func(o *tms.Options) { o.PaxosBugs = replica.Bugs(1 << 31) },
		"bank: Bugs has unknown bits ": func(o *tms.Options) { o.Bugs = bank.Bugs(1 << 7) },
	} {
		o := one
		change(&o)
		study.Refuses(t, o, want)
	}
}
