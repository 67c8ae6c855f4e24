package spec_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

type (
	prepare struct{ from ravel.ID }
	ballot  struct {
		from string
		yes  bool
	}
	verdict struct{ commit bool }
)

var commits = spec.Atomicity[int, string]{Participants: []string{"p1", "p2"}}

// commitProtocol is a two-phase commit of one transaction by two participants.
func commitProtocol(bug string) func(*check.T) {
	return func(t *check.T) {
		s := commits
		if bug == "unknown participants" || bug == "nobody asked" {
			s.Participants = nil
		}
		t.Monitor(s.Monitor())
		if bug == "unknown participants, told" {
			t.Notify(s.Decided(1, "coordinator", false))
		}
		if bug == "unknown participants, told" || bug == "stranger" {
			t.Notify(s.Began(1, "p1", "p3"))
		}
		parts := []ravel.ID{
			t.Go("p1", func(c *ravel.Context) { participant(c, "p1", bug) }),
			t.Go("p2", func(c *ravel.Context) { participant(c, "p2", bug) }),
		}
		t.Go("coordinator", func(c *ravel.Context) { coordinator(c, parts, bug) })
	}
}

func participant(c *ravel.Context, me, bug string) {
	p := ravel.Receive[prepare](c)
	yes := bug == "first vote decides" || bug == "unknown participants" || c.Bool()
	c.Notify(commits.Voted(1, me, yes))
	if bug == "changed vote" {
		c.Notify(commits.Voted(1, me, !yes))
	}
	c.Send(p.from, ballot{me, yes})
	if bug == "unilateral abort" && !yes {
		c.Notify(commits.Decided(1, me, false))
		return
	}
	v := ravel.Receive[verdict](c)
	if bug == "deaf" && me == "p2" {
		v.commit = false
	}
	c.Notify(commits.Decided(1, me, v.commit))
	if bug == "reversed" {
		c.Notify(commits.Decided(1, me, !v.commit))
	}
}

func coordinator(c *ravel.Context, parts []ravel.ID, bug string) {
	if bug == "nobody asked" {
		c.Notify(commits.Decided(1, "coordinator", true))
	}
	for _, p := range parts {
		c.Send(p, prepare{c.Self()})
	}
	commit := true
	for i := range parts {
		v := ravel.Receive[ballot](c)
		switch bug {
		case "no is ignored":
		case "first vote decides", "unknown participants":
			if i == 0 {
				commit = v.yes
			}
			if i == 0 && commit {
				c.Notify(commits.Decided(1, "coordinator", true))
			}
		default:
			commit = commit && v.yes
		}
	}
	if bug == "no is ignored" || !(bug == "first vote decides" || bug == "unknown participants") || !commit {
		c.Notify(commits.Decided(1, "coordinator", commit))
	}
	for _, p := range parts {
		c.Send(p, verdict{commit})
	}
}

func TestAtomicity(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.Correct(t, commitProtocol("")) })
	for bug, want := range map[string]string{
		"deaf":                       "AC1: p2 aborts transaction 1, which coordinator and p1 have committed",
		"reversed":                   "AC2: p1 commits transaction 1, which it has decided otherwise before: p1 aborts transaction 1",
		"no is ignored":              "AC3: coordinator commits transaction 1, on which p1 has voted no",
		"first vote decides":         "AC3: coordinator commits transaction 1, on which p2 has not voted",
		"nobody asked":               "AC3: coordinator commits transaction 1, on which nobody has voted",
		"unknown participants":       "AC3: p2 votes yes on transaction 1 only after coordinator has committed it",
		"changed vote":               "a changed vote: p1 votes yes on transaction 1 after it has voted no",
		"stranger":                   "p2 votes no on transaction 1, in which only p1 and p3 take part",
		"unknown participants, told": "transaction 1 begins with p1 and p3 only after a vote or a decision: Began comes first",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, commitProtocol(bug), want) })
	}
}
