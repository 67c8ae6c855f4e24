package replica

import (
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Network is a node's way to the other nodes.
type Network interface {
	// Send sends a message to another node. It does not block, may lose, delay and
	// double the message, and does not call back.
	Send(to synod.NodeID, m Message)
}

// Clients is a node's way to the clients.
type Clients interface {
	// Reply sends a response to the client that it names. It does not block, may lose
	// the response, and does not call back.
	Reply(rsm.Response)
}

// Store keeps the states of a node's acceptor, one for each slot.
type Store interface {
	// Load returns what was saved last of each slot. The caller owns the map.
	Load() (map[Slot]synod.State, error)

	// Save replaces the state of a slot, as in synod.Store.
	Save(Slot, synod.State) error
}
