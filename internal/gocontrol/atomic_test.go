package gocontrol

import (
	"sync"
	"sync/atomic"
	"testing"
)

// lostUpdate adds two to an atomic counter by Load and Store and reports whether one addition was lost.
func lostUpdate(t *testing.T, opts Options) bool {
	t.Helper()
	var x atomic.Int64
	var v atomic.Value
	v.Store(1)
	r := mustRun(t, opts, func() {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				v.Load()
				x.Store(x.Load() + 1)
			})
		}
		wg.Wait()
	})
	if r.End != Finished {
		t.Fatalf("ended with %v", r.End)
	}
	return x.Load() != 2
}
