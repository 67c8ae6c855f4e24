package synod

import "slices"

// Learner finds out which value is chosen, from the votes that it hears of.
type Learner struct {
	acceptors []NodeID
	votes     map[Proposal][]NodeID
	chosen    Value
	known     bool
}

// NewLearner returns a learner that counts the votes of these acceptors.
func NewLearner(acceptors []NodeID) *Learner {
	return &Learner{acceptors: slices.Clone(acceptors), votes: map[Proposal][]NodeID{}}
}

// Handle counts a vote. Doubled ones, those of strangers and other messages change
// nothing. It reports whether this is the vote by which the learner learns the
// value.
func (l *Learner) Handle(m Message) bool {
	vote, ok := m.(Accepted)
	if !ok || l.known || !slices.Contains(l.acceptors, vote.From) {
		return false
	}
	voters := l.votes[vote.Proposal]
	if slices.Contains(voters, vote.From) {
		return false
	}
	voters = insert(voters, vote.From)
	l.votes[vote.Proposal] = voters
	if len(voters) < Majority(len(l.acceptors)) {
		return false
	}
	l.chosen, l.known, l.votes = vote.Proposal.Value, true, nil
	return true
}

// Chosen returns the value that is chosen, and whether the learner knows one.
func (l *Learner) Chosen() (Value, bool) { return l.chosen, l.known }
