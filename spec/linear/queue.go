package linear

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// Queue is the specification of a first-in, first-out queue of Vs that is used by clients C. At first it is empty.
type Queue[C, V comparable] struct {
	// Name is the monitor's name in reports; empty is "Queue".
	Name string
}

// QueueOp enqueues a value, or dequeues one.
type QueueOp[V comparable] struct {
	Dequeue bool
	Value   V // to be enqueued
}

// String shows the operation as a call.
func (o QueueOp[V]) String() string {
	if o.Dequeue {
		return "dequeue()"
	}
	return fmt.Sprintf("enqueue(%v)", o.Value)
}

// Model returns the queue's model; inputs are QueueOps, outputs Results.
func (Queue[C, V]) Model() porcupine.Model {
	return object([]V(nil), func(q []V, o QueueOp[V]) ([]V, Result[V]) {
		switch {
		case !o.Dequeue:
			return append(slices.Clip(q), o.Value), wrote[V](true)
		case len(q) == 0:
			return q, Result[V]{}
		}
		return q[1:], found(q[0], true)
	}, slices.Equal[[]V])
}

// Monitor returns a monitor that hears the events that the other methods make.
func (q Queue[C, V]) Monitor() ravel.Monitor {
	return Spec[C, QueueOp[V], Result[V]]{q.Model(), named(q.Name, "Queue")}.Monitor()
}

// Enqueue returns the event that a client invokes the operation; Done says that it has returned.
func (Queue[C, V]) Enqueue(client C, value V) Invoked[C, QueueOp[V], Result[V]] {
	return Invoked[C, QueueOp[V], Result[V]]{client, QueueOp[V]{Value: value}}
}

// Done returns the event that a client's Enqueue has returned.
func (Queue[C, V]) Done(client C) Returned[C, QueueOp[V], Result[V]] {
	return Returned[C, QueueOp[V], Result[V]]{client, wrote[V](true)}
}

// Dequeue returns the event that a client invokes the operation; Got says that it has returned.
func (Queue[C, V]) Dequeue(client C) Invoked[C, QueueOp[V], Result[V]] {
	return Invoked[C, QueueOp[V], Result[V]]{client, QueueOp[V]{Dequeue: true}}
}

// Got returns the event that a client's Dequeue has returned; ok says that the queue was not empty.
func (Queue[C, V]) Got(client C, value V, ok bool) Returned[C, QueueOp[V], Result[V]] {
	return Returned[C, QueueOp[V], Result[V]]{client, found(value, ok)}
}

// Failed returns the event that a client's operation has had no effect and never will.
func (Queue[C, V]) Failed(client C) Failed[C, QueueOp[V], Result[V]] {
	return Failed[C, QueueOp[V], Result[V]]{client}
}

// Lost returns the event that a client will not hear of its operation.
func (Queue[C, V]) Lost(client C) Lost[C, QueueOp[V], Result[V]] {
	return Lost[C, QueueOp[V], Result[V]]{client}
}
