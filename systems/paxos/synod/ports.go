package synod

// Network is the way out of a core.
type Network interface {
	// Send sends a message to a process, itself included. It does not block, may
	// lose, delay and double the message, and does not call back.
	Send(to NodeID, m Message)
}

// State is what an acceptor must not forget.
//
// Invariant: Accepted.Ballot <= Promised in a state that a correct acceptor saves.
type State struct {
	Promised Ballot   // the highest ballot that it has promised
	Accepted Proposal // the last proposal that it has accepted
}

// Store keeps the State of one acceptor.
type Store interface {
	// Load returns the state that was saved last, or the zero State.
	Load() (State, error)

	// Save replaces the state. What the acceptor sends after Save has returned nil
	// may be known to others only once the state outlives any crash. After an error
	// either state may be found by the next Load.
	Save(State) error
}

// Timer is the timer of one proposer. It is not periodic. Whoever owns it calls
// Proposer.Timeout when it fires.
type Timer interface {
	Reset() // start it anew
	Stop()  // stop it, if it runs
}
