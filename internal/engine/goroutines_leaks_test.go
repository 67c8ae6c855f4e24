package engine_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// TestControlledEnds runs thousands of executions that end badly, or early, and looks what they leave behind: no goroutine,
// and no more memory than the first hundreds did.
func TestControlledEnds(t *testing.T) {
	controlled(t)
	bodies := map[string]func(p *shown, c ctx){
		"deadlock": func(p *shown, c ctx) {
			var a, b sync.Mutex
			handler(p, c, func(c ctx) { a.Lock(); defer a.Unlock(); b.Lock() })
			b.Lock()
			a.Lock()
			<-make(chan int)
		},
		"leak": func(p *shown, c ctx) {
			for range 3 {
				go func() { <-make(chan int) }()
			}
		},
		"assertion beside blocked handlers": func(p *shown, c ctx) {
			for range 3 {
				handler(p, c, func(c ctx) { time.Sleep(time.Hour) })
			}
			go c.Assert(false, "oh")
		},
		"panic in a handler": func(p *shown, c ctx) {
			go func() { time.Sleep(time.Hour) }()
			handler(p, c, func(c ctx) { panic("oh") })
		},
		"bound": func(p *shown, c ctx) {
			go func() {
				for {
					runtime.Gosched()
				}
			}()
			ravel.Receive[B](c)
		},
		"crash": func(p *shown, c ctx) {
			c.Crash(handler(p, c, func(c ctx) { <-make(chan int) }))
		},
	}
	runs := 4000
	if testing.Short() {
		runs = 400
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			e := engine.New()
			defer e.Close()
			s := strategy.WithFaults(strategy.NewRandom())
			run := func(n int) {
				for k := range n {
					s.Start(strategy.Execution{K: uint64(k), Seed: uint64(k)})
					e.Run(engine.Config{Goroutines: true, MaxSteps: 100, Threshold: 100}, s, engine.Program{Body: func(c ctx) { body(&shown{}, c) }})
				}
			}
			run(200)
			goroutines, memory := runtime.NumGoroutine(), inUse()
			run(runs)
			if n := runtime.NumGoroutine(); n > goroutines {
				t.Errorf("%d goroutines after %d executions, %d before", n, runs, goroutines)
			}
			if more := int64(inUse()) - int64(memory); more > int64(64*runs) {
				t.Errorf("%d bytes more after %d executions", more, runs)
			}
		})
	}
}

// inUse returns how much memory is reachable.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
