package synod

import (
	"cmp"
	"fmt"
)

// NodeID is the number of a process. A process that plays several roles has one
// number. The numbers of proposers are positive.
type NodeID int

// Ballot is the number of a proposal. Ballots are ordered by round, and within a
// round by proposer. The zero Ballot is below all others and belongs to nobody.
type Ballot struct {
	Round    uint64
	Proposer NodeID
}

// Compare returns -1, 0 or 1 as b is below, equal to or above other.
func (b Ballot) Compare(other Ballot) int {
	return cmp.Or(cmp.Compare(b.Round, other.Round), cmp.Compare(b.Proposer, other.Proposer))
}

// IsZero reports whether b is the zero Ballot.
func (b Ballot) IsZero() bool { return b == Ballot{} }

// String returns round and proposer, such as 3.1.
func (b Ballot) String() string { return fmt.Sprintf("%d.%d", b.Round, b.Proposer) }

// Value is what is proposed and chosen. Its bytes mean nothing to the protocol.
type Value string

// Proposal is a value proposed under a ballot. The zero Proposal is none.
type Proposal struct {
	Ballot Ballot
	Value  Value
}

// String returns ballot and value, such as 3.1=x.
func (p Proposal) String() string {
	if p.Ballot.IsZero() {
		return "nothing"
	}
	return fmt.Sprintf("%v=%s", p.Ballot, string(p.Value))
}
