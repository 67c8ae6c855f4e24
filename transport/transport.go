package transport

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Transport carries events between the nodes of a cluster. Its methods may be called from any goroutine.
type Transport interface {
	// Node is the name of this node.
	Node() string

	// Serve begins to deliver what other nodes send. It is called once. The handler is called for one event of a sending node
	// after the other, but for those of different nodes at the same time. It may wait: the sender waits then, too. Its error
	// refuses the event, and is reported to the sender.
	Serve(h Handler) error

	// Host makes a machine of this node known by its name. It is an ErrDuplicate error if another node has one.
	Host(ctx context.Context, name string) error

	// Unhost takes that back.
	Unhost(name string)

	// Send hands an event over that is to be delivered to a machine of another node. From is the name of the machine that sends
	// it, which may be empty. Send waits while too many events are under way to that node, at most as long as the context
	// allows. After an error the event is not under way.
	Send(ctx context.Context, from string, to Address, event any) error

	// Close waits for what is under way, at most as long as the context allows, and leaves the cluster. What has not been
	// confirmed by then is reported as undelivered, and counted in the error.
	Close(ctx context.Context) error
}

// Handler delivers an event that another node has sent. To.Node is this node.
type Handler func(from, to Address, event any) error

// Address is where a machine is.
type Address struct {
	Node string // "" if it is whichever node hosts a machine of this name
	Name string // of the machine
}

// String writes the address so that ParseAddress reads it.
func (a Address) String() string {
	if a.Node == "" {
		return a.Name
	}
	return a.Node + "/" + a.Name
}

// ParseAddress reads what String wrote: the node, if there is one, and the machine, which may have slashes in its name only
// if there is a node.
func ParseAddress(s string) (Address, error) {
	a := Address{Name: s}
	if node, name, ok := strings.Cut(s, "/"); ok {
		if err := CheckNode(node); err != nil {
			return Address{}, fmt.Errorf("address %q: %w", s, err)
		}
		a = Address{node, name}
	}
	if a.Name == "" {
		return Address{}, fmt.Errorf("address %q has no machine: want node/machine, or machine", s)
	}
	return a, nil
}

// MaxName is how many bytes the name of a node or of a machine may have.
const MaxName = 200

// CheckNode reports what is wrong with the name of a node or of a cluster: it has letters, digits, "-" and "_" only.
func CheckNode(name string) error {
	if name == "" {
		return errors.New("a node needs a name")
	}
	if len(name) > MaxName {
		return fmt.Errorf("the name of a node has %d bytes, more than %d", len(name), MaxName)
	}
	for _, c := range name {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			continue
		}
		return fmt.Errorf("node name %q: want letters, digits, - and _ only", name)
	}
	return nil
}

// Delivery is what a transport promises.
type Delivery int

// The promises; see the package documentation.
const (
	AtMostOnce Delivery = iota
	AtLeastOnce
)

func (d Delivery) String() string {
	if d == AtLeastOnce {
		return "at least once"
	}
	return "at most once"
}

// Undelivered is something that was sent and will not arrive, or is not known to have arrived.
type Undelivered struct {
	From, To Address // of what is known
	Event    any     // nil if the node that reports it never had it
	N        uint64  // how many events; 1 if Event is set
	Err      error   // why
}

func (u *Undelivered) Error() string {
	what := fmt.Sprintf("%d events", u.N)
	if u.N == 1 {
		what = "an event"
	}
	if u.Event != nil {
		what = fmt.Sprintf("%T", u.Event)
	}
	return fmt.Sprintf("%s from %v to %v: %v", what, u.From, u.To, u.Err)
}

// Unwrap returns Err.
func (u *Undelivered) Unwrap() error { return u.Err }

// Why something cannot be delivered; test for them with errors.Is.
var (
	ErrNoMachine    = errors.New("no machine of this name is hosted")
	ErrNoNode       = errors.New("no node of this name is connected")
	ErrDuplicate    = errors.New("the name is taken")
	ErrDisconnected = errors.New("not connected")
	ErrLost         = errors.New("lost under way")
	ErrRestarted    = errors.New("the node was restarted, and what it had not confirmed may have arrived or not")
	ErrRefused      = errors.New("refused by the receiver")
	ErrClosed       = errors.New("the transport is closed")
)
