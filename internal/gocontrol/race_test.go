package gocontrol

import (
	"os"
	"runtime"
	"sync"
	"testing"
)

// TestPlainCounter has a data race. Under -race it must fail: one goroutine after the other is no synchronization.
func TestPlainCounter(t *testing.T) {
	control(t)
	if os.Getenv(raceVariable) == "" {
		t.Skip("has a data race on purpose; TestUnderOverlay runs it with -race and wants it to fail")
	}
	for seed := range uint64(20) {
		n := 0
		mustRun(t, Options{Seed: seed}, func() {
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { runtime.Gosched(); n++ })
			}
			wg.Wait()
		})
	}
}

const raceVariable = "RAVEL_GOCONTROL_DATA_RACE"
