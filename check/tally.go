package check

import (
	"slices"

	"github.com/ravelgo/ravel/internal/engine"
)

// entry is what is counted of one execution. It is kept apart until no execution before it can fail any more, because a
// report of a failure counts the executions up to it and no other: then it does not depend on who was how fast.
type entry struct {
	k       uint64
	hash    uint64        // of the choices
	before  *engine.Paths // executions that the engine has run before it, in the same go; nil if there are none
	rewound int32
	steps   int32
	is      uint8
	allowed []uint64 // goroutines left, by what allows them; nil if there were none
}

const (
	isBounded = 1 << iota
	isSlow
	isSkipped
	isCurtailed
	isPruned
	isEndless
)

// foldAt is the number of entries at which a worker tries to get rid of them.
const foldAt = 1024

// note keeps the entry of an execution that this worker has run.
func (w *worker) note(k uint64, o *engine.Outcome) {
	e := entry{k: k, steps: int32(o.Steps), rewound: int32(o.Rewound)}
	if !w.back {
		e.hash = hashChoices(o.Choices)
	}
	if o.Before.N > 0 {
		before := o.Before
		e.before = &before
	}
	if o.Bounded {
		e.is |= isBounded
	}
	if o.Slow {
		e.is |= isSlow
	}
	if w.exec.skipped {
		e.is |= isSkipped
	}
	if w.exec.curtailed {
		e.is |= isCurtailed
	}
	if o.Pruned {
		e.is |= isPruned
	}
	if o.Endless != nil && !o.Bounded {
		e.is |= isEndless
	}
	e.allowed = w.cfg.allowedIn(o)
	w.log = append(w.log, e)
	if o.Unhashable != nil && (w.visits || !w.back) {
		w.unhashable = o.Unhashable
	}
}

// fold counts the first entries of a worker's log, those of executions before the given one.
func (x *explorer) fold(w *worker, before uint64) {
	r, n := x.report, 0
	for i := range w.log {
		e := &w.log[i]
		if e.k >= before {
			break
		}
		n++
		if w.back {
			r.Distinct++ // an exhaustive strategy runs each once
		} else {
			x.distinct.add(e.hash)
		}
		if p := e.before; p != nil {
			r.Executions += uint64(p.N)
			r.Distinct += uint64(p.N)
			r.Steps += uint64(p.Steps)
			r.LongestExecution = max(r.LongestExecution, p.Longest)
			r.Bounded += uint64(p.Bounded)
			r.Pruned += uint64(p.Pruned)
			r.Slow += uint64(p.Slow)
		}
		r.Rewound += uint64(e.rewound)
		r.Executions++
		r.Steps += uint64(e.steps)
		r.LongestExecution = max(r.LongestExecution, int(e.steps))
		r.Bounded += uint64(e.is & isBounded)
		r.Slow += uint64(e.is & isSlow / isSlow)
		r.Skipped += uint64(e.is & isSkipped / isSkipped)
		r.Curtailed += uint64(e.is & isCurtailed / isCurtailed)
		r.Pruned += uint64(e.is & isPruned / isPruned)
		r.Endless += uint64(e.is & isEndless / isEndless)
		x.countAllowed(e.allowed)
	}
	w.log = w.log[:copy(w.log, w.log[n:])]
	if w.unhashable != nil {
		r.note("cannot be fingerprinted: " + w.unhashable.Error())
		w.unhashable = nil
	}
}

// tryFold counts what can be counted while others run.
func (x *explorer) tryFold(w *worker) {
	if !x.mu.TryLock() {
		return // another time
	}
	defer x.mu.Unlock()
	before := max(x.first.k, x.first.k+1)
	for _, o := range x.workers {
		if now := o.now.Load(); now > 0 {
			before = min(before, now-1)
		}
	}
	x.fold(w, min(before, x.crew.earliest()))
}

// foldRest counts everything that is left at the end of a round, up to the first failure.
func (x *explorer) foldRest() {
	for _, w := range slices.Concat(x.workers, x.crew.tallies()) {
		x.fold(w, max(x.first.k, x.first.k+1))
		w.log = w.log[:0]
	}
}
