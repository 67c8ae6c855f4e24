package linear

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// Log is the specification of a log of Vs that is used by clients C: values are appended, each gets an index, from 0, and
// can be read by it. At first it is empty.
type Log[C, V comparable] struct {
	// Name is the monitor's name in reports; empty is "Log".
	Name string
}

// LogOp appends a value, or reads the one at an index.
type LogOp[V comparable] struct {
	Append bool
	Value  V   // to be appended
	Index  int // to be read
}

// LogResult is the index of what was appended, or what was read.
type LogResult[V comparable] struct {
	Index int
	Read  Result[V]
}

// String shows the operation as a call.
func (o LogOp[V]) String() string {
	if o.Append {
		return fmt.Sprintf("append(%v)", o.Value)
	}
	return fmt.Sprintf("read(%d)", o.Index)
}

// String shows the index of what was appended, or what was read.
func (r LogResult[V]) String() string {
	if r.Read.Write {
		return fmt.Sprintf("index %d", r.Index)
	}
	return r.Read.String()
}

// Model returns the log's model; inputs are LogOps, outputs LogResults.
func (Log[C, V]) Model() porcupine.Model {
	return object([]V(nil), func(l []V, o LogOp[V]) ([]V, LogResult[V]) {
		switch {
		case o.Append:
			return append(slices.Clip(l), o.Value), LogResult[V]{len(l), wrote[V](true)}
		case o.Index < 0 || o.Index >= len(l):
			return l, LogResult[V]{}
		}
		return l, LogResult[V]{Read: found(l[o.Index], true)}
	}, slices.Equal[[]V])
}

// Monitor returns a monitor that hears the events that the other methods make.
func (l Log[C, V]) Monitor() ravel.Monitor {
	return Spec[C, LogOp[V], LogResult[V]]{l.Model(), named(l.Name, "Log")}.Monitor()
}

// Append returns the event that a client invokes the operation; Appended says that it has returned.
func (Log[C, V]) Append(client C, value V) Invoked[C, LogOp[V], LogResult[V]] {
	return Invoked[C, LogOp[V], LogResult[V]]{client, LogOp[V]{Append: true, Value: value}}
}

// Appended returns the event that a client's value has got an index.
func (Log[C, V]) Appended(client C, index int) Returned[C, LogOp[V], LogResult[V]] {
	return Returned[C, LogOp[V], LogResult[V]]{client, LogResult[V]{index, wrote[V](true)}}
}

// Read returns the event that a client reads what is at an index; Got says that it has returned.
func (Log[C, V]) Read(client C, index int) Invoked[C, LogOp[V], LogResult[V]] {
	return Invoked[C, LogOp[V], LogResult[V]]{client, LogOp[V]{Index: index}}
}

// Got returns the event that a client's read has returned; ok says that there was a value at the index.
func (Log[C, V]) Got(client C, value V, ok bool) Returned[C, LogOp[V], LogResult[V]] {
	return Returned[C, LogOp[V], LogResult[V]]{client, LogResult[V]{Read: found(value, ok)}}
}

// Failed returns the event that a client's operation has had no effect and never will.
func (Log[C, V]) Failed(client C) Failed[C, LogOp[V], LogResult[V]] {
	return Failed[C, LogOp[V], LogResult[V]]{client}
}

// Lost returns the event that a client will not hear of its operation.
func (Log[C, V]) Lost(client C) Lost[C, LogOp[V], LogResult[V]] {
	return Lost[C, LogOp[V], LogResult[V]]{client}
}
