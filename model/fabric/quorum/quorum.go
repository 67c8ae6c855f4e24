package quorum

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Member is a replica and the node that hosts it. N is what the platform knows its nodes by.
type Member[N comparable] struct {
	ID   service.ReplicaID
	Node N
}

// Config is the primary and the active secondaries of a partition, in the order of IDs. Nil is no configuration.
type Config[N comparable] []Member[N]

// Has reports whether a replica is in the configuration.
func (c Config[N]) Has(id service.ReplicaID) bool {
	return slices.ContainsFunc(c, func(m Member[N]) bool { return m.ID == id })
}

// With returns the configuration with one more member; c stays as it is.
func (c Config[N]) With(m Member[N]) Config[N] {
	d := append(slices.Clone(c), m)
	slices.SortFunc(d, func(a, b Member[N]) int { return cmp.Compare(a.ID, b.ID) })
	return d
}

// Without returns the configuration without a member; c stays as it is.
func (c Config[N]) Without(id service.ReplicaID) Config[N] {
	return slices.DeleteFunc(slices.Clone(c), func(m Member[N]) bool { return m.ID == id })
}

// Majority is how many members must hold an operation for it to survive a change of the configuration.
func (c Config[N]) Majority() int { return len(c)/2 + 1 }

// WriteQuorum is how many members must hold an operation for it to be committed: a majority, and not less than what the
// service asks for.
func (c Config[N]) WriteQuorum(least int) int { return max(c.Majority(), least) }

// ReadQuorum is how many members must be asked to meet one of every majority.
func (c Config[N]) ReadQuorum() int { return len(c) - c.Majority() + 1 }

// Count returns how many members satisfy a condition.
func (c Config[N]) Count(f func(service.ReplicaID) bool) int {
	n := 0
	for _, m := range c {
		if f(m.ID) {
			n++
		}
	}
	return n
}

// HeldBy returns the greatest LSN that at least n members hold, 0 if there are fewer members. n is positive.
func (c Config[N]) HeldBy(n int, holds func(service.ReplicaID) service.LSN) service.LSN {
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

// Committed returns the LSN of the last operation that is committed: that need members of the current configuration
// hold, and a majority of the one before, as long as the current one catches up with it. Then prev is not nil. It may
// be less than it was, when a member takes the place of another one: what was committed stays committed.
func Committed[N comparable](cur Config[N], need int, prev Config[N], holds func(service.ReplicaID) service.LSN) service.LSN {
	n := cur.HeldBy(need, holds)
	if prev != nil {
		n = min(n, prev.HeldBy(prev.Majority(), holds))
	}
	return n
}

// ReadBy reports whether the replicas that were heard are a read quorum of each configuration in force.
func ReadBy[N comparable](inForce []Config[N], heard func(service.ReplicaID) bool) bool {
	for _, c := range inForce {
		if c.Count(heard) < c.ReadQuorum() {
			return false
		}
	}
	return true
}
