package spec

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Atomicity is the specification of atomic commitment among participants P of transactions T: conditions AC1 to AC3 of
// Bernstein, Hadzilacos and Goodman, "Concurrency control and recovery in database systems", 1987, section 7.3.
//
//   - AC1: no participant commits a transaction that another one aborts.
//   - AC2: no participant reverses its decision.
//   - AC3: a transaction is committed only when all participants have voted yes.
//
// A participant votes once: it may repeat its vote, as a retransmission does, and not change it. Whoever decides without
// being a participant, a coordinator for instance, counts in AC1 and AC2. That there is a decision at all is the matter of
// Progress.
//
// Its state grows with the number of transactions.
type Atomicity[T, P comparable] struct {
	// Participants are those that take part in every transaction of which no Began says otherwise. If it is empty and
	// there is no Began, the participants are those that have voted: a commit that did not wait for somebody is then found
	// when that vote comes, and not before.
	Participants []P
	// Name is the monitor's name in reports; empty is "Atomicity".
	Name string
}

// Began says who takes part in a transaction. It precedes the votes.
type Began[T, P comparable] struct {
	Tx           T
	Participants []P // as passed to Began, not changed afterwards
}

// Voted says that a participant has voted, at the moment from which the vote binds it: before the vote is sent.
type Voted[T, P comparable] struct {
	Tx          T
	Participant P
	Yes         bool
}

// Decided says that a process has decided the fate of a transaction for itself: it has committed or aborted.
type Decided[T, P comparable] struct {
	Tx     T
	By     P
	Commit bool
}

// Monitor returns a monitor that hears Began, Voted and Decided.
func (a Atomicity[T, P]) Monitor() ravel.Monitor {
	return definition.Of[atomicity[T, P]](a.Name, "Atomicity", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*atomicity[T, P]).began),
			ravel.On((*atomicity[T, P]).voted),
			ravel.On((*atomicity[T, P]).decided))}
	}).New(&atomicity[T, P]{all: slices.Clone(a.Participants), txs: make(map[T]*transaction[P])})
}

// Began returns the event.
func (Atomicity[T, P]) Began(tx T, participants ...P) Began[T, P] {
	return Began[T, P]{tx, slices.Clone(participants)}
}

// Voted returns the event.
func (Atomicity[T, P]) Voted(tx T, participant P, yes bool) Voted[T, P] {
	return Voted[T, P]{tx, participant, yes}
}

// Decided returns the event.
func (Atomicity[T, P]) Decided(tx T, by P, commit bool) Decided[T, P] {
	return Decided[T, P]{tx, by, commit}
}

func (e Began[T, P]) String() string {
	return fmt.Sprintf("transaction %v begins with %s", e.Tx, list(e.Participants))
}

func (e Voted[T, P]) String() string {
	return fmt.Sprintf("%v votes %s on transaction %v", e.Participant, vote(e.Yes), e.Tx)
}

func (e Decided[T, P]) String() string {
	return fmt.Sprintf("%v %s transaction %v", e.By, decision(e.Commit), e.Tx)
}

func vote(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func decision(commit bool) string {
	if commit {
		return "commits"
	}
	return "aborts"
}

func decided(commit bool) string {
	if commit {
		return "committed"
	}
	return "aborted"
}

// atomicity is the monitor's state.
type atomicity[T, P comparable] struct {
	all []P
	txs map[T]*transaction[P]
}

// transaction is what is known of one transaction.
type transaction[P comparable] struct {
	known   bool // who takes part
	members []P
	votes   map[P]bool // yes?
	fates   map[P]bool // commit? All the same, as the execution ends at the first difference.
}

func (a *atomicity[T, P]) tx(id T) *transaction[P] {
	t := a.txs[id]
	if t == nil {
		t = &transaction[P]{known: len(a.all) > 0, members: a.all, votes: make(map[P]bool), fates: make(map[P]bool)}
		a.txs[id] = t
	}
	return t
}

func (a *atomicity[T, P]) began(c *ravel.MonitorContext, e Began[T, P]) {
	t := a.tx(e.Tx)
	c.Assert(len(t.votes) == 0 && len(t.fates) == 0,
		"%v only after a vote or a decision: Began comes first", e)
	t.known, t.members = true, slices.Clone(e.Participants)
}

func (a *atomicity[T, P]) voted(c *ravel.MonitorContext, e Voted[T, P]) {
	t := a.tx(e.Tx)
	c.Assert(!t.known || slices.Contains(t.members, e.Participant),
		"%v, in which only %s take part", e, list(t.members))
	before, again := t.votes[e.Participant]
	c.Assert(!again || before == e.Yes, "a changed vote: %v after it has voted %s", e, vote(before))
	if by := t.deciders(true); !again && len(by) > 0 {
		c.Fail("AC3: %v only after %s committed it", e, has(by))
	}
	t.votes[e.Participant] = e.Yes
}

func (a *atomicity[T, P]) decided(c *ravel.MonitorContext, e Decided[T, P]) {
	t := a.tx(e.Tx)
	before, again := t.fates[e.By]
	c.Assert(!again || before == e.Commit, "AC2: %v, which it has decided otherwise before: %v", e,
		Decided[T, P]{e.Tx, e.By, before})
	if by := t.deciders(!e.Commit); len(by) > 0 {
		c.Fail("AC1: %v, which %s %s", e, has(by), decided(!e.Commit))
	}
	t.fates[e.By] = e.Commit
	if e.Commit {
		t.unanimous(c, e)
	}
}

// deciders returns who has decided so.
func (t *transaction[P]) deciders(commit bool) (by []P) {
	for p, c := range t.fates {
		if c == commit {
			by = append(by, p)
		}
	}
	return sorted(by)
}

// unanimous asserts that all participants have voted yes.
func (t *transaction[P]) unanimous(c *ravel.MonitorContext, e fmt.Stringer) {
	c.Assert(t.known || len(t.votes) > 0, "AC3: %v, on which nobody has voted", e)
	members := t.members
	if !t.known {
		members = ordered(t.votes)
	}
	for _, p := range members {
		yes, voted := t.votes[p]
		c.Assert(voted, "AC3: %v, on which %v has not voted", e, p)
		c.Assert(yes, "AC3: %v, on which %v has voted no", e, p)
	}
}
