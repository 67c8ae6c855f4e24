package chain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// few is n, or a tenth of it under -short.
func few(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// explore explores without go test's flags and saved schedules.
func explore(t *testing.T, o chain.Options, change func(*check.Config)) *check.Report {
	t.Helper()
	cfg := o.Settings()
	change(&cfg)
	r, err := check.Explore(t.Name(), cfg, chain.Test(o))
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

// TestCorrect explores the correct protocol. For more executions:
//
//	go test ./chain -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, v := range chain.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			n := few(500)
			if v.Options.Compact > 0 {
				n /= 10 // its executions are long
			}
			check.Test(t, chain.Test(v.Options), check.Schedules(n), check.Steps(v.Options.Settings().Steps))
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
				r := explore(t, test.o, func(c *check.Config) { c.Strategy, c.Schedules = search, 1_000_000 })
				if r.Failure != nil || r.Nondeterminism != nil || !r.Exhausted || len(r.Notes) > 0 {
					t.Errorf("not explored to the end: %s\n%v", r.Summary(), r.Failure)
				}
				t.Logf("%s: %d states in %d executions", search, r.States, r.Executions)
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
	f := found(t, explore(t, o, func(c *check.Config) { c.Schedules = 20_000 }))
	path, err := schedule.Save(t.TempDir(), &f.Record)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := schedule.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for range few(20) {
		again := found(t, explore(t, o, func(c *check.Config) {
			c.Schedules, c.Workers, c.NoShrink = 1, 1, true
			c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
		}))
		if !failure.Same(f.Err, again.Err) || f.Steps != again.Steps {
			t.Fatalf("replay, after %d steps: %v\nfirst, after %d steps: %v", again.Steps, again.Err, f.Steps, f.Err)
		}
	}
}

// The tests say something: the monitors hear, what may go wrong does. And they keep
// the rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, v := range chain.Variants() {
		t.Run(v.Name, func(t *testing.T) {
			r := explore(t, v.Options, func(c *check.Config) { c.Schedules, c.Lasso = 60, true })
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
	good := chain.Options{Servers: 3, Clients: 1, Updates: 1}
	for want, change := range map[string]func(*chain.Options){
		"are at least 1":       func(o *chain.Options) { o.Servers = 0 },
		"cannot be negative":   func(o *chain.Options) { o.Crashes = -1 },
		"3 of 3 servers":       func(o *chain.Options) { o.Crashes, o.Delays = 2, 1 },
		"4 of 3 servers":       func(o *chain.Options) { o.Crashes, o.Strike = 2, true },
		"unknown bits: 0x8000": func(o *chain.Options) { o.Bugs = 1 << 15 },
	} {
		o := good
		change(&o)
		r := explore(t, o, func(c *check.Config) { c.Schedules = 1 })
		if r.Failure == nil || !strings.Contains(fmt.Sprint(r.Failure.Err), want) {
			t.Errorf("%s: %v", want, r.Failure)
		}
	}
}
