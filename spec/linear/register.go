package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// Register is the specification of a register that holds a V and is used by clients C: reads, writes, and
// compare-and-swaps.
type Register[C, V comparable] struct {
	// Initial is the value that nobody has written.
	Initial V
	// Name is the monitor's name in reports; empty is "Register".
	Name string
}

// RegisterOp is an operation of a Register or, on one of its keys, of a Map.
type RegisterOp[V comparable] struct {
	Kind Kind
	Old  V // of a compare-and-swap
	New  V // of a write or compare-and-swap
}

// Kind says what an operation does.
type Kind uint8

// The kinds of operations.
const (
	Read Kind = iota
	Write
	CompareAndSwap
	Delete // of a Map
)

// String shows the operation as a call.
func (o RegisterOp[V]) String() string { return o.call("") }

func (o RegisterOp[V]) call(key string) string {
	comma := key
	if key != "" {
		comma += ", "
	}
	switch o.Kind {
	case Write:
		return fmt.Sprintf("write(%s%v)", comma, o.New)
	case CompareAndSwap:
		return fmt.Sprintf("cas(%s%v, %v)", comma, o.Old, o.New)
	case Delete:
		return fmt.Sprintf("delete(%s)", key)
	}
	return fmt.Sprintf("read(%s)", key)
}

// cell is the state of a register; one of a Map may be empty.
type cell[V comparable] struct {
	value V
	full  bool
}

func (s cell[V]) String() string { return found(s.value, s.full).String() }

func (s cell[V]) apply(o RegisterOp[V]) (cell[V], Result[V]) {
	switch o.Kind {
	case Write:
		return cell[V]{o.New, true}, wrote[V](true)
	case Delete:
		return cell[V]{}, wrote[V](true)
	case CompareAndSwap:
		if s != (cell[V]{o.Old, true}) {
			return s, wrote[V](false)
		}
		return cell[V]{o.New, true}, wrote[V](true)
	}
	return s, found(s.value, s.full)
}

// Model returns the register's model; inputs are RegisterOps, outputs Results.
func (r Register[C, V]) Model() porcupine.Model {
	return Sequential(cell[V]{r.Initial, true}, cell[V].apply)
}

// Monitor returns a monitor that hears the events that the other methods make.
func (r Register[C, V]) Monitor() ravel.Monitor {
	return Spec[C, RegisterOp[V], Result[V]]{r.Model(), named(r.Name, "Register")}.Monitor()
}

// Write returns the event that a client invokes a write; Done says that it has returned.
func (Register[C, V]) Write(client C, value V) Invoked[C, RegisterOp[V], Result[V]] {
	return Invoked[C, RegisterOp[V], Result[V]]{client, RegisterOp[V]{Kind: Write, New: value}}
}

// Done returns the event that a client's write has returned.
func (Register[C, V]) Done(client C) Returned[C, RegisterOp[V], Result[V]] {
	return Returned[C, RegisterOp[V], Result[V]]{client, wrote[V](true)}
}

// Read returns the event that a client invokes a read; Got says that it has returned.
func (Register[C, V]) Read(client C) Invoked[C, RegisterOp[V], Result[V]] {
	return Invoked[C, RegisterOp[V], Result[V]]{client, RegisterOp[V]{Kind: Read}}
}

// Got returns the event that a client's read has returned a value.
func (Register[C, V]) Got(client C, value V) Returned[C, RegisterOp[V], Result[V]] {
	return Returned[C, RegisterOp[V], Result[V]]{client, found(value, true)}
}

// CompareAndSwap returns the event that a client invokes a write on condition that the register holds the old value;
// Swapped says that it has returned.
func (Register[C, V]) CompareAndSwap(client C, old, new V) Invoked[C, RegisterOp[V], Result[V]] {
	return Invoked[C, RegisterOp[V], Result[V]]{client, RegisterOp[V]{CompareAndSwap, old, new}}
}

// Swapped returns the event that a client's compare-and-swap has returned; ok says that it has written.
func (Register[C, V]) Swapped(client C, ok bool) Returned[C, RegisterOp[V], Result[V]] {
	return Returned[C, RegisterOp[V], Result[V]]{client, wrote[V](ok)}
}

// Failed returns the event that a client's operation has had no effect and never will.
func (Register[C, V]) Failed(client C) Failed[C, RegisterOp[V], Result[V]] {
	return Failed[C, RegisterOp[V], Result[V]]{client}
}

// Lost returns the event that a client will not hear of its operation.
func (Register[C, V]) Lost(client C) Lost[C, RegisterOp[V], Result[V]] {
	return Lost[C, RegisterOp[V], Result[V]]{client}
}

func named(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name
}
