package paxos_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/paxos"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./paxos -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range paxos.Variants() {
		for _, strategy := range []string{"random", "pct:5", "portfolio"} {
			t.Run(v.Name+"/"+strategy, func(t *testing.T) {
				check.Test(t, paxos.Test(v.Options), check.Schedules(few(1000)), check.Strategy(strategy), bounds(v.Options))
			})
		}
	}
}

// few is n, or a tenth of it under -short.
func few(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// bounds is the part of the settings that belongs to the test.
func bounds(o paxos.Options) check.Option {
	return func(c *check.Config) {
		s := o.Settings()
		c.Steps, c.OrderedClock, c.EarlyTimers = s.Steps, s.OrderedClock, s.EarlyTimers
	}
}

// explore explores without go test's flags and saved schedules.
func explore(t *testing.T, o paxos.Options, change func(*check.Config)) *check.Report {
	t.Helper()
	cfg := o.Settings()
	change(&cfg)
	r, err := check.Explore(t.Name(), cfg, paxos.Test(o))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(t *testing.T, r *check.Report) *check.Failure {
	t.Helper()
	switch f := r.Failure; {
	case f == nil:
		t.Fatalf("nothing found: %s", r.Summary())
	case !f.Reproduced:
		t.Fatalf("not reproduced: %s", f.Sentence())
	}
	return r.Failure
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
			r := explore(t, test.o, func(c *check.Config) { c.Strategy, c.Schedules = test.strategy, 1_000_000 })
			if r.Failure != nil || !r.Exhausted || r.States == 0 || len(r.Notes) > 0 {
				t.Errorf("%s; failure %v, exhausted %v, notes %q", r.Summary(), r.Failure, r.Exhausted, r.Notes)
			}
			t.Logf("%d states", r.States)
		})
	}
}

// Each bug is found with several seeds, by the monitor of consensus, and comes back
// when its schedule is run again from a file.
func TestBugs(t *testing.T) {
	for name, bug := range map[string]synod.Bugs{"Paxos1": synod.Paxos1, "Paxos2": synod.Paxos2, "Paxos3": synod.Paxos3} {
		t.Run(name, func(t *testing.T) {
			for seed := range few(30) / 10 {
				o := paxos.Benchmark(bug)
				f := found(t, explore(t, o, func(c *check.Config) {
					c.Schedules, c.Seed, c.Seeded, c.NoShrink = 200_000, seed+1, true, true
				}))
				if !strings.Contains(f.Err.Error(), "monitor Consensus") {
					t.Errorf("found as %v", f.Err)
				}
				path, err := schedule.Save(t.TempDir(), &f.Record)
				if err != nil {
					t.Fatal(err)
				}
				saved, err := schedule.Load(path)
				if err != nil {
					t.Fatal(err)
				}
				replay := func(c *check.Config) {
					c.Schedules, c.Workers, c.NoShrink = 1, 1, true
					c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
				}
				if again := found(t, explore(t, o, replay)); !failure.Same(f.Err, again.Err) || f.Steps != again.Steps {
					t.Errorf("replayed, after %d steps: %v\nfirst, after %d steps: %v", again.Steps, again.Err, f.Steps, f.Err)
				}
				if r := explore(t, paxos.Benchmark(0), replay); r.Failure != nil {
					t.Errorf("without the bug: %s", r.Failure.Sentence())
				}
			}
		})
	}
}

// The specification notices what it is there for: both values chosen, a proposal
// that contradicts what is chosen, and what the mutants of the test do.
func TestMonitors(t *testing.T) {
	for _, want := range []string{"Agreement: ", "P2b: "} {
		seen := false
		for seed := uint64(0); seed < 100 && !seen; seed++ {
			f := found(t, explore(t, paxos.Benchmark(synod.Paxos3), func(c *check.Config) {
				c.Schedules, c.Seed, c.Seeded, c.NoShrink = 200_000, seed, true, true
			}))
			seen = strings.Contains(f.Err.Error(), want)
		}
		if !seen {
			t.Errorf("no violation of %q with 100 seeds", want)
		}
	}
	for want, mutate := range paxos.Mutants {
		o := paxos.Benchmark(0)
		mutate(&o)
		seen := ""
		for seed := uint64(0); seed < 20 && !strings.Contains(seen, want); seed++ {
			f := found(t, explore(t, o, func(c *check.Config) {
				c.Schedules, c.Seed, c.Seeded, c.NoShrink = 100_000, seed, true, true
			}))
			seen = f.Err.Error()
		}
		if !strings.Contains(seen, want) {
			t.Errorf("no %q with 20 seeds, the last one found: %s", want, seen)
		}
	}
}

// The tests say something: monitors hear, what may happen happens. And they keep the
// rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range paxos.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			r := explore(t, v.Options, func(c *check.Config) { c.Schedules, c.Lasso = 300, true })
			if r.Failure != nil || r.Nondeterminism != nil {
				t.Fatal(r.Summary(), r.Failure)
			}
			for what, list := range map[string][]string{
				"silent monitors": r.SilentMonitors,
				"unheard events":  r.Unheard,
				"never true":      r.NeverTrue,
				"notes":           r.Notes,
			} {
				if len(list) > 0 {
					t.Errorf("%s: %q", what, list)
				}
			}
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
		r := explore(t, o, func(c *check.Config) { c.Schedules = 1 })
		if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), want) {
			t.Errorf("%s: %v", want, r.Failure)
		}
	}
}
