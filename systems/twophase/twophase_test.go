package twophase_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/twophase"
	"github.com/ravelgo/ravel/systems/twophase/commit"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

var study = trial.Of(twophase.Test)

// TestCorrect samples the correct code in every scenario. For more executions: ravel bench correct twophase.
func TestCorrect(t *testing.T) {
	for _, s := range twophase.Scenarios() {
		for _, name := range []string{"portfolio", "random", "pct:5", "ss:rtc"} {
			t.Run(s.String()+" "+name, func(t *testing.T) {
				o := twophase.Options{Scenario: s}
				study.Passes(t, o, check.Schedules(trial.Few(1000)), check.Strategy(name))
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
		study.Exhaust(t, o, "states", 10_000_000)
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
			study.Shows(t, m.o, 50, 5000, trial.Kind(m.shows, m.says))
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
			f := study.Find(t, o, check.Schedules(5000))
			study.Replays(t, o, f, 10)
			correct := o
			correct.Bugs = 0
			study.Passes(t, correct, trial.UpTo(f))
		})
	}
}

// The tests say something: the monitors hear, values are read. And they keep the rules: no shared memory, nothing without
// a digest.
func TestNotVacuous(t *testing.T) {
	for _, s := range twophase.Scenarios() {
		t.Run(s.String(), func(t *testing.T) {
			study.NotVacuous(t, twophase.Options{Scenario: s}, 100)
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
		study.Refuses(t, o, want)
	}
}
