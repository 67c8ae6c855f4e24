package sct

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// runWrongLock has one goroutine that increments a counter under a lock and expects that nobody interferes, and n that do
// the same under the lock wrong. In the twin it is the same lock.
func runWrongLock(t TB, n int, right, wrong *sync.Mutex) {
	var counter atomic.Int64
	increment := func(mu *sync.Mutex) {
		mu.Lock()
		defer mu.Unlock()
		counter.Store(counter.Load() + 1)
	}
	together(append([]func(){func() {
		right.Lock()
		defer right.Unlock()
		before := counter.Load()
		counter.Store(before + 1)
		if after := counter.Load(); after != before+1 {
			t.Errorf("the counter went from %d to %d inside of a critical section that adds 1", before, after)
		}
	}}, times(n, func(int) { increment(wrong) })...)...)
}

func wrongLocks() []Program {
	var list []Program
	for _, n := range []struct {
		name         string
		size, within int
	}{{"wronglock_1", 1, 500}, {"wronglock_3", 3, 1000}, {"wronglock", 7, 2000}} {
		list = append(list, Program{
			Name: n.name, Family: "wronglock", Threads: n.size + 2, Within: n.within, Shows: Assertion,
			Bug:    fmt.Sprintf("one goroutine guards a counter with a lock, %d with another one", n.size),
			Source: sctbench + "; the pattern: Farchi, Nir, Ur, Concurrent Bug Patterns and How to Test Them, IPDPS 2003: wrong lock",
			Run:    func(t TB) { runWrongLock(t, n.size, new(sync.Mutex), new(sync.Mutex)) },
			Fixed: func(t TB) {
				mu := new(sync.Mutex)
				runWrongLock(t, n.size, mu, mu)
			},
		})
	}
	return list
}
