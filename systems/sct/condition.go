package sct

import "sync"

// runSync01 has one goroutine that waits for another one to say that it is ready. Its bug is a lost wakeup: it looks at the
// flag, and only then takes the lock and waits; a signal in between wakes nobody.
func runSync01(t TB, underLock bool) {
	var (
		mu    sync.Mutex
		cond  = sync.NewCond(&mu)
		ready bool
	)
	isReady := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return ready
	}
	together(
		func() {
			if underLock {
				mu.Lock()
				defer mu.Unlock()
				for !ready {
					cond.Wait()
				}
				return
			}
			if !isReady() {
				mu.Lock()
				defer mu.Unlock()
				cond.Wait()
			}
		},
		func() {
			mu.Lock()
			ready = true
			mu.Unlock()
			cond.Signal()
		})
	if !ready {
		t.Errorf("nobody is ready")
	}
}

// runSync02 has two consumers and two producers of one item each. A consumer that has been woken takes for granted that
// there is an item; but another one may have come first.
func runSync02(t TB, again bool) {
	var (
		mu    sync.Mutex
		cond  = sync.NewCond(&mu)
		items int
	)
	consume := func() {
		mu.Lock()
		defer mu.Unlock()
		if again {
			for items == 0 {
				cond.Wait()
			}
		} else if items == 0 {
			cond.Wait()
		}
		items--
		if items < 0 {
			t.Errorf("%d items are left", items)
		}
	}
	produce := func() {
		mu.Lock()
		defer mu.Unlock()
		items++
		cond.Signal()
	}
	together(consume, consume, produce, produce)
}

// bounded is a buffer of one item with one condition for both of its states. A signal may wake one of the same kind as
// who gave it, who goes back to sleep: then nobody is left to wake.
type bounded struct {
	mu     sync.Mutex
	cond   *sync.Cond
	wake   func()
	full   bool
	passed int
}

func (b *bounded) await(full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.full != full {
		b.cond.Wait()
	}
	b.full = !full
	b.passed++
	b.wake()
}

func runBoundedBuffer(t TB, wake func(*sync.Cond)) {
	b := new(bounded)
	b.cond = sync.NewCond(&b.mu)
	b.wake = func() { wake(b.cond) }
	put, get := func() { b.await(false) }, func() { b.await(true) }
	together(get, get, put, put)
	if b.passed != 4 {
		t.Errorf("%d operations are done, want 4", b.passed)
	}
}

func conditions() []Program {
	const boundedBuffer = "inspect.boundedBuffer of SCTBench; the bug: Lampson, Redell, Experience with Processes and Monitors in Mesa, CACM 1980: notify and broadcast"
	return []Program{{
		Name: "sync01", Family: "sync", Threads: 3, Within: 500, Shows: Deadlock,
		Bug:    "a flag is read, and its condition awaited, in two critical sections: the signal in between is lost",
		Source: sctbench,
		Run:    func(t TB) { runSync01(t, false) },
		Fixed:  func(t TB) { runSync01(t, true) },
	}, {
		Name: "sync02", Family: "sync", Threads: 5, Within: 1000, Shows: Assertion,
		Bug:    "who has waited for a condition does not look at it again",
		Source: sctbench,
		Run:    func(t TB) { runSync02(t, false) },
		Fixed:  func(t TB) { runSync02(t, true) },
	}, {
		Name: "bounded_buffer", Family: "sync", Threads: 5, Within: 2000, Shows: Deadlock,
		Bug:    "producers and consumers wait for one condition, and a signal wakes one of the wrong kind",
		Source: boundedBuffer,
		Run:    func(t TB) { runBoundedBuffer(t, (*sync.Cond).Signal) },
		Fixed:  func(t TB) { runBoundedBuffer(t, (*sync.Cond).Broadcast) },
	}}
}
