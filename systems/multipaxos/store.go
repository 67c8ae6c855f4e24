package multipaxos

import (
	"fmt"
	"maps"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// registers model the durable state of a node: one register for each slot, written
// atomically. They outlive the crashes of their node.
type registers struct{ states map[replica.Slot]synod.State }

// saved is a write.
type saved struct {
	slot  replica.Slot
	state synod.State
}

// Apply implements ravel.Model.
func (r *registers) Apply(op any) {
	s := op.(saved)
	r.states[s.slot] = s.state
}

func registersName(id synod.NodeID) string { return fmt.Sprintf("registers of node %d", id) }

// store is the replica.Store of a node. A save is an effect like a send: it happens
// before what the node sends later, and a crash may come before it. When a vote is
// durable, the monitors hear of it.
type store struct {
	c   *ravel.Context
	n   *Node
	ref ravel.ModelRef
}

func (s *store) Load() (map[replica.Slot]synod.State, error) {
	ref, model, ok := s.c.ModelNamed(registersName(s.n.id))
	if !ok {
		return nil, fmt.Errorf("there are no %s", registersName(s.n.id))
	}
	s.ref = ref
	return maps.Clone(model.(*registers).states), nil
}

func (s *store) Save(slot replica.Slot, next synod.State) error {
	vote := next.Promised == next.Accepted.Ballot // else a promise
	if vote {
		s.n.issued(s.c, slot, next.Accepted)
	}
	if !s.n.forgetful {
		s.c.Write(s.ref, saved{slot, next})
	}
	if vote {
		s.c.Notify(Voted{Instance: slot, Ballot: next.Accepted.Ballot, By: s.n.id, Value: next.Accepted.Value})
	}
	return nil
}
