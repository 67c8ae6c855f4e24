package gocontrol

import (
	"fmt"
	"runtime"
	"sync"
)

// selfTestRuns is how often the racy counter runs. About every third execution loses an update, so the chance of a false
// alarm is below 2^-100.
const selfTestRuns = 200

// SelfTest proves that control has taken in this binary: a counter that is read and written in two critical sections
// must lose an update in some schedules and not in others, the schedule that loses one must repeat, and a counter that is right must
// stay right. A build in which the overlay is there but without effect would otherwise report that every program is
// correct. Call it once in each process before executions are trusted.
func SelfTest() error {
	if err := Available(); err != nil {
		return err
	}
	lost, kept := 0, 0
	var failing Result
	var seed uint64
	for i := uint64(0); i < selfTestRuns; i++ {
		n, r, err := countTo2(Options{Seed: i}, true)
		switch {
		case err != nil:
			return err
		case n == 2:
			kept++
		default:
			lost++
			failing, seed = r, i
		}
		if n, _, err := countTo2(Options{Seed: i}, false); err != nil || n != 2 {
			return fmt.Errorf("gocontrol: self-test: a correct counter counted to %d (error %v): %s", n, err, untrusted())
		}
	}
	if lost == 0 || kept == 0 {
		return fmt.Errorf("gocontrol: self-test: a racy counter lost an update in %d of %d executions, want some and not all: %s",
			lost, selfTestRuns, untrusted())
	}
	n, r, err := countTo2(Options{Strategy: Replay, Seed: seed, Replay: failing.Decisions}, true)
	if err != nil || n == 2 || r.Digest != failing.Digest {
		return fmt.Errorf("gocontrol: self-test: the replay of a lost update gave %d (error %v): %s", n, err, untrusted())
	}
	return nil
}

func untrusted() string {
	return "control has no effect in this binary, its results would mean nothing. If " + runtime.Version() + " is newer than this " +
		"version of Ravel, test with an older toolchain (set GOTOOLCHAIN) or with a newer Ravel, or leave goroutines alone with " +
		"ravel test --control=off"
}

// countTo2 lets two goroutines add one to a counter, in one critical section or, racily, in two.
func countTo2(opts Options, racy bool) (int, Result, error) {
	n := 0
	r, err := Run(func() {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				mu.Lock()
				v := n
				if racy {
					mu.Unlock()
					mu.Lock()
				}
				n = v + 1
				mu.Unlock()
			}()
		}
		wg.Wait()
	}, opts)
	if err == nil && r.End != Finished {
		err = fmt.Errorf("the execution ended with a %v", r.End)
	}
	return n, r, err
}
