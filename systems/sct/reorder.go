package sct

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// pair is two words that setters change together and a checker reads together, unless somebody comes in between.
type pair struct {
	mu     sync.Mutex
	locked bool // changes and reads hold mu
	a, b   atomic.Int64
}

func (p *pair) lock() func() {
	if !p.locked {
		return func() {}
	}
	p.mu.Lock()
	return p.mu.Unlock
}

func (p *pair) set() {
	defer p.lock()()
	p.a.Store(1)
	p.b.Store(-1)
}

func (p *pair) read() (a, b int64) {
	defer p.lock()()
	return p.a.Load(), p.b.Load()
}

// runReorder has n-1 setters and then a checker.
func runReorder(t TB, n int, locked bool) {
	p := &pair{locked: locked}
	together(append(times(n-1, func(int) { p.set() }), func() {
		if a, b := p.read(); a != -b {
			t.Errorf("read %d and %d, want both words old or both new", a, b)
		}
	})...)
}

func reorders() []Program {
	var list []Program
	for _, n := range []struct{ size, within int }{{3, 500}, {4, 1000}, {5, 1500}, {10, 20_000}, {20, 100_000}, {100, 0}} {
		list = append(list, Program{
			Name: fmt.Sprintf("reorder_%d", n.size), Family: "reorder", Threads: n.size + 1, Within: n.within, Shows: Assertion,
			Bug:    fmt.Sprintf("%d setters write two words one after the other, a checker reads them: it sees one old and one new", n.size-1),
			Source: sctbench,
			Run:    func(t TB) { runReorder(t, n.size, false) },
			Fixed:  func(t TB) { runReorder(t, n.size, true) },
		})
	}
	return list
}
