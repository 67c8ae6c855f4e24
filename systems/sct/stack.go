package sct

import "sync"

// stack is one whose operations each hold its lock.
type stack struct {
	mu    sync.Mutex
	items []int
}

func (s *stack) push(item int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = append(s.items, item)
}

func (s *stack) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items) == 0
}

// pop panics if the stack is empty.
func (s *stack) pop() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return item
}

// tryPop is empty and pop in one critical section.
func (s *stack) tryPop() (item int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.items)
	if n == 0 {
		return 0, false
	}
	item = s.items[n-1]
	s.items = s.items[:n-1]
	return item, true
}

// checkThenPop does the same in two: somebody else may take the last item in between.
func (s *stack) checkThenPop() (item int, ok bool) {
	if s.empty() {
		return 0, false
	}
	return s.pop(), true
}

// runStack has two goroutines that pop and one that pushes, on a stack with one item.
func runStack(t TB, pop func(*stack) (int, bool)) {
	s := &stack{items: []int{1}}
	var popped [2]int
	popper := func(i int) func() {
		return func() {
			if item, ok := pop(s); ok {
				popped[i] = item
			}
		}
	}
	together(popper(0), popper(1), func() { s.push(2) })
	sum := popped[0] + popped[1]
	for _, item := range s.items {
		sum += item
	}
	if sum != 3 {
		t.Errorf("the items popped and left add up to %d, want 3", sum)
	}
}

func stacks() []Program {
	return []Program{{
		Name: "stack", Family: "stack", Threads: 4, Within: 500, Shows: Panic,
		Bug:    "a stack is found not to be empty and popped in two critical sections",
		Source: sctbench,
		Run:    func(t TB) { runStack(t, (*stack).checkThenPop) },
		Fixed:  func(t TB) { runStack(t, (*stack).tryPop) },
	}}
}
