package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Exclusion is the specification of locks and leaderships L: at any time, at most one process P holds one in an epoch E.
// Different epochs exclude nothing: a deposed leader may take itself for the leader of its old term. A lock without epochs
// has a single one, say 0.
//
// Its state grows with the number of locks held at a time, with Once with the number of epochs.
type Exclusion[L, E, P comparable] struct {
	// Once gives an epoch to its first holder for ever: nobody else may hold it even after a release. With a leadership and
	// its terms this is Election Safety (Ongaro and Ousterhout, "In search of an understandable consensus algorithm",
	// USENIX ATC 2014, figure 3).
	Once bool
	// Name is the monitor's name in reports; empty is "Exclusion".
	Name string
}

// Acquired says that a process holds a lock or leadership from now on. A holder may say so again.
type Acquired[L, E, P comparable] struct {
	Lock  L
	Epoch E
	By    P
}

// Released says that a process holds a lock or leadership no more. It is told before anybody else can acquire it.
type Released[L, E, P comparable] struct {
	Lock  L
	Epoch E
	By    P
}

// Monitor returns a monitor that hears Acquired and Released.
func (x Exclusion[L, E, P]) Monitor() ravel.Monitor {
	return definition.Of[exclusion[L, E, P]](x.Name, "Exclusion", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*exclusion[L, E, P]).acquired),
			ravel.On((*exclusion[L, E, P]).released))}
	}).New(&exclusion[L, E, P]{once: x.Once, holders: make(map[tenure[L, E]]holder[P])})
}

// Acquired returns the event.
func (Exclusion[L, E, P]) Acquired(lock L, epoch E, by P) Acquired[L, E, P] {
	return Acquired[L, E, P]{lock, epoch, by}
}

// Released returns the event.
func (Exclusion[L, E, P]) Released(lock L, epoch E, by P) Released[L, E, P] {
	return Released[L, E, P]{lock, epoch, by}
}

func (e Acquired[L, E, P]) String() string {
	return fmt.Sprintf("%v acquires %v in epoch %v", e.By, e.Lock, e.Epoch)
}

func (e Released[L, E, P]) String() string {
	return fmt.Sprintf("%v releases %v in epoch %v", e.By, e.Lock, e.Epoch)
}

// exclusion is the monitor's state.
type exclusion[L, E, P comparable] struct {
	once    bool
	holders map[tenure[L, E]]holder[P]
}

type tenure[L, E comparable] struct {
	lock  L
	epoch E
}

type holder[P comparable] struct {
	by   P
	past bool // it has released
}

func (x *exclusion[L, E, P]) acquired(c *ravel.MonitorContext, e Acquired[L, E, P]) {
	at := tenure[L, E]{e.Lock, e.Epoch}
	h, held := x.holders[at]
	c.Assert(!held || h.by == e.By || h.past, "%v, which %v holds", e, h.by)
	c.Assert(!held || h.by == e.By, "%v, which was %v's: an epoch has one holder for ever", e, h.by)
	x.holders[at] = holder[P]{by: e.By}
}

func (x *exclusion[L, E, P]) released(c *ravel.MonitorContext, e Released[L, E, P]) {
	at := tenure[L, E]{e.Lock, e.Epoch}
	h, held := x.holders[at]
	c.Assert(held && !h.past, "%v, which nobody holds", e)
	c.Assert(h.by == e.By, "%v, which %v holds", e, h.by)
	delete(x.holders, at)
	if x.once {
		x.holders[at] = holder[P]{h.by, true}
	}
}
