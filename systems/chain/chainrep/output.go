package chainrep

import (
	"errors"
	"fmt"
)

// ErrInvariant says that a node got what cannot be if all nodes keep to the
// protocol. It must stop: its state is not to be trusted.
var ErrInvariant = errors.New("chainrep: invariant broken")

// ErrUnexpected says that a node got a message that it has no use for in its
// state. The message is dropped.
var ErrUnexpected = errors.New("chainrep: unexpected message")

func broken(who NodeID, format string, args ...any) error {
	return fmt.Errorf("%w at %s: %s", ErrInvariant, who, fmt.Sprintf(format, args...))
}

func unexpected(who NodeID, state string, m Message) error {
	return fmt.Errorf("%w: %s got a %T%s", ErrUnexpected, who, m, state)
}

// outbox collects what a node sends.
type outbox []Envelope

func (o *outbox) send(to NodeID, m Message) { *o = append(*o, Envelope{to, m}) }
