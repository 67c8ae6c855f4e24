package sct

import (
	"fmt"
	"sync"
)

// runPhilosophers seats n philosophers at a round table. Everybody takes the left fork first; in the twin the last one
// takes the right one, which breaks the circle.
func runPhilosophers(t TB, n int, lastIsRightHanded bool) {
	forks := make([]sync.Mutex, n)
	eaten := make([]bool, n)
	together(times(n, func(i int) {
		first, second := &forks[i], &forks[(i+1)%n]
		if lastIsRightHanded && i == n-1 {
			first, second = second, first
		}
		first.Lock()
		second.Lock()
		eaten[i] = true
		second.Unlock()
		first.Unlock()
	})...)
	for i, ok := range eaten {
		if !ok {
			t.Errorf("philosopher %d has not eaten", i)
		}
	}
}

func philosophers() []Program {
	var list []Program
	for i, within := range []int{200, 500, 1000, 2000, 5000, 15_000} {
		n := i + 2
		list = append(list, Program{
			Name: fmt.Sprintf("din_phil_%d", n), Family: "din_phil", Threads: n + 1, Within: within, Shows: Deadlock,
			Bug:    fmt.Sprintf("%d philosophers take the left fork and then the right one", n),
			Source: sctbench + "; the problem: Dijkstra, Hierarchical Ordering of Sequential Processes, Acta Informatica 1971",
			Run:    func(t TB) { runPhilosophers(t, n, false) },
			Fixed:  func(t TB) { runPhilosophers(t, n, true) },
		})
	}
	return list
}
