package fabric

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// member is a replica and where it is.
type member struct {
	ID   service.ReplicaID
	Node ravel.ID
}

// config is the primary and the active secondaries of a partition, in the order of IDs.
type config []member

func (c config) has(id service.ReplicaID) bool {
	return slices.ContainsFunc(c, func(m member) bool { return m.ID == id })
}

// with and without return other configurations; c stays as it is.
func (c config) with(m member) config {
	d := append(slices.Clone(c), m)
	slices.SortFunc(d, func(a, b member) int { return int(a.ID - b.ID) })
	return d
}

func (c config) without(id service.ReplicaID) config {
	return slices.DeleteFunc(slices.Clone(c), func(m member) bool { return m.ID == id })
}

// majority is how many members must hold an operation for it to survive a change of the configuration.
func (c config) majority() int { return len(c)/2 + 1 }

// readQuorum is how many members must be asked to meet one of every majority.
func (c config) readQuorum() int { return len(c) - c.majority() + 1 }

// count returns how many members satisfy a condition.
func (c config) count(f func(service.ReplicaID) bool) int {
	n := 0
	for _, m := range c {
		if f(m.ID) {
			n++
		}
	}
	return n
}

// heldBy returns the greatest LSN that at least n members hold.
func (c config) heldBy(n int, holds func(service.ReplicaID) service.LSN) service.LSN {
	if n > len(c) {
		return 0
	}
	var all []service.LSN
	for _, m := range c {
		all = append(all, holds(m.ID))
	}
	slices.Sort(all)
	return all[len(all)-n]
}

func has[K comparable, V any](m map[K]V, k K) bool {
	_, ok := m[k]
	return ok
}
