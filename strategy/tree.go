package strategy

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// tree is the search behind the bounded and the stateful strategies: it runs every execution whose cost is at most a bound,
// once, in the order of their costs. The cost of an execution is the sum over its choices; the default costs nothing.
//
// Every execution but the first has one parent: the execution that takes the default in place of its last deviation, and
// has no deviation afterwards. So an execution is addressed by its deviations, what comes after the last one is defaults, and
// the choices met there are where its children deviate. A child costs more than its parent or the same, so
// the strata come out in order, and nothing is run to find out where it belongs.
//
// A round explores delta strata, in the order of a depth-first search, on one or more walkers. What lies beyond waits in the
// frontier: eight bytes per choice behind the last deviation of each execution whose children have not all been run.
type tree struct {
	what  string // the strategy, for errors
	bound int
	delta int // strata to a round
	from  int // the present round explores what costs at least so much,
	limit int // and at most so much

	mu         sync.Mutex
	change     sync.Cond
	walkers    []*walker
	begun      bool // the first execution has been handed out
	now        *frontier
	next       *frontier
	spare      []*branch    // handed over to whoever has nothing to do
	busy       int          // walkers that have something to do, and have not left
	hungry     atomic.Int32 // how many of those wait
	beyond     atomic.Bool  // some execution costs more than the bound
	ended      bool         // nothing is left to explore, or nothing more can be
	complete   bool         // of what is within the bound
	over       atomic.Bool  // = ended
	full       func() bool  // memory is used up; nil: never
	thenSample bool         // go on then, by sampling
	sampling   sampling
	stopped    bool // because of that
	err        error
}

// newTree returns a tree with its first walker.
func newTree(what string, bound int) *walker {
	t := &tree{what: what, bound: bound, delta: 1, now: &frontier{}, next: &frontier{}}
	t.change.L = &t.mu
	return t.join()
}

// join adds a walker.
func (t *tree) join() *walker {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := &walker{tree: t}
	t.walkers = append(t.walkers, w)
	return w
}

// take returns a branch with children that are due, waiting for one if others may still find some; first is for whoever
// begins the search. It returns false when there is none, or the search has ended.
func (t *tree) take(w *walker) (b *branch, first, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle(w)
	for !t.ended && t.err == nil {
		switch {
		case t.full != nil && t.full():
			return nil, false, false
		case !t.begun:
			t.begun = true
			t.work(w)
			return nil, true, true
		case len(t.spare) > 0:
			b := t.spare[len(t.spare)-1]
			t.spare = t.spare[:len(t.spare)-1]
			t.work(w)
			return b, false, true
		}
		if b := t.due(); b != nil {
			t.work(w)
			return b, false, true
		}
		if t.err != nil {
			break
		}
		switch {
		case t.busy > 0:
			t.hungry.Add(1)
			t.change.Wait()
			t.hungry.Add(-1)
		case t.unfinished():
			return nil, false, false // somebody has left with work to do
		case !t.climb():
			t.complete = t.err == nil
			t.end()
		}
	}
	return nil, false, false
}

// unfinished reports whether a walker that has left still has branches of this round.
func (t *tree) unfinished() bool {
	for _, w := range t.walkers {
		if w.left && len(w.stack) > 0 {
			return true
		}
	}
	return false
}

func (t *tree) work(w *walker) {
	if !w.busy {
		w.busy = true
		t.busy++
	}
}

func (t *tree) idle(w *walker) {
	if w.busy {
		w.busy = false
		t.busy--
	}
}

func (t *tree) end() {
	t.ended = true
	t.over.Store(true)
	t.change.Broadcast()
}

// due takes the next branch of the frontier that has children in this round.
func (t *tree) due() *branch {
	for {
		b, err := t.now.take()
		switch {
		case err != nil:
			t.err = err
			t.end()
			return nil
		case b == nil:
			return nil
		}
		if b.rewind(t.from-b.cost, t.limit-b.cost); b.left() > 0 {
			return b
		}
		t.keep(b)
	}
}

// keep puts a branch that has children beyond this round into the frontier of the next.
func (t *tree) keep(b *branch) {
	if err := t.next.put(b); err != nil && t.err == nil {
		t.err = err
		t.end()
	}
}

// climb goes on to the next round, if there is one.
func (t *tree) climb() bool {
	if t.limit >= t.bound || t.next.len() == 0 {
		return false
	}
	t.now.close()
	t.now, t.next = t.next, &frontier{most: t.next.most, dir: t.next.dir}
	t.from, t.limit = t.limit+1, min(t.limit+t.delta, t.bound)
	t.change.Broadcast()
	return true
}

// halt ends the search because its memory is used up.
func (t *tree) halt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.stopped = true
		t.end()
	}
}

// fail ends the search: the program is not deterministic.
func (t *tree) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = fmt.Errorf("strategy: %s: the same choices led elsewhere, so the program is not deterministic: %w", t.what, err)
	}
	t.end()
}

// Exhausted reports whether every execution within the bound has run; it turns true with the Start that returns false.
func (t *tree) Exhausted() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.complete
}

// Complete reports whether every schedule of the program has run: the bound left none out.
func (t *tree) Complete() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.complete && !t.beyond.Load()
}

// Strata returns how many executions of each cost were started, from cost 0 on.
func (t *tree) Strata() []uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	var sum []uint64
	for _, w := range t.walkers {
		for cost, n := range w.counts {
			for cost >= len(sum) {
				sum = append(sum, 0)
			}
			sum[cost] += n
		}
	}
	return sum
}

// Err returns why the search ended early: the program is not deterministic, or the frontier could not be kept.
func (t *tree) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Uncovered says what a search that was stopped has not covered; it is empty for others.
func (t *tree) Uncovered() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := &t.sampling; len(s.items) > 0 {
		return fmt.Sprintf("%s were then sampled from the %s that had some left", countOf(s.begun, "alternative"), countOf(uint64(len(s.items)), "execution"))
	}
	if !t.stopped {
		return ""
	}
	due := uint64(0)
	for _, w := range t.walkers {
		for _, b := range w.stack {
			due += b.left()
		}
	}
	for _, b := range t.spare {
		due += b.left()
	}
	left := []string{countOf(due, "alternative") + " of executions that cost up to " + fmt.Sprint(t.limit)}
	if n := t.now.len(); n > 0 {
		left = append(left, "those of "+countOf(uint64(n), "cheaper execution"))
	}
	if n := t.next.len(); n > 0 {
		left = append(left, "dearer ones of "+countOf(uint64(n), "execution"))
	}
	return "not explored were " + strings.Join(left, ", and ")
}

func countOf(n uint64, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// Properties implements Described.
func (t *tree) Properties() Properties { return Properties{Exhaustive: true} }
