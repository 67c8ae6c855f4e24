package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// What happens to the logs of replicas R with entries E. LogPrefix and NoDuplicates hear the same events.
type (
	// Appended says that a replica has appended or applied an entry, at the index after its last one.
	Appended[R, E comparable] struct {
		Replica R
		Index   int
		Entry   E
	}
	// Truncated says that a replica's log is left with its first Length entries, at most as many as it had: it has cut
	// its log, or a restart has lost what was not durable. A restart that keeps the log is no event.
	Truncated[R comparable] struct {
		Replica R
		Length  int
	}
	// Installed says that a replica has taken over the first Length entries from others, as a snapshot: its log is these.
	Installed[R comparable] struct {
		Replica R
		Length  int
	}
	// Removed says that a replica is gone for good, or has lost everything: it has no log.
	Removed[R comparable] struct{ Replica R }
)

func (e Appended[R, E]) String() string {
	return fmt.Sprintf("%v appends %v at index %d", e.Replica, e.Entry, e.Index)
}

func (e Truncated[R]) String() string {
	return fmt.Sprintf("%v truncates its log to length %d", e.Replica, e.Length)
}

func (e Installed[R]) String() string {
	return fmt.Sprintf("%v installs a log of length %d", e.Replica, e.Length)
}

func (e Removed[R]) String() string { return fmt.Sprintf("%v is removed", e.Replica) }

// LogPrefix is the specification of replicated logs: of the logs of any two replicas R, one is a prefix of the other. An
// entry once appended keeps its index for ever, even if no replica holds it any more (see Forget).
//
// Its state grows with the length of the longest log.
type LogPrefix[R, E comparable] struct {
	// First is the index of the first entry of a log.
	First int
	// Forget lets an index be used anew when no replica holds its entry any more: for logs whose entries count only when
	// several replicas hold them. Entries that were applied or answered are for ever.
	Forget bool
	// Name is the monitor's name in reports; empty is "LogPrefix".
	Name string
}

// Monitor returns a monitor that hears Appended, Truncated, Installed and Removed.
func (l LogPrefix[R, E]) Monitor() ravel.Monitor {
	return definition.Of[logPrefix[R, E]](l.Name, "LogPrefix", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*logPrefix[R, E]).appended),
			ravel.On((*logPrefix[R, E]).truncated),
			ravel.On((*logPrefix[R, E]).installed),
			ravel.On((*logPrefix[R, E]).removed))}
	}).New(&logPrefix[R, E]{first: l.First, forget: l.Forget, lengths: make(map[R]int)})
}

// Appended returns the event.
func (LogPrefix[R, E]) Appended(replica R, index int, entry E) Appended[R, E] {
	return Appended[R, E]{replica, index, entry}
}

// Truncated returns the event.
func (LogPrefix[R, E]) Truncated(replica R, length int) Truncated[R] {
	return Truncated[R]{replica, length}
}

// Installed returns the event.
func (LogPrefix[R, E]) Installed(replica R, length int) Installed[R] {
	return Installed[R]{replica, length}
}

// Removed returns the event.
func (LogPrefix[R, E]) Removed(replica R) Removed[R] { return Removed[R]{replica} }

// logPrefix is the monitor's state: the longest log, and how much of it each replica has.
type logPrefix[R, E comparable] struct {
	first   int
	forget  bool
	entries []E
	lengths map[R]int // Invariant: 0 <= lengths[r] <= len(entries).
}

func (l *logPrefix[R, E]) appended(c *ravel.MonitorContext, e Appended[R, E]) {
	n := l.lengths[e.Replica]
	c.Assert(e.Index == l.first+n, "%v, but the next index of its log is %d", e, l.first+n)
	if n < len(l.entries) {
		c.Assert(l.entries[n] == e.Entry, "LogPrefix: %v, but %s %v there", e, l.holders(n), l.entries[n])
	} else {
		l.entries = append(l.entries, e.Entry)
	}
	l.lengths[e.Replica] = n + 1
}

func (l *logPrefix[R, E]) truncated(c *ravel.MonitorContext, e Truncated[R]) {
	n := l.lengths[e.Replica]
	c.Assert(0 <= e.Length && e.Length <= n, "%v, but it has length %d", e, n)
	l.resize(e.Replica, e.Length)
}

func (l *logPrefix[R, E]) installed(c *ravel.MonitorContext, e Installed[R]) {
	c.Assert(0 <= e.Length && e.Length <= len(l.entries), "%v, but the longest log has length %d", e, len(l.entries))
	l.resize(e.Replica, e.Length)
}

func (l *logPrefix[R, E]) removed(_ *ravel.MonitorContext, e Removed[R]) {
	l.resize(e.Replica, 0)
	delete(l.lengths, e.Replica)
}

func (l *logPrefix[R, E]) resize(replica R, length int) {
	l.lengths[replica] = length
	if !l.forget {
		return
	}
	longest := 0
	for _, n := range l.lengths {
		longest = max(longest, n)
	}
	l.entries = l.entries[:longest]
}

// holders says who has an entry at an offset.
func (l *logPrefix[R, E]) holders(offset int) string {
	var by []R
	for _, r := range ordered(l.lengths) {
		if l.lengths[r] > offset {
			by = append(by, r)
		}
	}
	if len(by) == 0 {
		return "a replica that has lost it since had"
	}
	return has(by)
}
