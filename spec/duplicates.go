package spec

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// NoDuplicates is the specification that no replica R has a request twice in its log: requests that are sent again take
// effect once.
//
// Its state grows with the lengths of the logs.
type NoDuplicates[R, E comparable] struct {
	// Same reports whether two entries are the same request. It must be a pure function; nil stands for equality. Entries
	// that may come repeatedly, such as those that only fill a gap, are the same as none.
	Same func(a, b E) bool
	// First is the index of the first entry of a log.
	First int
	// Name is the monitor's name in reports; empty is "NoDuplicates".
	Name string
}

// Monitor returns a monitor that hears Appended, Truncated, Installed and Removed.
func (d NoDuplicates[R, E]) Monitor() ravel.Monitor {
	return definition.Of[noDuplicates[R, E]](d.Name, "NoDuplicates", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*noDuplicates[R, E]).appended),
			ravel.On((*noDuplicates[R, E]).truncated),
			ravel.On((*noDuplicates[R, E]).installed),
			ravel.On((*noDuplicates[R, E]).removed))}
	}).New(&noDuplicates[R, E]{first: d.First, same: d.Same, logs: make(map[R][]E)})
}

// Appended returns the event.
func (NoDuplicates[R, E]) Appended(replica R, index int, entry E) Appended[R, E] {
	return Appended[R, E]{replica, index, entry}
}

// Truncated returns the event.
func (NoDuplicates[R, E]) Truncated(replica R, length int) Truncated[R] {
	return Truncated[R]{replica, length}
}

// Installed returns the event.
func (NoDuplicates[R, E]) Installed(replica R, length int) Installed[R] {
	return Installed[R]{replica, length}
}

// Removed returns the event.
func (NoDuplicates[R, E]) Removed(replica R) Removed[R] { return Removed[R]{replica} }

// noDuplicates is the monitor's state.
type noDuplicates[R, E comparable] struct {
	first int
	same  func(a, b E) bool `ravel:"-"` // the same in all executions of a test
	logs  map[R][]E
}

func (d *noDuplicates[R, E]) appended(c *ravel.MonitorContext, e Appended[R, E]) {
	for i, o := range d.logs[e.Replica] {
		if d.same == nil && o == e.Entry || d.same != nil && d.same(o, e.Entry) {
			c.Fail("NoDuplicates: %v, but has %v at index %d", e, o, d.first+i)
		}
	}
	d.logs[e.Replica] = append(d.logs[e.Replica], e.Entry)
}

func (d *noDuplicates[R, E]) truncated(_ *ravel.MonitorContext, e Truncated[R]) {
	log := d.logs[e.Replica]
	d.logs[e.Replica] = log[:max(0, min(e.Length, len(log)))]
}

// installed takes the entries from a longest log. If the logs are prefixes of one another, any of them will do; if they
// are not, that is the matter of LogPrefix.
func (d *noDuplicates[R, E]) installed(_ *ravel.MonitorContext, e Installed[R]) {
	var from []E
	for _, r := range ordered(d.logs) {
		if len(d.logs[r]) > len(from) {
			from = d.logs[r]
		}
	}
	d.logs[e.Replica] = slices.Clone(from[:max(0, min(e.Length, len(from)))])
}

func (d *noDuplicates[R, E]) removed(_ *ravel.MonitorContext, e Removed[R]) {
	delete(d.logs, e.Replica)
}
