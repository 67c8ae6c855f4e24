package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/twophase"
	"github.com/ravelgo/ravel/systems/twophase/commit"
)

func twoPhase() System {
	s := System{
		Name:    "twophase",
		Summary: "two-phase commit with a coordinator, participants and clients",
		Bugs: []Bug{
			twoPhaseBug("2pc_1", "requests of clients are not deferred while a participant is asked for a value",
				twophase.Options{Bugs: commit.NoDefer}, failure.KindUnhandled),
			twoPhaseBug("2pc_2", "the count of missing votes is not set back when a transaction is aborted",
				twophase.Options{Bugs: commit.StaleCount}, notUnanimous...),
			twoPhaseBug("2pc_3", "a vote is counted whatever transaction it is for",
				twophase.Options{Bugs: commit.StaleVotes}, notUnanimous...),
			twoPhaseBug("2pc_4", "when acknowledgements are late, those who have not sent them are told to abort",
				twophase.Options{Scenario: twophase.Lossy, Bugs: commit.AbortLate}, failure.KindMonitor),
		},
	}
	for _, sc := range twophase.Scenarios() {
		o := twophase.Options{Scenario: sc}
		s.Tests = append(s.Tests, Test{Name: sc.String(), Summary: sc.Summary(), Settings: o.Settings(), Body: twophase.Test(o)})
	}
	return s
}

// How a commit shows on which not all participants have voted yes: the monitor of atomicity hears of it, or a participant
// is to commit what it has not voted for.
var notUnanimous = []failure.Kind{failure.KindMonitor, failure.KindAssertion}

func twoPhaseBug(name, summary string, o twophase.Options, shows ...failure.Kind) Bug {
	correct := o
	correct.Bugs = 0
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: o.Settings(),
		Buggy:    twophase.Test(o),
		Correct:  twophase.Test(correct),
	}
}
