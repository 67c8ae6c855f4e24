package live

import (
	"sync"

	"github.com/ravelgo/ravel/internal/machine"
)

// An idle machine keeps memory for a few events only. One that has handled many at a time gives the rest to the machines of
// its system when it becomes idle, and the next one that runs out of room takes it, so that neither idle machines hold what
// nobody uses nor busy ones grow their queues anew for each burst. What no machine takes the garbage collector frees.

const (
	keepAtMost  = 16      // so many events an idle machine keeps memory for, in each of its queues and in its outbox
	spareAtMost = 1 << 16 // what holds more than so many is nothing that other machines need
)

// spares are queues and outboxes that no machine has: empty, and larger than what an idle machine keeps.
type spares struct {
	queues   sync.Pool // of *machine.Queue
	outboxes sync.Pool // of *[]machine.Effect
}

// growOutbox gives an outbox that has become too large for an idle machine the room of a spare one, if there is one.
func (s *spares) growOutbox(full []machine.Effect) []machine.Effect {
	if len(full) < keepAtMost {
		return full
	}
	spare, ok := s.outboxes.Get().(*[]machine.Effect)
	if !ok {
		return full
	}
	if cap(*spare) <= cap(full) {
		s.outboxes.Put(spare)
		return full
	}
	grown := append(*spare, full...)
	clear(full)
	return grown
}

// growQueue does the same for a queue that is full.
func (s *spares) growQueue(full *machine.Queue) {
	spare, ok := s.queues.Get().(*machine.Queue)
	if !ok {
		return
	}
	if spare.Cap() <= full.Cap() {
		s.queues.Put(spare)
		return
	}
	for i := range full.Len() {
		spare.Put(*full.At(i), full.MetaAt(i))
	}
	*full = *spare
}

// takeQueue takes the memory of a queue that is large and empty.
func (s *spares) takeQueue(q *machine.Queue) {
	n := q.Cap()
	if n <= keepAtMost || q.Len() > 0 {
		return
	}
	if n <= spareAtMost {
		spare := *q
		s.queues.Put(&spare)
	}
	*q = machine.Queue{}
}

// takeOutbox takes the memory of an outbox that is large and empty.
func (s *spares) takeOutbox(out *[]machine.Effect) {
	n := cap(*out)
	if n <= keepAtMost {
		return
	}
	if n <= spareAtMost {
		spare := (*out)[:0]
		s.outboxes.Put(&spare)
	}
	*out = nil
}

// giveBack takes large buffers from a machine that becomes idle; mu is held.
func (p *proc) giveBack() {
	s := &p.sys.spares
	if p.sys.noted {
		// What is kept beside events that somebody watches names machines and is not cleared: machines that have halted
		// are not to live on there.
		if p.In.Len() == 0 {
			p.In = machine.Queue{}
		}
		p.fresh = machine.Queue{}
	} else {
		s.takeQueue(&p.In)
		s.takeQueue(&p.fresh)
	}
	s.takeOutbox(&p.Out)
}

// large reports whether there is something to give back.
func (p *proc) large() bool { return max(p.In.Cap(), p.fresh.Cap(), cap(p.Out)) > keepAtMost }
