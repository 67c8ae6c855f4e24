package chainrep

import "fmt"

// NodeID names a server, a client, the master or the detector. IDs are unique in
// one deployment; "" is nobody.
type NodeID string

// Message is what nodes send each other. Messages are values: they share no
// memory with the node that made them.
type Message interface{ message() }

// Envelope is a message on its way.
type Envelope struct {
	To      NodeID
	Message Message
}

// Entry is an update in a history.
type Entry struct {
	Seq        uint64 // its number, given by the head; from 1
	Client     NodeID
	Req        uint64
	Key, Value string
}

func (e Entry) String() string {
	return fmt.Sprintf("%d: %s=%s of %s#%d", e.Seq, e.Key, e.Value, e.Client, e.Req)
}

// What clients and servers say to each other. Req numbers the updates of a client,
// and its queries, each from 1.
type (
	// Update asks the head to set a key.
	Update struct {
		Client     NodeID
		Req        uint64
		Key, Value string
	}
	// RespUpdate says that an update is done.
	RespUpdate struct{ Req uint64 }
	// Query asks the tail for the value of a key.
	Query struct {
		Client NodeID
		Req    uint64
		Key    string
	}
	// RespQuery answers a Query. Without Found there is no such key.
	RespQuery struct {
		Req        uint64
		Key, Value string
		Found      bool
	}
	// HeadTail tells the clients whom to ask.
	HeadTail struct {
		Head, Tail NodeID
		Epoch      uint64
	}
)

// What servers say to each other.
type (
	// Forward passes an entry down the chain. Epoch is that of the link it is
	// sent on; see the package documentation.
	Forward struct {
		From  NodeID
		Epoch uint64
		Entry Entry
	}
	// Ack says, up the chain, that the tail has processed all entries up to Seq.
	Ack struct{ Seq uint64 }
	// Handover says, down the chain, to a server that joins: all entries that have been
	// processed without it were sent before. It must not overtake them.
	Handover struct {
		From  NodeID
		Epoch uint64
	}
)

// What the master says to servers, and they to it. Each answer carries the epoch
// of what it answers.
type (
	// Config gives a new server its place in a new chain.
	Config struct {
		Pred, Succ NodeID // "" at the head and at the tail
		Epoch      uint64
	}
	Configured struct {
		From  NodeID
		Epoch uint64
	}
	BecomeHead struct{ Epoch uint64 }
	// HeadChanged answers BecomeHead.
	HeadChanged struct {
		From  NodeID
		Epoch uint64
	}
	BecomeTail struct{ Epoch uint64 }
	// TailChanged answers BecomeTail, and Handover.
	TailChanged struct {
		From  NodeID
		Epoch uint64
	}
	// NewPred gives a server a new predecessor, and begins a new link with it.
	NewPred struct {
		Pred  NodeID
		Epoch uint64
	}
	// SuccInfo answers NewPred with what the server has.
	SuccInfo struct {
		From     NodeID
		LastRecv uint64 // the last entry received
		LastAck  uint64 // the last entry known to be processed by the tail
		Epoch    uint64
	}
	// NewSucc gives a server a new successor, and says what that has.
	NewSucc struct {
		Succ              NodeID
		LastRecv, LastAck uint64
		Epoch             uint64
	}
	// SuccFixed answers NewSucc.
	SuccFixed struct {
		From  NodeID
		Epoch uint64
	}
	// Relink says that something may have been lost on the way between two neighbours
	// that live.
	Relink struct{ Up, Down NodeID }
	// Join asks for a place at the end of the chain, on behalf of a server that has
	// nothing: a NodeID that was never in it.
	Join struct{ Server NodeID }
	// Fence bars a server for good: it may be alive, but was suspected.
	Fence    struct{ Epoch uint64 }
	FenceAck struct {
		From  NodeID
		Epoch uint64
	}
)

// What the detector says and is told.
type (
	Ping struct{ From NodeID }
	Pong struct{ From NodeID }
	// PingDead comes back in place of a Pong from where a server was that is
	// dead for certain: its transport makes it, a refused connection for
	// instance.
	PingDead struct{ From NodeID }
	// FaultDetected tells the master. Without Dead the server is only suspected:
	// it has not answered in time.
	FaultDetected struct {
		Server NodeID
		Dead   bool
	}
	// FaultCorrected tells the detector which servers the chain consists of after
	// a reconfiguration.
	FaultCorrected struct{ Servers []NodeID }
	// Expected tells the detector who is about to join, to be looked after as well.
	Expected struct{ Servers []NodeID }
)

func (Update) message()         {}
func (RespUpdate) message()     {}
func (Query) message()          {}
func (RespQuery) message()      {}
func (HeadTail) message()       {}
func (Forward) message()        {}
func (Ack) message()            {}
func (Handover) message()       {}
func (Config) message()         {}
func (Configured) message()     {}
func (BecomeHead) message()     {}
func (HeadChanged) message()    {}
func (BecomeTail) message()     {}
func (TailChanged) message()    {}
func (NewPred) message()        {}
func (SuccInfo) message()       {}
func (NewSucc) message()        {}
func (SuccFixed) message()      {}
func (Join) message()           {}
func (Relink) message()         {}
func (Fence) message()          {}
func (FenceAck) message()       {}
func (Ping) message()           {}
func (Pong) message()           {}
func (PingDead) message()       {}
func (FaultDetected) message()  {}
func (FaultCorrected) message() {}
func (Expected) message()       {}
