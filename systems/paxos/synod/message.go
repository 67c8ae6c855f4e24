package synod

import "fmt"

// Message is one of Prepare, Promise, Reject, Accept and Accepted. Messages are
// plain values without pointers.
type Message interface{ message() }

// The messages of the protocol.
type (
	// Prepare asks acceptors to promise a ballot.
	Prepare struct{ Ballot Ballot }

	// Promise says that an acceptor will accept nothing below a ballot.
	Promise struct {
		From     NodeID
		Ballot   Ballot
		Accepted Proposal // the last proposal that it has accepted
	}

	// Reject says that an acceptor has promised too high a ballot to do what
	// Prepare or Accept asks.
	Reject struct {
		From     NodeID
		Ballot   Ballot // of the message that is rejected
		Promised Ballot
	}

	// Accept asks acceptors to accept a proposal.
	Accept struct{ Proposal Proposal }

	// Accepted says that an acceptor has accepted a proposal.
	Accepted struct {
		From     NodeID
		Proposal Proposal
	}
)

func (Prepare) message()  {}
func (Promise) message()  {}
func (Reject) message()   {}
func (Accept) message()   {}
func (Accepted) message() {}

func (m Prepare) String() string { return fmt.Sprintf("prepare %v", m.Ballot) }

func (m Promise) String() string {
	if m.Accepted.Ballot.IsZero() {
		return fmt.Sprintf("%d promises %v", m.From, m.Ballot)
	}
	return fmt.Sprintf("%d promises %v, has %v", m.From, m.Ballot, m.Accepted)
}

func (m Reject) String() string {
	return fmt.Sprintf("%d rejects %v, promised %v", m.From, m.Ballot, m.Promised)
}

func (m Accept) String() string   { return fmt.Sprintf("accept %v", m.Proposal) }
func (m Accepted) String() string { return fmt.Sprintf("%d accepted %v", m.From, m.Proposal) }
