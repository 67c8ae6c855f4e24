package check_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// settled waits until no more than n goroutines are left, and returns how many there are.
func settled(n int) int {
	for range 200 {
		if runtime.NumGoroutine() <= n {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return runtime.NumGoroutine()
}

// Runs that fail in every way and place, by the hundred, leave no goroutine behind: workers, watchers, coroutines.
func TestGoroutinesOfRuns(t *testing.T) {
	before := runtime.NumGoroutine()
	ends := map[string]func(t *check.T){
		"FailNow": func(t *check.T) { t.FailNow() },
		"panic":   func(t *check.T) { panic("x") },
		"Goexit":  func(*check.T) { runtime.Goexit() },
		"Skip":    func(t *check.T) { t.Skip() },
	}
	for place, put := range places {
		for _, end := range ends {
			for range 25 {
				explore(t, check.Config{Schedules: 3, Workers: 2, Progress: func(check.Progress) {}, NoShrink: true}, func(t *check.T) {
					for range 2 { // waiting when the end comes
						t.Go("waiter", func(c *ravel.Context) {
							defer func() { _ = recover() }()
							ravel.Receive[ack](c)
						})
					}
					put(t, func() { end(t) })
				})
			}
		}
		if n := settled(before); n > before {
			t.Fatalf("%s: %d goroutines, %d before", place, n, before)
		}
	}
}

// Within one run, 1,000 failing executions keep the number of goroutines flat.
func TestGoroutinesOfExecutions(t *testing.T) {
	for place, put := range places {
		cfg := check.Config{Schedules: 1, Workers: 1, Stuck: -1, NoShrink: true}
		body := func(t *check.T) {
			t.Go("waiter", func(c *ravel.Context) { ravel.Receive[ack](c) })
			put(t, func() { t.FailNow() })
		}
		r := explore(t, cfg, body)
		if r.Failure == nil {
			t.Fatal(place, "no failure")
		}
		rp, err := check.NewReplayer(cfg, r.Failure, body)
		if err != nil {
			t.Fatal(err)
		}
		early := 0
		for i := range 1000 {
			f, err := rp.Run()
			if err != nil || !failure.Same(f.Err, r.Failure.Err) {
				t.Fatalf("%s, replay %d: %v, %v", place, i, f.Err, err)
			}
			if i == 20 {
				early = runtime.NumGoroutine()
			}
		}
		if n := settled(early); n > early {
			t.Errorf("%s: %d goroutines after 20 failing executions, %d after 1,000", place, early, n)
		}
		rp.Close()
	}
}
