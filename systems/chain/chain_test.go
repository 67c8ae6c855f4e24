package chain_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

var study = trial.Of(chain.Test)

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./chain -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range chain.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			n := trial.Few(500)
			if v.Options.Compact > 0 {
				n /= 10 // its executions are long
			}
			check.Test(t, chain.Test(v.Options), check.Schedules(n), study.Bounds(v.Options))
		})
	}
}

// TestEveryState explores small chains to the end: every state, and every choice in
// it. Two searches that go about it in different orders find the same number.
func TestEveryState(t *testing.T) {
	for name, test := range map[string]struct {
		o    chain.Options
		long bool
	}{
		"two servers, one client":   {chain.Options{Servers: 2, Clients: 1, Updates: 1, Crashes: 1}, false},
		"three servers, one client": {chain.Options{Servers: 3, Clients: 1, Updates: 1, Crashes: 1}, true},
		"with links":                {chain.Options{Servers: 2, Clients: 1, Updates: 1, Crashes: 1, Links: true}, false},
		"compaction":                {chain.Options{Servers: 2, Clients: 1, Updates: 2, Crashes: 1, Compact: 1}, false},
		"a server joins":            {chain.Options{Servers: 1, Clients: 1, Updates: 1, Joins: 1, Crashes: 0, Links: true}, false},
		"two servers, two clients":  {chain.Options{Servers: 2, Clients: 2, Updates: 1, Crashes: 1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			searches := []string{"states", "ses:rtc"}
			if test.long {
				if testing.Short() {
					t.Skip("it takes seconds: run without -short")
				}
				searches = searches[:1]
			}
			states := map[uint64]bool{}
			for _, search := range searches {
				r := study.Exhaust(t, test.o, search, 1_000_000)
				states[r.States] = true
			}
			if len(states) > 1 {
				t.Errorf("the searches differ in the number of states: %v", states)
			}
		})
	}
}

// The failure is a matter of the schedule alone: it comes back every time, also
// from a file.
func TestReplays(t *testing.T) {
	o := chain.TrioLinks.Options
	o.Bugs = chainrep.CR2
	f := study.Find(t, o, check.Schedules(20_000))
	study.Replays(t, o, f, trial.Few(20))
}

// The tests say something: the monitors hear, what may go wrong does. And they keep
// the rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range chain.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			study.NotVacuous(t, v.Options, 60)
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	good := chain.Options{Servers: 3, Clients: 1, Updates: 1}
	for want, change := range map[string]func(*chain.Options){
		"are at least 1":       func(o *chain.Options) { o.Servers = 0 },
		"cannot be negative":   func(o *chain.Options) { o.Crashes = -1 },
		"3 of 3 servers":       func(o *chain.Options) { o.Crashes, o.Delays = 2, 1 },
		"4 of 3 servers":       func(o *chain.Options) { o.Crashes, o.Strike = 2, true },
		"cannot join a chain":  func(o *chain.Options) { o.Joins, o.Compact = 1, 1 },
		"unknown bits: 0x8000": func(o *chain.Options) { o.Bugs = 1 << 15 },
	} {
		o := good
		change(&o)
		study.Refuses(t, o, want)
	}
}
