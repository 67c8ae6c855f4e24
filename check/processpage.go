package check

import (
	"sync/atomic"
	"unsafe"
)

// claims is how the workers of an explorer share the executions of a round: each takes the next ones. With worker
// processes it is in memory that all of them see, so that who takes what is settled by one instruction.
type claims struct {
	next      atomic.Uint64 // the next execution to be claimed
	_         [56]byte
	limit     atomic.Uint64 // executions from here on are not run
	_         [56]byte
	dismissed atomic.Uint32 // executions disturb each other, or are not repeatable: no more of them in worker processes
}

// desk is where a worker process shows what it does, in memory that the tester sees. It outlives the process: when that has
// ended, the desk tells what it was at and what it had claimed.
type desk struct {
	now   atomic.Uint64 // the execution that runs, or the last one, plus 1
	ended atomic.Uint64 // the last execution that has run, plus 1
	ran   atomic.Uint64 // executions and steps, for Progress
	steps atomic.Uint64
	beat  atomic.Uint64 // changes while the code of a long execution makes steps

	// A claim is written down before it is made and counted in made afterwards; told counts in a batch those whose
	// executions have all been told of. The page shows those in between.
	written, made atomic.Uint64
	ring          [claimsOpen]claim
}

type claim struct{ from, n atomic.Uint64 }

// claimsOpen is how many claims may wait to be told of.
const claimsOpen = 128

// pageSize holds either struct, and is a size that memory can be shared in on most systems.
const pageSize = 4096

// Neither struct is larger than a page.
var _ = [pageSize - unsafe.Sizeof(claims{})]byte{}
var _ = [pageSize - unsafe.Sizeof(desk{})]byte{}

// sharedPages is memory that an explorer shares with its worker processes: claims, and a desk for each. It is zero at
// first.
type sharedPages struct {
	memory []byte
	close  func() error
}

// sharedSize is how much memory so many processes need.
func sharedSize(processes int) int { return pageSize * (1 + processes) }

func (s *sharedPages) claims() *claims { return (*claims)(unsafe.Pointer(&s.memory[0])) }

// desk returns that of process n, from 0.
func (s *sharedPages) desk(n int) *desk { return (*desk)(unsafe.Pointer(&s.memory[pageSize*(1+n)])) }

// claim claims the next n executions and returns the first of them, which may be behind the limit.
func (d *desk) claim(from *atomic.Uint64, n uint64) uint64 {
	i := d.written.Load()
	slot := &d.ring[i%claimsOpen]
	for {
		at := from.Load()
		slot.from.Store(at)
		slot.n.Store(n)
		d.written.Store(i + 1)
		if from.CompareAndSwap(at, at+n) {
			d.made.Store(i + 1)
			return at
		}
	}
}

// untold returns the claims whose executions were not told of when only the first so many were. sure is false if nobody
// knows whether the last one has been made.
func (d *desk) untold(told uint64) (list []stretch, sure bool) {
	written, made := d.written.Load(), d.made.Load()
	for i := told; i < written && i < told+claimsOpen; i++ {
		c := &d.ring[i%claimsOpen]
		list = append(list, stretch{c.from.Load(), c.from.Load() + c.n.Load()})
	}
	return list, written == made
}

// stretch is the executions of [from, to).
type stretch struct{ from, to uint64 }

// standing is what changes on a desk while its process gets on.
type standing struct{ now, made, beat uint64 }

func (d *desk) look() standing { return standing{d.now.Load(), d.made.Load(), d.beat.Load()} }
