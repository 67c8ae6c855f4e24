package sct

import "sync"

// runLazy01 has a value that two goroutines build up, and a third one that expects to find it unfinished. The lock makes
// the steps atomic, but says nothing of their order: the twin does, by a channel.
func runLazy01(t TB, ordered bool) {
	var (
		mu      sync.Mutex
		value   int
		checked = make(chan struct{})
	)
	add := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		value += n
	}
	together(
		func() { add(1) },
		func() {
			if ordered {
				<-checked
			}
			add(2)
		},
		func() {
			defer close(checked)
			mu.Lock()
			defer mu.Unlock()
			if value >= 3 {
				t.Errorf("the value is finished (%d) before it was checked", value)
			}
		})
}

func lazies() []Program {
	return []Program{{
		Name: "lazy01", Family: "order", Threads: 4, Within: 200, Shows: Assertion,
		Bug:    "a lock stands in for an order: the check runs after what it should precede",
		Source: sctbench,
		Run:    func(t TB) { runLazy01(t, false) },
		Fixed:  func(t TB) { runLazy01(t, true) },
	}}
}
