package sct

import (
	"sync"
	"sync/atomic"
)

// the is the queue of Cilk-5, named after its variables T, H and E. The owner and a thief each announce what they want to
// take, by moving the tail or the head, and then look at the other's announcement. Only when they meet does the owner need
// the lock, which thieves always hold.
type the struct {
	early    bool // take looks at the head before it moves the tail, as a processor may do without a fence
	unlocked bool // thieves do not hold the lock
	mu       sync.Mutex
	head     atomic.Int64
	tail     atomic.Int64 // changed by the owner only
	items    [8]atomic.Int64
}

func (q *the) push(item int64) bool {
	tail := q.tail.Load()
	if int(tail) == len(q.items) {
		return false
	}
	q.items[tail].Store(item)
	q.tail.Store(tail + 1)
	return true
}

func (q *the) take() (int64, bool) {
	tail := q.tail.Load() - 1
	var head int64
	if q.early {
		head = q.head.Load()
		q.tail.Store(tail)
	} else {
		q.tail.Store(tail)
		head = q.head.Load()
	}
	if head <= tail {
		return q.items[tail].Load(), true
	}
	q.tail.Store(tail + 1)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tail.Store(tail)
	if q.head.Load() > tail {
		q.tail.Store(tail + 1)
		return 0, false
	}
	return q.items[tail].Load(), true
}

func (q *the) steal() (int64, bool) {
	if !q.unlocked {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	head := q.head.Load()
	q.head.Store(head + 1)
	if head+1 > q.tail.Load() {
		q.head.Store(head)
		return 0, false
	}
	return q.items[head].Load(), true
}

func theDeques() []Program {
	const source = "the algorithm: Frigo, Leiserson, Randall, The Implementation of the Cilk-5 Multithreaded Language, PLDI 1998, section 5"
	return []Program{{
		Name: "wsq_the", Family: "wsq", Threads: 3, Within: 1000, Shows: Assertion,
		Bug:    "THE: the owner looks at the head before it moves the tail: it and a thief both get the last item",
		Source: source,
		Run:    func(t TB) { runDeque(t, &the{early: true}, 2, "--", 1) },
		Fixed:  func(t TB) { runDeque(t, new(the), 2, "--", 1) },
	}, {
		Name: "wsq_the_unlocked", Family: "wsq", Threads: 4, Within: 1000, Shows: Assertion,
		Bug:    "THE: thieves do not hold the lock: two of them get the same item",
		Source: source,
		Run:    func(t TB) { runDeque(t, &the{unlocked: true}, 2, "", 2) },
		Fixed:  func(t TB) { runDeque(t, new(the), 2, "", 2) },
	}}
}
