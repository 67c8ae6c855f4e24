package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// Map is the specification of a map from keys K to values V that is used by clients C. At first it is empty. Its
// histories are judged key by key.
type Map[C, K, V comparable] struct {
	// Name is the monitor's name in reports; empty is "Map".
	Name string
}

// MapOp is an operation of a Map.
type MapOp[K, V comparable] struct {
	Key K
	RegisterOp[V]
}

// String shows the operation as a call.
func (o MapOp[K, V]) String() string { return o.call(fmt.Sprint(o.Key)) }

// Model returns the map's model; inputs are MapOps, outputs Results.
func (Map[C, K, V]) Model() porcupine.Model {
	m := Sequential(cell[V]{}, func(s cell[V], o MapOp[K, V]) (cell[V], Result[V]) { return s.apply(o.RegisterOp) })
	m.Partition = func(history []porcupine.Operation) (parts [][]porcupine.Operation) {
		index := make(map[K]int)
		for _, o := range history {
			key := o.Input.(MapOp[K, V]).Key
			i, ok := index[key]
			if !ok {
				i = len(parts)
				index[key], parts = i, append(parts, nil)
			}
			parts[i] = append(parts[i], o)
		}
		return parts
	}
	return m
}

// Monitor returns a monitor that hears the events that the other methods make.
func (m Map[C, K, V]) Monitor() ravel.Monitor {
	return Spec[C, MapOp[K, V], Result[V]]{m.Model(), named(m.Name, "Map")}.Monitor()
}

func (Map[C, K, V]) invoked(client C, key K, o RegisterOp[V]) Invoked[C, MapOp[K, V], Result[V]] {
	return Invoked[C, MapOp[K, V], Result[V]]{client, MapOp[K, V]{key, o}}
}

// Write returns the event that a client invokes a write; Done says that it has returned.
func (m Map[C, K, V]) Write(client C, key K, value V) Invoked[C, MapOp[K, V], Result[V]] {
	return m.invoked(client, key, RegisterOp[V]{Kind: Write, New: value})
}

// Delete returns the event that a client invokes a deletion; Done says that it has returned.
func (m Map[C, K, V]) Delete(client C, key K) Invoked[C, MapOp[K, V], Result[V]] {
	return m.invoked(client, key, RegisterOp[V]{Kind: Delete})
}

// Done returns the event that a client's write or deletion has returned.
func (Map[C, K, V]) Done(client C) Returned[C, MapOp[K, V], Result[V]] {
	return Returned[C, MapOp[K, V], Result[V]]{client, wrote[V](true)}
}

// Read returns the event that a client invokes a read; Got says that it has returned.
func (m Map[C, K, V]) Read(client C, key K) Invoked[C, MapOp[K, V], Result[V]] {
	return m.invoked(client, key, RegisterOp[V]{Kind: Read})
}

// Got returns the event that a client's read has returned; ok says that the key had a value.
func (Map[C, K, V]) Got(client C, value V, ok bool) Returned[C, MapOp[K, V], Result[V]] {
	return Returned[C, MapOp[K, V], Result[V]]{client, found(value, ok)}
}

// CompareAndSwap returns the event that a client invokes a write on condition that the key has the old value; Swapped says
// that it has returned.
func (m Map[C, K, V]) CompareAndSwap(client C, key K, old, new V) Invoked[C, MapOp[K, V], Result[V]] {
	return m.invoked(client, key, RegisterOp[V]{CompareAndSwap, old, new})
}

// Swapped returns the event that a client's compare-and-swap has returned; ok says that it has written.
func (Map[C, K, V]) Swapped(client C, ok bool) Returned[C, MapOp[K, V], Result[V]] {
	return Returned[C, MapOp[K, V], Result[V]]{client, wrote[V](ok)}
}

// Failed returns the event that a client's operation has had no effect and never will.
func (Map[C, K, V]) Failed(client C) Failed[C, MapOp[K, V], Result[V]] {
	return Failed[C, MapOp[K, V], Result[V]]{client}
}

// Lost returns the event that a client will not hear of its operation.
func (Map[C, K, V]) Lost(client C) Lost[C, MapOp[K, V], Result[V]] {
	return Lost[C, MapOp[K, V], Result[V]]{client}
}
