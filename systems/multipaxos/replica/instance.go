package replica

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// UnexpectedError says that a node got a message for which its state has no use.
type UnexpectedError struct {
	Node  synod.NodeID
	Phase synod.Phase
	Msg   Message
}

// Error says what came when.
func (e *UnexpectedError) Error() string {
	return fmt.Sprintf("replica: node %d is %v and does not expect %q", e.Node, e.Phase, fmt.Sprint(e.Msg))
}

// instance takes a message of the consensus on a slot.
func (n *Node) instance(from synod.NodeID, in Instance) error {
	switch m := in.Msg.(type) {
	case synod.Prepare, synod.Accept:
		return n.vote(from, in.Slot, m)
	case synod.Reject:
		if n.proposer == nil && n.last == (round{in.Slot, m.Ballot}) && n.cfg.Bugs.has(MultiPaxos1) {
			return &UnexpectedError{n.cfg.ID, n.Phase(), in}
		}
	}
	if n.proposer == nil || in.Slot != n.next {
		return nil // too late: the slot is chosen or was given up
	}
	n.proposer.Handle(in.Msg)
	if vote, ok := in.Msg.(synod.Accepted); ok && n.cfg.Bugs.has(AnswerEarly) && vote.Proposal.Ballot == n.proposer.Ballot() {
		if err := n.apply(vote.Proposal.Value); err != nil {
			return err
		}
	}
	return n.proceed()
}

// vote is what the acceptor does. It serves any slot, chosen or not: others may not
// know.
func (n *Node) vote(from synod.NodeID, s Slot, m synod.Message) error {
	var bugs synod.Bugs
	if n.cfg.Bugs.has(MultiPaxos2) {
		bugs = synod.Paxos2
	}
	acceptor, err := synod.OpenAcceptor(n.cfg.ID, slotStore{n, s}, slotNetwork{n, s}, bugs)
	if err != nil {
		return err
	}
	return acceptor.Handle(from, m)
}

// slotStore is the part of a node's store that belongs to a slot.
type slotStore struct {
	n *Node
	s Slot
}

func (st slotStore) Load() (synod.State, error) { return st.n.states[st.s], nil }

func (st slotStore) Save(next synod.State) error {
	if err := st.n.ports.Store.Save(st.s, next); err != nil {
		return fmt.Errorf("replica: slot %d: %w", st.s, err)
	}
	st.n.states[st.s] = next
	return nil
}

// slotNetwork carries the messages of a slot.
type slotNetwork struct {
	n *Node
	s Slot
}

func (net slotNetwork) Send(to synod.NodeID, m synod.Message) { net.n.send(to, Instance{net.s, m}) }
