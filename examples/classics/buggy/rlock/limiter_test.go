package rlock

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	t.Run("refill", func(t *testing.T) {
		t.Parallel()
		now := start
		l := NewLimiter(2, 1, func() time.Time { return now })
		l.Register("ann")
		for i, want := range []bool{true, true, false} {
			if got := l.Allow("ann"); got != want {
				t.Errorf("request %d: %v", i, got)
			}
		}
		now = now.Add(time.Second)
		if !l.Allow("ann") || l.Allow("ann") {
			t.Error("want one more request after a second")
		}
		if l.Allow("bob") {
			t.Error("a stranger has a budget")
		}
	})
	t.Run("limits change", func(t *testing.T) {
		t.Parallel()
		l := NewLimiter(1, 1, func() time.Time { return start })
		clients := []string{"ann", "bob"}
		for _, client := range clients {
			l.Register(client)
		}
		var allowed atomic.Int32
		var wg sync.WaitGroup
		for _, client := range clients {
			wg.Go(func() {
				if l.Allow(client) {
					allowed.Add(1)
				}
			})
		}
		l.SetLimits(5, 1)
		wg.Wait()
		if n := allowed.Load(); n != 2 {
			t.Errorf("%d requests were allowed, want 2", n)
		}
		if burst, rate := l.Limits(); burst != 5 || rate != 1 {
			t.Errorf("limits are %v and %v", burst, rate)
		}
	})
}
