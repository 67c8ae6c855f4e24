package sct

import (
	"sync"
	"sync/atomic"
)

// barrier is passed when n have arrived.
type barrier interface{ arrive() }

// turnstile is a barrier for one use. The last one to arrive lets n pass; in a second round a fast goroutine finds a count
// that a slow one has not yet taken back.
type turnstile struct {
	mu      sync.Mutex
	n       int
	arrived int
	passes  chan struct{}
}

func (b *turnstile) arrive() {
	b.mu.Lock()
	b.arrived++
	if b.arrived == b.n {
		for range b.n {
			b.passes <- struct{}{} // has room for all rounds
		}
	}
	b.mu.Unlock()
	<-b.passes
	b.mu.Lock()
	b.arrived--
	b.mu.Unlock()
}

// generations is a barrier for many uses: every round has its own channel.
type generations struct {
	mu      sync.Mutex
	n       int
	arrived int
	open    chan struct{}
}

func (b *generations) arrive() {
	b.mu.Lock()
	open := b.open
	b.arrived++
	if b.arrived == b.n {
		b.arrived, b.open = 0, make(chan struct{})
		close(open)
	}
	b.mu.Unlock()
	<-open
}

// runPhase01 sends two goroutines through three phases with a barrier behind each.
func runPhase01(t TB, b barrier) {
	const phases = 3
	var phase [2]atomic.Int64
	worker := func(me int) {
		for p := range int64(phases) {
			phase[me].Store(p)
			b.arrive()
			if other := phase[1-me].Load(); other < p {
				t.Errorf("%d has left phase %d, %d is still in phase %d", me, p, 1-me, other)
			}
		}
	}
	together(times(2, worker)...)
}

func phases() []Program {
	return []Program{{
		Name: "phase01", Family: "order", Threads: 3, Within: 500, Shows: Assertion,
		Bug:    "a barrier is used again before everybody has left it",
		Source: sctbench + "; the bug: Downey, The Little Book of Semaphores, section 3.7: reusable barrier",
		Run:    func(t TB) { runPhase01(t, &turnstile{n: 2, passes: make(chan struct{}, 100)}) },
		Fixed:  func(t TB) { runPhase01(t, &generations{n: 2, open: make(chan struct{})}) },
	}}
}
