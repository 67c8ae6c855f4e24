package sct

import (
	"sync"
	"sync/atomic"
)

// ring is a ring of stations that pass a token. Station 0 has it when its number equals that of the last station, the
// others when their number differs from the one before: exactly one has it at any time.
type ring struct {
	mu      sync.Mutex
	locked  bool // turns and looks hold mu
	numbers [3]atomic.Int64
}

func (r *ring) lock() func() {
	if !r.locked {
		return func() {}
	}
	r.mu.Lock()
	return r.mu.Unlock
}

func (r *ring) turn(i int) {
	defer r.lock()()
	last := len(r.numbers) - 1
	if i == 0 {
		r.numbers[0].Store(r.numbers[last].Load() + 1)
	} else {
		r.numbers[i].Store(r.numbers[i-1].Load())
	}
}

// tokens looks at one station after the other.
func (r *ring) tokens() int {
	defer r.lock()()
	var seen [3]int64
	for i := range seen {
		seen[i] = r.numbers[i].Load()
	}
	n := 0
	for i := 1; i < len(seen); i++ {
		if seen[i] != seen[i-1] {
			n++
		}
	}
	if seen[0] == seen[len(seen)-1] {
		n++
	}
	return n
}

func runTokenRing(t TB, locked bool) {
	r := &ring{locked: locked}
	together(append(times(len(r.numbers), r.turn), func() {
		if n := r.tokens(); n != 1 {
			t.Errorf("%d stations have the token", n)
		}
	})...)
}

func tokenRings() []Program {
	return []Program{{
		Name: "token_ring", Family: "token_ring", Threads: 5, Within: 4000, Shows: Assertion,
		Bug:    "the stations of a ring are looked at one after the other while the token moves",
		Source: sctbench + "; the ring: Dijkstra, Self-Stabilizing Systems in Spite of Distributed Control, CACM 1974",
		Run:    func(t TB) { runTokenRing(t, false) },
		Fixed:  func(t TB) { runTokenRing(t, true) },
	}}
}
