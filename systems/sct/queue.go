package sct

import (
	"sync"
	"sync/atomic"
)

// queue is a linked list with a lock for either end. Without a node between them the ends meet when the queue holds one
// item: who takes it and who adds behind it then change the same words under different locks.
type queue struct {
	headMu, tailMu sync.Mutex
	head, tail     atomic.Pointer[node]
	sentinel       bool // the node at the head holds no item
}

type node struct {
	item int
	next atomic.Pointer[node]
}

func newQueue(sentinel bool) *queue {
	q := &queue{sentinel: sentinel}
	if sentinel {
		n := new(node)
		q.head.Store(n)
		q.tail.Store(n)
	}
	return q
}

func (q *queue) put(item int) {
	n := &node{item: item}
	q.tailMu.Lock()
	defer q.tailMu.Unlock()
	if last := q.tail.Load(); last != nil {
		last.next.Store(n)
	} else {
		q.head.Store(n)
	}
	q.tail.Store(n)
}

func (q *queue) get() (item int, ok bool) {
	q.headMu.Lock()
	defer q.headMu.Unlock()
	first := q.head.Load()
	if first == nil {
		return 0, false
	}
	next := first.next.Load()
	if q.sentinel {
		if next == nil {
			return 0, false
		}
		q.head.Store(next) // the new sentinel
		return next.item, true
	}
	q.head.Store(next)
	if next == nil {
		q.tail.Store(nil)
	}
	return first.item, true
}

// runQueue has one goroutine that puts two items and one that takes two, if they are there. What is left is drained.
func runQueue(t TB, sentinel bool) {
	const items = 2
	q := newQueue(sentinel)
	next := 0
	get := func() bool {
		item, ok := q.get()
		if ok && item != next {
			t.Errorf("got item %d, want %d", item, next)
		}
		if ok {
			next++
		}
		return ok
	}
	together(
		func() {
			for i := range items {
				q.put(i)
			}
		},
		func() {
			for range items {
				get()
			}
		})
	for get() {
	}
	if next != items {
		t.Errorf("got %d items, want %d", next, items)
	}
}

func queues() []Program {
	return []Program{{
		Name: "queue", Family: "queue", Threads: 3, Within: 1000, Shows: Assertion,
		Bug:    "a queue with two locks and no sentinel: an item that is put behind the last one, which is being taken, is lost",
		Source: sctbench + "; the algorithm: Michael, Scott, Simple, Fast, and Practical Blocking and Non-Blocking Concurrent Queue Algorithms, PODC 1996",
		Run:    func(t TB) { runQueue(t, false) },
		Fixed:  func(t TB) { runQueue(t, true) },
	}}
}
