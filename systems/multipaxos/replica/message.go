package replica

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Slot is a position in the log, from 0 on. Each slot is an instance of consensus.
type Slot uint64

// Message is what nodes send each other: one of Instance, Forward, Chosen and
// Missing. Messages are plain values without pointers.
type Message interface{ message() }

// The messages.
type (
	// Instance is a message of the consensus on a slot.
	Instance struct {
		Slot Slot
		Msg  synod.Message
	}

	// Forward passes a client's command to the leader.
	Forward struct{ Command rsm.Command }

	// Chosen tells the value of a slot.
	Chosen struct {
		Slot  Slot
		Value synod.Value
	}

	// Missing asks for the values of a slot and of all behind it.
	Missing struct{ From Slot }
)

func (Instance) message() {}
func (Forward) message()  {}
func (Chosen) message()   {}
func (Missing) message()  {}

func (m Instance) String() string { return fmt.Sprintf("slot %d: %v", m.Slot, m.Msg) }
func (m Forward) String() string  { return fmt.Sprintf("forward %v", m.Command) }
func (m Chosen) String() string   { return fmt.Sprintf("slot %d is %s", m.Slot, string(m.Value)) }
func (m Missing) String() string  { return fmt.Sprintf("slot %d is missing", m.From) }
