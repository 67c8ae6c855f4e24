package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Consensus is the specification of ballot-based consensus on values V among processes P, with instances I and ballots B:
// Lamport, "Paxos made simple", 2001. It is told every acceptance and derives from them what is chosen: a value is chosen
// in a ballot when a majority of the acceptors have accepted it there.
//
//   - Agreement: in one instance at most one value is chosen.
//   - P2b: if a value is chosen, every proposal with a higher ballot has that value, whether it was issued before or after
//     the value was chosen.
//   - One proposal for each ballot: a ballot has one value, and an acceptor accepts only what was issued in the ballot.
//   - Learners learn only what is chosen.
//   - Validity: only values are issued that were proposed for the instance, or submitted for any of them.
//
// P2b implies Agreement but for ballots that compare equal; it fails earlier, often at a proposal that nobody has accepted
// yet.
//
// Its state grows with the number of ballots in which something was issued.
type Consensus[I, B, P, V comparable] struct {
	// Acceptors is how many there are; a majority is more than half of them.
	Acceptors int
	// Compare orders ballots like cmp.Compare, which serves for numbers and strings. It must be a pure function.
	Compare func(a, b B) int
	// AnyValue switches Validity off, for programs that do not tell what was proposed.
	AnyValue bool
	// Name is the monitor's name in reports; empty is "Consensus".
	Name string
}

// Issued says that the proposer of a ballot asks the acceptors to accept a value: the Accept request, or phase 2a.
type Issued[I, B, V comparable] struct {
	Instance I
	Ballot   B
	Value    V
}

// Accepted says that an acceptor has accepted a value in a ballot: phase 2b. It is told when the acceptance is binding, and
// before the message that speaks of it is sent.
type Accepted[I, B, P, V comparable] struct {
	Instance I
	Ballot   B
	By       P
	Value    V
}

// Monitor returns a monitor that hears Proposed, Submitted, Issued, Accepted and Chosen. If Acceptors or Compare is missing
// the execution fails and says so.
func (s Consensus[I, B, P, V]) Monitor() ravel.Monitor {
	return definition.Of[consensus[I, B, P, V]](s.Name, "Consensus", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.Entry((*consensus[I, B, P, V]).start),
			ravel.On((*consensus[I, B, P, V]).proposed),
			ravel.On((*consensus[I, B, P, V]).submitted),
			ravel.On((*consensus[I, B, P, V]).issued),
			ravel.On((*consensus[I, B, P, V]).accepted),
			ravel.On((*consensus[I, B, P, V]).learned))}
	}).New(&consensus[I, B, P, V]{
		acceptors: s.Acceptors, compare: s.Compare, any: s.AnyValue,
		valid: newValidity[I, V](), ballots: make(map[ballotOf[I, B]]*ballot[P, V]),
	})
}

// Proposed returns the event.
func (Consensus[I, B, P, V]) Proposed(instance I, value V) Proposed[I, V] {
	return Proposed[I, V]{instance, value}
}

// Submitted returns the event.
func (Consensus[I, B, P, V]) Submitted(value V) Submitted[V] { return Submitted[V]{value} }

// Issued returns the event.
func (Consensus[I, B, P, V]) Issued(instance I, ballot B, value V) Issued[I, B, V] {
	return Issued[I, B, V]{instance, ballot, value}
}

// Accepted returns the event.
func (Consensus[I, B, P, V]) Accepted(instance I, ballot B, by P, value V) Accepted[I, B, P, V] {
	return Accepted[I, B, P, V]{instance, ballot, by, value}
}

// Chosen returns the event.
func (Consensus[I, B, P, V]) Chosen(instance I, by P, value V) Chosen[I, P, V] {
	return Chosen[I, P, V]{instance, by, value}
}

func (e Issued[I, B, V]) String() string {
	return fmt.Sprintf("ballot %v of instance %v proposes %v", e.Ballot, e.Instance, e.Value)
}

func (e Accepted[I, B, P, V]) String() string {
	return fmt.Sprintf("%v accepts %v in ballot %v of instance %v", e.By, e.Value, e.Ballot, e.Instance)
}
