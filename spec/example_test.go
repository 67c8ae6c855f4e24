package spec_test

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/spec"
)

// explore prints what a monitor says about a body that is explored.
func explore(body func(*check.T)) {
	r, err := check.Explore("example", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, body)
	var v *failure.MonitorViolation
	switch {
	case err != nil:
		fmt.Println(err)
	case r.Failure == nil:
		fmt.Println("no failure")
	case errors.As(r.Failure.Err, &v):
		fmt.Println(v.Message)
	default:
		fmt.Println(r.Failure.Err)
	}
}

// Two servers believe that they lead in the same term.
func ExampleExclusion() {
	leaders := spec.Exclusion[string, int, string]{Once: true}
	explore(func(t *check.T) {
		t.Monitor(leaders.Monitor())
		for _, server := range []string{"s1", "s2"} {
			t.Go(server, func(c *ravel.Context) {
				c.Notify(leaders.Acquired("leader", 1, server))
			})
		}
	})
	// Output: s2 acquires leader in epoch 1, which s1 holds
}

// A participant gives up after it has voted yes.
func ExampleAtomicity() {
	commits := spec.Atomicity[int, string]{Participants: []string{"p1", "p2"}}
	explore(func(t *check.T) {
		t.Monitor(commits.Monitor())
		t.Notify(commits.Voted(1, "p1", true))
		t.Notify(commits.Voted(1, "p2", true))
		t.Notify(commits.Decided(1, "p2", false))
		t.Notify(commits.Decided(1, "p1", true))
	})
	// Output: AC1: p1 commits transaction 1, which p2 has aborted
}

func ExampleAgreement() {
	slots := spec.Agreement[int, string, string]{}
	explore(func(t *check.T) {
		t.Monitor(slots.Monitor())
		t.Notify(slots.Submitted("set x"))
		t.Notify(slots.Submitted("set y"))
		t.Notify(slots.Chosen(1, "n1", "set x"))
		t.Notify(slots.Chosen(1, "n2", "set y"))
	})
	// Output: Agreement: n2 learns that set y was chosen in instance 1, but n1 has learned set x
}

// A proposal above a chosen ballot carries another value: it will do harm when it is accepted.
func ExampleConsensus() {
	paxos := spec.Consensus[int, int, string, string]{Acceptors: 3, Compare: cmp.Compare[int], AnyValue: true}
	explore(func(t *check.T) {
		t.Monitor(paxos.Monitor())
		t.Notify(paxos.Issued(1, 10, "a"))
		t.Notify(paxos.Accepted(1, 10, "a1", "a"))
		t.Notify(paxos.Accepted(1, 10, "a2", "a"))
		t.Notify(paxos.Issued(1, 20, "b"))
	})
	// Output: P2b: ballot 20 of instance 1 proposes b, but a was chosen in ballot 10 by a1 and a2
}

func ExampleLogPrefix() {
	logs := spec.LogPrefix[string, string]{First: 1}
	explore(func(t *check.T) {
		t.Monitor(logs.Monitor())
		t.Notify(logs.Appended("r1", 1, "set x"))
		t.Notify(logs.Appended("r2", 1, "set y"))
	})
	// Output: LogPrefix: r2 appends set y at index 1, but r1 has set x there
}

// A request that was sent again is appended again.
func ExampleNoDuplicates() {
	type request struct {
		Client string
		Number int
		Text   string
	}
	logs := spec.NoDuplicates[string, request]{
		Same: func(a, b request) bool { return a.Client == b.Client && a.Number == b.Number },
	}
	explore(func(t *check.T) {
		t.Monitor(logs.Monitor())
		t.Notify(logs.Appended("r1", 0, request{"c1", 1, "add 5"}))
		t.Notify(logs.Appended("r1", 1, request{"c1", 1, "add 5"}))
	})
	// Output: NoDuplicates: r1 appends {c1 1 add 5} at index 1, but has {c1 1 add 5} at index 0
}

func ExampleSessions() {
	sessions := spec.Sessions[string, string, int]{}
	explore(func(t *check.T) {
		t.Monitor(sessions.Monitor())
		for v := 1; v <= 2; v++ {
			t.Notify(sessions.WriteBegan("c1", "x", v))
			t.Notify(sessions.WriteEnded("c1", "x", spec.OK))
		}
		t.Notify(sessions.ReadBegan("c1", "x"))
		t.Notify(sessions.ReadOK("c1", "x", 1))
	})
	// Output: ReadYourWrites: c1 reads x = 1, after it has written 2
}

// A server forgets a request.
func ExampleProgress() {
	requests := spec.Progress[int]{}
	explore(func(t *check.T) {
		t.Monitor(requests.Monitor())
		t.Notify(requests.Asked(1))
		t.Notify(requests.Asked(2))
		t.Notify(requests.Answered(1))
	})
	// Output: everything has come to rest, but monitor Progress (in hot state Waiting) still waits for something good to happen
}
