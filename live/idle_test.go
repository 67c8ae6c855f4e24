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
	var before, after runtime.MemStats
	const machines = 20_000
	run := func() {
		var done sync.WaitGroup
		done.Add(machines)
		for range machines / 100 {
			_, _ = s.Go("parent", func(c *ravel.Context) {
				for range 100 {
					c.Go("child", func(*ravel.Context) { done.Done() })
				}
			})
		}
		done.Wait()
		if err := live.Quiet(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
	run()
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / machines; each > 16 {
		t.Errorf("a halted machine leaves %d bytes", each)
	}
}
