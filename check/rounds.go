package check

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// lastRound is where the estimates are frozen, so that workers need not meet any more.
const lastRound = 1024

// rounds runs executions in fixed ranges of k. The estimates that strategies get are merged at the end of each range, and
// what it taught is handed to those that learn, so that neither depends on the number of workers.
func (x *explorer) rounds(est strategy.Execution) {
	total := x.cfg.Schedules
	if total == 0 {
		total = math.MaxUint64
	}
	r := x.report
	wide := uint64(16) // the end of a range, but for strategies that want shorter ones
	if r := x.report; r.Exhaustive {
		wide = total // it learns nothing from the rounds
	}
	ended := false // by the strategy
	for from := uint64(0); from < total; {
		if from >= lastRound {
			wide = total
		}
		end := min(wide, total, x.lessonEnd(from))
		grown := x.round(from, end, est)
		x.foldRest()
		ended = r.Executions < end && !x.overtime.Load()
		if x.first.err != nil || x.broken != nil || r.Executions < end {
			break
		}
		if from < lastRound {
			est = largest(est, grown)
		}
		if from = end; from == wide {
			wide *= 4
		}
		if x.teach(); x.broken != nil {
			break
		}
		if x.alone.Load() {
			x.shrink()
		}
	}
	r.CutByTime = x.overtime.Load() && r.Executions < total && x.first.err == nil && !ended
	r.CutByDeadline = r.CutByTime && x.cfg.deadline
	if c, ok := x.workers[0].strat.(interface{ States() uint64 }); ok {
		r.States = c.States()
	}
	if x.first.err == nil && x.broken == nil {
		x.exhausted(ended)
	}
}

// exhausted finds out whether everything has been explored.
func (x *explorer) exhausted(ended bool) {
	r := x.report
	s := x.workers[0].strat
	if !r.Exhaustive {
		if ended {
			r.note("strategy " + r.Strategy + " has nothing more to try; it is not an exhaustive one")
		}
		return
	}
	e, tells := s.(interface{ Exhausted() bool })
	if w := x.workers[0]; w.begun || w.ended {
		ended = w.ended // the engine has asked for the next one
	} else if !ended && tells {
		// Its last execution may have been the last there is: only the next Start says so.
		ended = !s.Start(x.execution(r.Executions, strategy.Execution{}))
	}
	r.Exhausted = ended && (!tells || e.Exhausted())
	r.CutShort = !r.Exhausted
	if b, ok := s.(bounded); ok {
		if r.Strata = b.Strata(); r.Exhausted && !b.Complete() {
			r.Within = b.Within()
		}
	}
	if _, ok := s.(interface{ States() uint64 }); ok && r.Bounded > 0 {
		r.Exhausted, r.CutShort = false, true // what is behind a cut may be reached in no other way
	}
	_, r.Reduced = s.(strategy.Reducer)
	if u, ok := s.(interface{ Uncovered() string }); ok && u.Uncovered() != "" {
		r.Exhausted, r.CutShort = false, true
		r.note("the search has used up its memory: " + u.Uncovered())
	}
	if e, ok := s.(interface{ Err() error }); ok && e.Err() != nil {
		x.nondeterministic(&failure.Nondeterminism{First: "an execution with the same choices", Second: e.Err().Error()})
	}
}

// bounded is an exhaustive strategy that leaves schedules out, beyond a bound.
type bounded interface {
	Strata() []uint64 // executions by cost
	Complete() bool   // there are no schedules beyond the bound
	Within() string   // the bound in words
}

// round runs the executions of [from, to) on all workers.
func (x *explorer) round(from, to uint64, est strategy.Execution) (grown strategy.Execution) {
	x.next.Store(from)
	x.limit.Store(to)
	if x.overtime.Load() {
		if from > 0 {
			return grown
		}
		x.lower(1) // a time bound leaves at least one execution
	}
	for _, w := range x.workers {
		w.now.Store(from + 1) // it will begin somewhere behind
	}
	x.crew.begin(from, to, est)
	var wg sync.WaitGroup
	for _, w := range x.workers {
		wg.Go(func() {
			g := x.work(w, to-from, est)
			x.mu.Lock()
			defer x.mu.Unlock()
			grown = largest(grown, g)
		})
	}
	wg.Wait()
	x.crew.end(x.workers[0], &grown)
	return grown
}

// largest merges estimates; the order in which they are merged does not matter.
func largest(a, b strategy.Execution) strategy.Execution {
	return strategy.Execution{Length: max(a.Length, b.Length), Steps: max(a.Steps, b.Steps), Ops: max(a.Ops, b.Ops)}
}

// Executions are claimed in chunks, so that workers seldom meet: of about claimTime, at most claimMost at once.
const (
	claimTime = 200 * time.Microsecond
	claimMost = 64
)

// work claims and runs executions until none is left.
func (x *explorer) work(w *worker, size uint64, est strategy.Execution) (grown strategy.Execution) {
	x.knows(w)
	defer w.now.Store(0)
	if w.team != nil {
		defer w.team.Leave()
	}
	fair := max(1, size/uint64(8*x.sharing()))
	n := uint64(1)
	for from := x.claim(n); from < x.limit.Load(); from = x.claim(n) {
		start := time.Now()
		for k := from; k < from+n && k < x.limit.Load(); {
			ran := x.some(w, k, min(from+n, x.limit.Load()), est, &grown)
			if ran == 0 {
				return grown
			}
			k += ran
		}
		now := time.Now()
		switch {
		case x.server != nil:
			x.server.grown = grown
			if !x.server.chunk(now) {
				return grown
			}
		case len(w.log) >= foldAt:
			x.tryFold(w)
		}
		if x.alone.Load() && w != x.workers[0] {
			return grown
		}
		switch took := now.Sub(start); {
		case took < claimTime/2:
			n = min(2*n, claimMost, fair)
		case took > claimTime:
			n = max(1, n/2)
		}
	}
	return grown
}

// claim claims executions for a worker, so many from the one returned on.
func (x *explorer) claim(n uint64) uint64 {
	if x.server != nil {
		return x.server.claim(n)
	}
	return x.next.Add(n) - n
}

// sharing returns how many workers share a round.
func (x *explorer) sharing() int {
	if x.server != nil {
		return x.hands
	}
	return len(x.workers) + x.crew.size()
}

// some runs execution k, and more up to the limit if the engine goes from one to the next by itself. It returns how many;
// none if there is nothing left to explore.
func (x *explorer) some(w *worker, k, limit uint64, est strategy.Execution, grown *strategy.Execution) uint64 {
	w.now.Store(k + 1)
	if x.server != nil {
		x.server.begins(k)
	}
	m := sampled(k)
	if w.back && !x.distrusted.Load() {
		m.paths = int(limit - k)
	}
	o, ok := x.run(w, x.execution(k, est), m)
	if !ok {
		x.lower(k)
		return 0
	}
	ran := uint64(o.Before.N) + 1
	last := k + ran - 1
	*grown = largest(*grown, strategy.Execution{Length: o.Picks, Steps: o.Steps, Ops: o.Ops})
	w.note(last, &o)
	w.keepLesson(last)
	if x.cfg.Progress != nil {
		w.ran.Store(w.ran.Load() + ran)
		w.steps.Store(w.steps.Load() + uint64(o.Steps+o.Before.Steps))
	}
	if o.Outside > 0 && !w.woken {
		w.woken = true
		o.Choices = slices.Clone(o.Choices)
		x.nameWakers(last, &o)
	}
	if o.Endless != nil && o.Err == nil && !w.endless {
		w.endless = true
		x.endsNever(last, o.Endless)
	}
	if freed := w.eng.Released(); len(freed) > 0 && o.Err == nil {
		x.noteReleased(freed)
	}
	switch {
	case o.Err != nil:
		x.fail(last, &o)
	case o.Endless != nil:
	case o.Bounded && x.cfg.goroutines.on && !w.spun:
		w.spun = true
		x.nameSpinning(last, &o)
	case m.paths > 0:
		x.compare(w, &o)
	case last%repeatEvery == repeatEvery-1 && !x.report.Exhaustive:
		x.repeat(w, last, est, &o)
	}
	if x.server != nil {
		x.server.ends(last, ran, o.Steps)
	}
	return ran
}

// run runs one execution. If a strategy that is not ours breaks, it ends the run.
func (x *explorer) run(w *worker, e strategy.Execution, m mode) (o engine.Outcome, ok bool) {
	if !x.cfg.foreign {
		return w.run(e, m)
	}
	o, ok, err := w.runCustom(e, m)
	if err != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		if x.broken == nil {
			x.broken = err
		}
	}
	return o, ok
}

// knows notes on which goroutine a worker runs: that is where the look-out finds it.
func (x *explorer) knows(w *worker) {
	if x.cfg.Stuck > 0 {
		id := goroutine()
		x.mu.Lock()
		defer x.mu.Unlock()
		w.goids = append(w.goids, id)
	}
}

// fail notes a failing execution. Executions behind it need not run any more; those before it must.
func (x *explorer) fail(k uint64, o *engine.Outcome) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k < x.first.k {
		x.first = found{k, o.Err, append([]uint32(nil), o.Choices...)}
	}
	x.lower(k)
}

// lower makes k the limit, unless it is lower.
func (x *explorer) lower(k uint64) {
	for {
		l := x.limit.Load()
		if l <= k || x.limit.CompareAndSwap(l, k) {
			return
		}
	}
}
