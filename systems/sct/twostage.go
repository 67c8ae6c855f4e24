package sct

import (
	"fmt"
	"sync"
)

// twoStage is an update in two stages, each under a lock of its own, as of an index and the table that it points into.
// Between the stages it is half done, and nothing keeps others out.
type twoStage struct {
	whole  sync.Mutex
	locked bool // updates and reads hold whole
	mu     [2]sync.Mutex
	first  int
	second int
}

func (s *twoStage) lock() func() {
	if !s.locked {
		return func() {}
	}
	s.whole.Lock()
	return s.whole.Unlock
}

func (s *twoStage) stage(i int, f func()) {
	s.mu[i].Lock()
	defer s.mu[i].Unlock()
	f()
}

func (s *twoStage) update() {
	defer s.lock()()
	s.stage(0, func() { s.first = 1 })
	s.stage(1, func() { s.second = 2 })
}

func (s *twoStage) read() (first, second int) {
	defer s.lock()()
	s.stage(0, func() { first = s.first })
	if first != 0 {
		s.stage(1, func() { second = s.second })
	}
	return first, second
}

// runTwoStage has n-1 goroutines that update and then one that reads.
func runTwoStage(t TB, n int, locked bool) {
	s := &twoStage{locked: locked}
	together(append(times(n-1, func(int) { s.update() }), func() {
		if first, second := s.read(); first != 0 && second != first+1 {
			t.Errorf("read %d in the first stage and %d in the second, want %d", first, second, first+1)
		}
	})...)
}

func twoStages() []Program {
	var list []Program
	for _, n := range []struct {
		name         string
		size, within int
	}{{"twostage", 2, 500}, {"twostage_3", 3, 1000}, {"twostage_5", 5, 1500}, {"twostage_20", 20, 100_000}, {"twostage_100", 100, 0}} {
		list = append(list, Program{
			Name: n.name, Family: "twostage", Threads: n.size + 1, Within: n.within, Shows: Assertion,
			Bug: fmt.Sprintf("%d goroutines update two variables under two locks, one after the other; a reader comes between the stages",
				n.size-1),
			Source: sctbench + "; the pattern: Farchi, Nir, Ur, Concurrent Bug Patterns and How to Test Them, IPDPS 2003: two-stage access",
			Run:    func(t TB) { runTwoStage(t, n.size, false) },
			Fixed:  func(t TB) { runTwoStage(t, n.size, true) },
		})
	}
	return list
}
