package multipaxos_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/multipaxos"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
)

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./multipaxos -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range multipaxos.Variants() {
		for _, strategy := range []string{"random", "pct:5", "portfolio"} {
			t.Run(v.Name+"/"+strategy, func(t *testing.T) {
				check.Test(t, multipaxos.Test(v.Options), check.Schedules(few(300)), check.Strategy(strategy), bounds(v.Options))
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
func bounds(o multipaxos.Options) check.Option {
	return func(c *check.Config) {
		s := o.Settings()
		c.Steps, c.OrderedClock, c.EarlyTimers = s.Steps, s.OrderedClock, s.EarlyTimers
	}
}

// explore explores without go test's flags and saved schedules.
func explore(t *testing.T, o multipaxos.Options, change func(*check.Config)) *check.Report {
	t.Helper()
	cfg := o.Settings()
	change(&cfg)
	r, err := check.Explore(t.Name(), cfg, multipaxos.Test(o))
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
			r := explore(t, test.o, func(c *check.Config) { c.Strategy, c.Schedules = test.strategy, 1_000_000 })
			if r.Failure != nil || !r.Exhausted || r.States == 0 || len(r.Notes) > 0 {
				t.Errorf("%s; failure %v, exhausted %v, notes %q", r.Summary(), r.Failure, r.Exhausted, r.Notes)
			}
			t.Logf("%d states", r.States)
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
			for seed := range few(30) / 10 {
				o := multipaxos.Benchmark(bug.bug)
				f := found(t, explore(t, o, func(c *check.Config) {
					c.Schedules, c.Seed, c.Seeded, c.NoShrink = 200_000, seed+1, true, true
				}))
				if !strings.Contains(f.Err.Error(), bug.shows) {
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
				if r := explore(t, multipaxos.Benchmark(0), replay); r.Failure != nil {
					t.Errorf("without the bug: %s", r.Failure.Sentence())
				}
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
			seen := ""
			for seed := uint64(0); seed < 100 && !strings.Contains(seen, m.Want); seed++ {
				f := found(t, explore(t, m.Options, func(c *check.Config) {
					c.Schedules, c.Seed, c.Seeded, c.NoShrink = 200_000, seed, true, true
				}))
				seen = f.Err.Error()
			}
			if !strings.Contains(seen, m.Want) {
				t.Errorf("no %q with 100 seeds, the last one found: %s", m.Want, seen)
			}
		})
	}
}

// The tests say something: monitors hear, what may happen happens. And they keep the
// rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range multipaxos.Variants() {
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
		r := explore(t, o, func(c *check.Config) { c.Schedules = 1 })
		if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), want) {
			t.Errorf("%s: %v", want, r.Failure)
		}
	}
}
