package live_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// An idle machine has no goroutine, and takes at most a kilobyte of the heap.
func TestIdleMachine(t *testing.T) {
	const machines = 20_000
	s := start(t, live.Options{})
	var before, after runtime.MemStats
	goroutines := runtime.NumGoroutine()
	runtime.GC()
	runtime.ReadMemStats(&before)
	var done sync.WaitGroup
	done.Add(machines)
	ids := make([]ravel.ID, machines)
	for i := range ids {
		ids[i] = create(t, s, counterMachine.New(&counter{want: 1, done: &done}))
		send(t, s, ids[i], hit{})
		if i%100 == 0 {
			rest(t, s) // goroutines that have ended stay in the heap, for the next ones: as many as there were at a time
		}
	}
	done.Wait()
	for runtime.NumGoroutine() > goroutines {
		runtime.Gosched() // the last ones are about to end
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := int64(after.HeapAlloc-before.HeapAlloc) / machines
	t.Logf("%d bytes", each)
	if each > 1024 {
		t.Errorf("an idle machine takes %d bytes", each)
	}
	runtime.KeepAlive(ids)
}

// A machine that has halted leaves nothing behind but what IDs of it hold.
func TestHaltedMachinesAreForgotten(t *testing.T) {
	s := start(t, live.Options{})
	const parents, children = 200, 100
	run := func() (heap int64) {
		for range parents {
			// One after the other: a goroutine, and room in the index of names, that the next one uses again is none of theirs.
			_, _ = s.Go("parent", func(c *ravel.Context) {
				me := c.Self()
				for range children {
					c.Go("child", func(c *ravel.Context) { c.Send(me, hit{}) })
					ravel.Receive[hit](c)
				}
			})
			rest(t, s)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := run()
	if each := (run() - before) / (parents * children); each > 16 {
		t.Errorf("a halted machine leaves %d bytes", each)
	}
}

// rest waits until no machine of the system has anything to do.
func rest(t *testing.T, s *live.System) {
	t.Helper()
	if err := live.Quiet(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}
