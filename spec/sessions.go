package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Sessions is the specification of what clients C may read in their sessions, of keys K with values V: two of the
// guarantees of Terry, Demers, Petersen, Spreitzer, Theimer and Welch, "Session guarantees for weakly consistent
// replicated data", PDIS 1994. A client is a session: one that starts anew without its past is another client.
//
//   - ReadYourWrites: a read sees what its client has written before, if the write has succeeded.
//   - MonotonicReads: a read sees what its client has read before.
//   - No other values: a read returns what somebody has written, and not what a failed write left behind.
//
// To see a write means to return its value or one that may have overwritten it. What a client writes to a key takes effect
// in the order in which it writes; in which order the writes of two clients do, nobody tells. So a value is too old if its
// writer has overwritten it with one that the reader must see. For a key with one writer that is all there is to say; for
// a key with several writers staler values remain that only linearizability rules out (package linear). Where a value was
// written several times, a read may mean any of them.
//
// A write whose outcome is unknown may take effect at any time from its beginning on, or never. There are no deletions: let
// a value stand for none.
//
// Its state grows with the number of writes.
type Sessions[C, K, V comparable] struct {
	// Only restricts the guarantees that are demanded; 0 is all of them.
	Only Guarantee
	// Name is the monitor's name in reports; empty is "Sessions".
	Name string
}

// Guarantee is a set of session guarantees.
type Guarantee uint8

// The guarantees.
const (
	ReadYourWrites Guarantee = 1 << iota // a read sees the writes that succeeded before it in its session
	MonotonicReads                       // a read sees the writes that earlier reads of its session have seen
)

// Outcome is what a client knows of its operation when it ends.
type Outcome uint8

// The outcomes. An operation that the client gives up on is Unknown.
const (
	OK      Outcome = iota // the write has taken effect; the read has found the value
	Missing                // of a read: the key has no value
	Failed                 // the write has no effect, ever; the read says nothing
	Unknown                // the write may take effect, now, later or never; the read says nothing
)

var outcomes = [...]string{"ok", "missing", "failed", "unknown"}

// String returns the outcome in one word.
func (o Outcome) String() string {
	if int(o) < len(outcomes) {
		return outcomes[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// What happens in sessions. A client begins an operation when it has ended the one before.
type (
	// WriteBegan says that a client is about to send a write.
	WriteBegan[C, K, V comparable] struct {
		Client C
		Key    K
		Value  V
	}
	// WriteEnded says what became of the client's write.
	WriteEnded[C, K, V comparable] struct {
		Client  C
		Key     K
		Outcome Outcome
	}
	// ReadBegan says that a client is about to send a read.
	ReadBegan[C, K, V comparable] struct {
		Client C
		Key    K
	}
	// ReadEnded says what became of the client's read.
	ReadEnded[C, K, V comparable] struct {
		Client  C
		Key     K
		Outcome Outcome
		Value   V // if the outcome is OK
	}
)

// Monitor returns a monitor that hears the beginnings and ends of writes and reads.
func (s Sessions[C, K, V]) Monitor() ravel.Monitor {
	only := s.Only
	if only == 0 {
		only = ReadYourWrites | MonotonicReads
	}
	return definition.Of[sessions[C, K, V]](s.Name, "Sessions", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*sessions[C, K, V]).writeBegan),
			ravel.On((*sessions[C, K, V]).writeEnded),
			ravel.On((*sessions[C, K, V]).readBegan),
			ravel.On((*sessions[C, K, V]).readEnded))}
	}).New(newSessions[C, K, V](only))
}

// WriteBegan returns the event.
func (Sessions[C, K, V]) WriteBegan(client C, key K, value V) WriteBegan[C, K, V] {
	return WriteBegan[C, K, V]{client, key, value}
}

// WriteEnded returns the event.
func (Sessions[C, K, V]) WriteEnded(client C, key K, o Outcome) WriteEnded[C, K, V] {
	return WriteEnded[C, K, V]{client, key, o}
}

// ReadBegan returns the event.
func (Sessions[C, K, V]) ReadBegan(client C, key K) ReadBegan[C, K, V] {
	return ReadBegan[C, K, V]{client, key}
}

// ReadOK returns the event of a read that has found a value.
func (Sessions[C, K, V]) ReadOK(client C, key K, value V) ReadEnded[C, K, V] {
	return ReadEnded[C, K, V]{client, key, OK, value}
}

// ReadEnded returns the event of a read that has not found a value: o is Missing, Failed or Unknown.
func (Sessions[C, K, V]) ReadEnded(client C, key K, o Outcome) ReadEnded[C, K, V] {
	return ReadEnded[C, K, V]{Client: client, Key: key, Outcome: o}
}

func (e WriteBegan[C, K, V]) String() string {
	return fmt.Sprintf("%v begins to write %v = %v", e.Client, e.Key, e.Value)
}

func (e WriteEnded[C, K, V]) String() string {
	return fmt.Sprintf("%v ends its write of %v: %v", e.Client, e.Key, e.Outcome)
}

func (e ReadBegan[C, K, V]) String() string {
	return fmt.Sprintf("%v begins to read %v", e.Client, e.Key)
}

func (e ReadEnded[C, K, V]) String() string {
	if e.Outcome == OK {
		return fmt.Sprintf("%v reads %v = %v", e.Client, e.Key, e.Value)
	}
	return fmt.Sprintf("%v ends its read of %v: %v", e.Client, e.Key, e.Outcome)
}
