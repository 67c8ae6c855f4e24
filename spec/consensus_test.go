package spec_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

// number is the number of a proposal: proposals of one round are told apart by their proposers.
type number struct{ round, proposer int }

func (n number) String() string { return fmt.Sprintf("%d.%d", n.round, n.proposer) }

func compare(a, b number) int {
	return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(a.proposer, b.proposer))
}

var paxos = spec.Consensus[int, number, string, string]{Acceptors: 3, Compare: compare}

type (
	request1 struct {
		from   ravel.ID
		number number
	}
	promise struct {
		number   number
		accepted number // zero: nothing
		value    string
	}
	request2 struct {
		number number
		value  string
	}
)

// synod is single-decree Paxos with two proposers, each of which does one ballot and asks only so many acceptors, so that
// it is small enough for an exhaustive search: the first asks a1 and a2, the second a2 and a3.
func synod(bug string) func(*check.T) {
	return func(t *check.T) {
		s := paxos
		switch bug {
		case "acceptors are not counted":
			s.Acceptors = 0
		case "too few acceptors":
			s.Acceptors = 1
		case "ballots without order":
			s.Compare = nil
		case "ballots that compare equal":
			s.Compare = func(a, b number) int { return cmp.Compare(a.round, b.round) }
		case "any value":
			s.AnyValue = true
		}
		t.Monitor(s.Monitor())
		var acceptors []ravel.ID
		for i := range 3 {
			name := fmt.Sprint("a", i+1)
			acceptors = append(acceptors, t.Go(name, func(c *ravel.Context) { acceptor(c, name, bug) }))
		}
		var first ravel.ID
		for i := range 2 {
			n := number{1, i + 1}
			if bug == "" || bug == "any value" {
				n.round = i + 1
			}
			id := t.Go(fmt.Sprint("proposer", i+1), func(c *ravel.Context) {
				proposer(c, first, acceptors[i:i+2], n, fmt.Sprint("v", i+1), bug)
			})
			if i == 0 {
				first = id
			}
		}
	}
}

func acceptor(c *ravel.Context, me, bug string) {
	var promised, accepted number
	var value string
	for {
		switch e := ravel.Next(c).(type) {
		case request1:
			if compare(e.number, promised) <= 0 {
				continue
			}
			promised = e.number
			c.Send(e.from, promise{e.number, accepted, value})
		case request2:
			if compare(e.number, promised) < 0 && bug != "promises are broken" {
				continue
			}
			promised, accepted, value = e.number, e.number, e.value
			if bug == "accepts something else" {
				value = "x"
			}
			if bug == "acceptance of nothing" {
				e.number.round = 7
			}
			c.Notify(paxos.Accepted(1, e.number, me, value))
			c.Notify(paxos.Accepted(1, e.number, me, value)) // changes nothing
			if bug == "learns from one" {
				c.Notify(paxos.Chosen(1, me, value))
			}
		}
	}
}

func proposer(c *ravel.Context, first ravel.ID, acceptors []ravel.ID, n number, value, bug string) {
	if bug != "any value" && bug != "invented" {
		c.Notify(paxos.Proposed(1, value))
	}
	for _, a := range acceptors {
		c.Send(a, request1{c.Self(), n})
	}
	var best number
	ahead := false // the other one is
	for i := 0; i < len(acceptors); i++ {
		p, ok := ravel.Next(c).(promise) // not Receive: an acceptor may have promised more to the other
		if !ok {
			ahead = true
			i--
			continue
		}
		if compare(p.accepted, best) > 0 && bug != "promises are not read" && bug != "ballots that compare equal" {
			best, value = p.accepted, p.value
		}
	}
	if bug == "promises are broken" && n.proposer == 1 && !ahead {
		ravel.Next(c)
	}
	c.Notify(paxos.Issued(1, n, value))
	c.Notify(paxos.Issued(1, n, value)) // changes nothing
	if bug == "promises are broken" && n.proposer == 2 {
		c.Send(first, request2{}) // and dies
		return
	}
	if bug == "two values in a ballot" {
		c.Notify(paxos.Proposed(1, "w"))
		c.Notify(paxos.Issued(1, n, "w"))
	}
	for _, a := range acceptors {
		c.Send(a, request2{n, value})
	}
}

func TestConsensus(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.CorrectStates(t, synod("")) })
	t.Run("a majority has learned", func(t *testing.T) {
		spectest.Correct(t, func(t *check.T) {
			t.Monitor(paxos.Monitor())
			t.Notify(paxos.Submitted("v"))
			for slot := 1; slot <= 2; slot++ {
				t.Notify(paxos.Issued(slot, number{1, 1}, "v"))
				for _, a := range []string{"a1", "a2"} {
					t.Notify(paxos.Accepted(slot, number{1, 1}, a, "v"))
				}
				t.Notify(paxos.Chosen(slot, "a1", "v"))
			}
		})
	})
	t.Run("no majority has", func(t *testing.T) {
		spectest.Mutant(t, func(t *check.T) {
			t.Monitor(paxos.Monitor())
			t.Notify(paxos.Chosen(1, "a1", "v"))
		}, "a1 learns that v was chosen in instance 1, which no majority has accepted in one ballot: nobody has")
	})
	for bug, want := range map[string]string{
		"promises are not read":      "P2b: ballot 1.2 of instance 1 proposes v2, but v1 was chosen in ballot 1.1 by a1 and a2",
		"promises are broken":        "P2b: v1 was chosen in ballot 1.1 by a1 and a2, but ballot 1.2 of instance 1 proposes v2",
		"ballots that compare equal": "Agreement: in instance 1 v2 was chosen in ballot 1.2 by a2 and a3, but v1 was chosen in ballot 1.1 by a1 and a2",
		"invented":                   "Validity: ballot 1.1 of instance 1 proposes v1, which nobody has proposed",
		"two values in a ballot":     "one proposal for each ballot: ballot 1.1 of instance 1 proposes w, but has proposed v1 before",
		"accepts something else":     "one proposal for each ballot: a1 accepts x in ballot 1.1 of instance 1, which has proposed v1",
		"acceptance of nothing":      "one proposal for each ballot: a1 accepts v1 in ballot 7.1 of instance 1, in which nothing was proposed",
		"learns from one":            "a1 learns that v1 was chosen in instance 1, which no majority has accepted in one ballot: in ballot 1.1 a1",
		"too few acceptors":          "a1 and a2 have accepted, and spec.Consensus was told of 1 acceptors",
		"acceptors are not counted":  "spec.Consensus has 0 acceptors: set the field Acceptors to how many there are",
		"ballots without order":      "spec.Consensus cannot order ballots: set the field Compare, to cmp.Compare for instance",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, synod(bug), want) })
	}
}
