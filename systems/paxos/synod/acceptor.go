package synod

import "fmt"

// Acceptor votes on proposals.
type Acceptor struct {
	id    NodeID
	state State
	store Store
	net   Network
	bugs  Bugs
}

// OpenAcceptor returns an acceptor with the state that its store holds: how it
// starts, and how it restarts after a crash.
func OpenAcceptor(id NodeID, store Store, net Network, bugs Bugs) (*Acceptor, error) {
	if err := bugs.Check(); err != nil {
		return nil, err
	}
	state, err := store.Load()
	if err != nil {
		return nil, fmt.Errorf("synod: loading the state of acceptor %d: %w", id, err)
	}
	return &Acceptor{id: id, state: state, store: store, net: net, bugs: bugs}, nil
}

// State returns what the acceptor has promised and accepted.
func (a *Acceptor) State() State { return a.state }

// Handle takes a Prepare or an Accept from a process, and answers it. Other
// messages are not for acceptors and change nothing. An error is the store's: then
// the acceptor has not answered and its state is as before. It may go on, which is
// safe as nobody was told, or be opened again.
func (a *Acceptor) Handle(from NodeID, m Message) error {
	switch m := m.(type) {
	case Prepare:
		return a.prepare(from, m)
	case Accept:
		return a.accept(from, m)
	}
	return nil
}

func (a *Acceptor) prepare(from NodeID, m Prepare) error {
	if m.Ballot.Compare(a.state.Promised) <= 0 {
		a.net.Send(from, Reject{a.id, m.Ballot, a.state.Promised})
		return nil
	}
	next := State{Promised: m.Ballot, Accepted: a.state.Accepted}
	if a.bugs.has(Paxos2) {
		next.Accepted = Proposal{}
	}
	accepted := a.state.Accepted
	if a.bugs.has(Paxos3) {
		a.state = next
	} else if err := a.save(next); err != nil {
		return err
	}
	a.net.Send(from, Promise{a.id, m.Ballot, accepted})
	return nil
}

func (a *Acceptor) accept(from NodeID, m Accept) error {
	if m.Proposal.Ballot.Compare(a.state.Promised) < 0 {
		a.net.Send(from, Reject{a.id, m.Proposal.Ballot, a.state.Promised})
		return nil
	}
	if err := a.save(State{Promised: m.Proposal.Ballot, Accepted: m.Proposal}); err != nil {
		return err
	}
	a.net.Send(from, Accepted{a.id, m.Proposal})
	return nil
}

func (a *Acceptor) save(next State) error {
	if err := a.store.Save(next); err != nil {
		return fmt.Errorf("synod: saving the state of acceptor %d: %w", a.id, err)
	}
	a.state = next
	return nil
}
