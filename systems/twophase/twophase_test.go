package twophase_test

import (
	"cmp"
	"flag"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/twophase"
	"github.com/ravelgo/ravel/systems/twophase/commit"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// explore explores without go test's flags and saved schedules.
func explore(t *testing.T, o twophase.Options, change func(*check.Config)) *check.Report {
	t.Helper()
	cfg := o.Settings()
	change(&cfg)
	r, err := check.Explore(t.Name(), cfg, twophase.Test(o))
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

// few is n, or a tenth of it under -short.
func few(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestCorrect samples the correct code in every scenario. For more executions: ravel bench correct twophase.
func TestCorrect(t *testing.T) {
	for _, s := range twophase.Scenarios() {
		for _, name := range []string{"portfolio", "random", "pct:5", "ss:rtc"} {
			t.Run(s.String()+" "+name, func(t *testing.T) {
				o := twophase.Options{Scenario: s}
				r := explore(t, o, func(c *check.Config) { c.Schedules, c.Strategy = few(1000), name })
				if r.Failure != nil || r.Nondeterminism != nil {
					t.Fatal(r.Summary(), r.Failure.Sentence())
				}
			})
		}
	}
}

var exhaust = flag.Bool("exhaust", false, "visit every state of larger tests, too")

// TestExhausted visits every state of the correct code where there are few enough. With -v it says how many there are. The
// larger tests take a minute or two:
//
//	go test -v ./twophase -run TestExhausted -exhaust
func TestExhausted(t *testing.T) {
	all := []twophase.Options{
		{Clients: 1, Writes: 1, Participants: 1},
		{Clients: 1, Writes: 1},
		{Clients: 2, Writes: 1, Participants: 1},
		{Scenario: twophase.Crashing, Clients: 1, Writes: 1, Participants: 1},
	}
	if testing.Short() {
		all = all[:2]
	}
	if *exhaust {
		all = append(all,
			twophase.Options{Clients: 1, Writes: 2},
			twophase.Options{Scenario: twophase.Crashing, Clients: 1, Writes: 1},
			twophase.Options{Scenario: twophase.Lossy, Clients: 1, Writes: 1, Participants: 1})
	}
	for _, o := range all {
		r := explore(t, o, func(c *check.Config) { c.Schedules, c.Strategy = 10_000_000, "states" })
		if r.Failure != nil || !r.Exhausted || len(r.Notes) > 0 {
			t.Errorf("%+v: exhausted: %v, notes %q, %s", o, r.Exhausted, r.Notes, r.Summary())
		}
		t.Logf("%v, clients %d, writes %d, participants %d: %d states", o.Scenario, o.Clients, o.Writes, cmp.Or(o.Participants, 2), r.States)
	}
}

// mutants are the defects that each monitor, and each check of the participants, is there for.
var mutants = []struct {
	name  string
	o     twophase.Options
	shows failure.Kind
	says  string
}{
	{"a request comes at the wrong time", twophase.Options{Bugs: commit.NoDefer}, failure.KindUnhandled, "Req"},
	{"not all have voted", twophase.Options{Bugs: commit.StaleCount}, failure.KindMonitor, "AC3"},
	{"not all have voted for this one", twophase.Options{Bugs: commit.StaleVotes}, failure.KindMonitor, "AC3"},
	{"a participant has not voted", twophase.Options{Bugs: commit.StaleCount}, failure.KindAssertion, "has not voted for it"},
	{"some commit, some abort", twophase.Options{Scenario: twophase.Lossy, Bugs: commit.AbortLate},
		failure.KindMonitor, "AC1"},
	{"the client waits for ever", twophase.Options{Scenario: twophase.Lossy, Bugs: commit.TellOnce},
		failure.KindLiveness, "Progress"},
	{"what is written is not read", twophase.Options{LogBugs: txn.Unapplied}, failure.KindMonitor, "ReadYourWrites"},
	{"a crash undoes a promise", twophase.Options{Scenario: twophase.Crashing, LogBugs: txn.Unsynced},
		failure.KindAssertion, "has not voted for it"},
	{"a crash undoes a commit", twophase.Options{Scenario: twophase.Crashing, LogBugs: txn.Unsynced},
		failure.KindMonitor, "ReadYourWrites"},
}

// TestMutants shows that nothing that is specified is empty: each monitor has a program that fails it, in the way that it
// is about. Several seeds are tried, as a defect may show in more than one way.
func TestMutants(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			last := ""
			for seed := range uint64(50) {
				f := found(t, explore(t, m.o, func(c *check.Config) {
					c.Schedules, c.Seed, c.Seeded, c.NoShrink = 5000, seed, true, true
				}))
				last = f.Sentence() + ": " + f.Err.Error()
				if failure.Of(f.Err).Kind() == m.shows && strings.Contains(last, m.says) {
					return
				}
			}
			t.Errorf("never found as %v with %q; the last one was %s", m.shows, m.says, last)
		})
	}
}

// The failure is a matter of the schedule alone: it comes back every time, also from a file, and without the defect nothing
// happens in the same schedules.
func TestReplays(t *testing.T) {
	for _, o := range []twophase.Options{
		{Bugs: commit.NoDefer}, {Bugs: commit.StaleCount}, {Bugs: commit.StaleVotes},
		{Scenario: twophase.Lossy, Bugs: commit.AbortLate},
	} {
		t.Run(o.Bugs.String(), func(t *testing.T) {
			f := found(t, explore(t, o, func(c *check.Config) { c.Schedules = 5000 }))
			path, err := schedule.Save(t.TempDir(), &f.Record)
			if err != nil {
				t.Fatal(err)
			}
			saved, err := schedule.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 10 {
				again := found(t, explore(t, o, func(c *check.Config) {
					c.Schedules, c.Workers, c.NoShrink = 1, 1, true
					c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
				}))
				if !failure.Same(f.Err, again.Err) || f.Steps != again.Steps {
					t.Fatalf("after %d steps: %v\nfirst, after %d steps: %v", again.Steps, again.Err, f.Steps, f.Err)
				}
			}
			correct := o
			correct.Bugs = 0
			r := explore(t, correct, func(c *check.Config) {
				c.Schedules, c.Seed, c.Seeded = f.Execution+1, f.Record.Seed, true
			})
			if r.Failure != nil {
				t.Error("without the defect: ", r.Failure.Sentence())
			}
		})
	}
}

// The tests say something: the monitors hear, values are read. And they keep the rules: no shared memory, nothing without
// a digest.
func TestNotVacuous(t *testing.T) {
	for _, s := range twophase.Scenarios() {
		t.Run(s.String(), func(t *testing.T) {
			r := explore(t, twophase.Options{Scenario: s}, func(c *check.Config) { c.Schedules, c.Lasso = 100, true })
			if r.Failure != nil || r.Nondeterminism != nil {
				t.Fatal(r.Summary(), r.Failure)
			}
			for what, list := range map[string][]string{
				"silent monitors": r.SilentMonitors, "unheard events": r.Unheard, "never true": r.NeverTrue, "notes": r.Notes,
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
	for want, o := range map[string]twophase.Options{
		"there is no Scenario(9)":            {Scenario: 9},
		"commit: Bugs has unknown bits 0x80": {Bugs: 1 << 7},
		"use the scenario":                   {LogBugs: txn.Unsynced},
		"txn: Bugs has unknown":              {LogBugs: 1 << 7},
		"none may be negative":               {Writes: -1},
		"at most 26":                         {Clients: 27},
	} {
		r := explore(t, o, func(c *check.Config) { c.Schedules = 1 })
		if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), want) {
			t.Errorf("%s: %v", want, r.Failure)
		}
	}
}
