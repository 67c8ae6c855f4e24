package replication

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Member is a replica and the node that hosts it.
type Member struct {
	ID   service.ReplicaID
	Node string
}

// Config is the primary and the active secondaries of a partition, in the order of IDs.
type Config []Member

// Has reports whether a replica is in the configuration.
func (c Config) Has(id service.ReplicaID) bool {
	return slices.ContainsFunc(c, func(m Member) bool { return m.ID == id })
}

// With returns the configuration with one more member; c stays as it is.
func (c Config) With(m Member) Config {
	d := append(slices.Clone(c), m)
	slices.SortFunc(d, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return d
}

// Without returns the configuration without a member; c stays as it is.
func (c Config) Without(id service.ReplicaID) Config {
	return slices.DeleteFunc(slices.Clone(c), func(m Member) bool { return m.ID == id })
}

// Majority is how many members must hold an operation for it to survive a change of the configuration.
func (c Config) Majority() int { return len(c)/2 + 1 }

// ReadQuorum is how many members must be asked to meet one of every majority.
func (c Config) ReadQuorum() int { return len(c) - c.Majority() + 1 }

// Count returns how many members satisfy a condition.
func (c Config) Count(f func(service.ReplicaID) bool) int {
	n := 0
	for _, m := range c {
		if f(m.ID) {
			n++
		}
	}
	return n
}

// HeldBy returns the greatest LSN that at least n members hold, 0 if there are fewer members.
func (c Config) HeldBy(n int, holds func(service.ReplicaID) service.LSN) service.LSN {
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
