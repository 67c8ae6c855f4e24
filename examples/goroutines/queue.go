package goroutines

import "sync"

// Queue is a queue of bounded length: Put waits while it is full, Take while it is empty.
type Queue[T any] struct {
	mu      sync.Mutex
	changed sync.Cond
	items   []T
	max     int

	mistake bool // a change wakes only one of those who wait, perhaps one who has to go on waiting
}

// NewQueue returns an empty queue for up to max items.
func NewQueue[T any](max int) *Queue[T] {
	q := &Queue[T]{max: max}
	q.changed.L = &q.mu
	return q
}

// Put appends an item.
func (q *Queue[T]) Put(item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.max {
		q.changed.Wait()
	}
	q.items = append(q.items, item)
	q.wake()
}

// Take removes the first item.
func (q *Queue[T]) Take() T {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.changed.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	q.wake()
	return item
}

// wake tells those who wait. One condition stands for "not full" and "not empty": whoever is woken may not be who can go on.
func (q *Queue[T]) wake() {
	if q.mistake {
		q.changed.Signal()
	} else {
		q.changed.Broadcast()
	}
}
