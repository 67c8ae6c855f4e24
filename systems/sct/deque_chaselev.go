package sct

import "sync/atomic"

// chaseLev is the queue of Chase and Lev: without locks, in a circular array, here one of fixed size. The top only grows,
// so that it needs no tag.
type chaseLev struct {
	bug         chaseLevBug
	top, bottom atomic.Int64 // bottom is changed by the owner only
	items       []atomic.Int64
}

type chaseLevBug int

const (
	noBug       chaseLevBug = iota
	lastItem                // take does not compete for the last item
	bottomFirst             // steal looks at the bottom before the top
	lateRead                // steal reads the item after it has moved the top
)

func newChaseLev(size int, bug chaseLevBug) *chaseLev {
	return &chaseLev{bug: bug, items: make([]atomic.Int64, size)}
}

func (q *chaseLev) slot(i int64) *atomic.Int64 { return &q.items[i%int64(len(q.items))] }

func (q *chaseLev) push(item int64) bool {
	bottom := q.bottom.Load()
	if bottom-q.top.Load() == int64(len(q.items)) {
		return false
	}
	q.slot(bottom).Store(item)
	q.bottom.Store(bottom + 1)
	return true
}

func (q *chaseLev) take() (int64, bool) {
	bottom := q.bottom.Load() - 1
	q.bottom.Store(bottom)
	top := q.top.Load()
	if bottom < top {
		q.bottom.Store(top)
		return 0, false
	}
	item := q.slot(bottom).Load()
	if bottom > top {
		return item, true
	}
	won := true
	if q.bug == lastItem {
		q.top.Store(top + 1)
	} else {
		won = q.top.CompareAndSwap(top, top+1)
	}
	q.bottom.Store(top + 1)
	return item, won
}

func (q *chaseLev) steal() (int64, bool) {
	var top, bottom int64
	if q.bug == bottomFirst {
		bottom = q.bottom.Load()
		top = q.top.Load()
	} else {
		top = q.top.Load()
		bottom = q.bottom.Load()
	}
	if bottom <= top {
		return 0, false
	}
	if q.bug == lateRead {
		won := q.top.CompareAndSwap(top, top+1)
		return q.slot(top).Load(), won
	}
	item := q.slot(top).Load()
	return item, q.top.CompareAndSwap(top, top+1)
}

func chaseLevDeques() []Program {
	const source = "the algorithm: Chase, Lev, Dynamic Circular Work-Stealing Deque, SPAA 2005"
	program := func(name, what string, threads, within, size, before int, script string, bug chaseLevBug) Program {
		return Program{
			Name: name, Family: "wsq", Threads: threads, Within: within, Shows: Assertion, Bug: "Chase-Lev: " + what, Source: source,
			Run:   func(t TB) { runDeque(t, newChaseLev(size, bug), before, script, threads-2) },
			Fixed: func(t TB) { runDeque(t, newChaseLev(size, noBug), before, script, threads-2) },
		}
	}
	return []Program{
		program("wsq_chaselev_last", "the owner takes the last item without a compare-and-swap: a thief gets it too",
			3, 1000, 8, 2, "--", lastItem),
		program("wsq_chaselev_order", "a thief looks at the bottom before the top: it steals what the owner has taken",
			4, 2000, 8, 2, "-", bottomFirst),
		program("wsq_chaselev_late", "a thief reads the item after it has moved the top: the owner has overwritten it",
			3, 1000, 2, 2, "+", lateRead),
	}
}
