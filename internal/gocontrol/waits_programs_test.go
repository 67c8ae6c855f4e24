package gocontrol

import (
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// TestExplainPrograms: what real programs end with, explained from their traces.
func TestExplainPrograms(t *testing.T) {
	control(t)
	for _, c := range []struct {
		name string
		body func()
		want string // of the sentence, without numbers of lines
	}{
		{"lock order", func() { lockBoth(false) }, "nothing can move any more: g1 waits to lock mutex #3, which g2 holds; g2 waits to lock mutex #2, which g1 holds; blocked too: g0 (test body)"},
		{"upgrade of a read lock", func() { upgrade(false) }, "waits to lock RWMutex #2 for writing, which it holds itself"},
		{"lost signal", func() { awaitSignal(false) }, "waits for a signal of Cond #2, and the last signal came before it waited"},
		{"a read lock taken again while a writer waits", rereading, "waits to lock RWMutex #2 for reading, which needs g"},
		{"send with a lock held", tellUnderLock, "which needs g1; g1 waits to lock mutex #2, which g0 holds"},
		{"missing Done", func() { waitForAll(false) }, "waits for WaitGroup #1, and no other goroutine is left"},
		{"exits with the lock held", exitLocked, "got it and exited without unlocking it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(2000) {
				r := mustRun(t, Options{Seed: seed, Expect: 20, Trace: 10_000}, c.body)
				if r.End == Finished {
					continue
				}
				e := Explain(History{Points: r.Trace, Left: r.Blocked})
				d := &failure.Deadlock{Goroutines: e.Goroutines(Telling{}), Cycle: e.Indexes()}
				if s := unplaced(d.Error()); r.End != Deadlock || !strings.Contains(s, c.want) {
					if c.name == "lock order" && strings.Contains(s, "waits to lock mutex #2") { // met in the other order
						continue
					}
					t.Fatalf("seed %d: %v: %s\n%s", seed, r.End, s, d.Detail())
				}
				for _, g := range d.Goroutines {
					if len(g.Stack) == 0 || !strings.HasSuffix(g.Wait.Place.File, "_test.go") || g.Wait.Step == 0 {
						t.Errorf("%+v", g)
					}
				}
				if seed == 0 || t.Failed() {
					t.Log(d.Error() + "\n" + d.Detail())
				}
				return
			}
			t.Error("no execution failed")
		})
	}
}

// unplaced drops the lines from the names of goroutines.
func unplaced(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, " ") {
		if strings.Contains(part, ".go:") {
			b.WriteString(strings.TrimLeft(part[strings.IndexByte(part, ')')+1:], " "))
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(part)
	}
	return b.String()
}

func rereading() {
	var rw sync.RWMutex
	var wg sync.WaitGroup
	wg.Go(func() {
		rw.RLock()
		defer rw.RUnlock()
		rw.RLock()
		defer rw.RUnlock()
	})
	rw.Lock()
	defer rw.Unlock()
	wg.Wait()
}

func tellUnderLock() {
	var mu sync.Mutex
	c := make(chan int)
	go func() {
		for range c {
			mu.Lock()
			//lint:ignore SA2001 only whether it comes through matters
			mu.Unlock()
		}
	}()
	c <- 1
	mu.Lock()
	defer mu.Unlock()
	c <- 2
	close(c)
}

func exitLocked() {
	var mu sync.Mutex
	done := make(chan bool)
	go func() {
		mu.Lock()
		close(done)
	}()
	<-done
	mu.Lock()
}
