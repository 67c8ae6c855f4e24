package check_test

import (
	"errors"
	"log"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/spec/linear"
)

// recordedCounter is a counter that goroutines add to, with the history of what they did. The careless one reads and
// writes in two steps.
func recordedCounter(careless bool) func(*check.T) {
	return func(t *check.T) {
		h := linear.NewHistory(t, linear.Sequential(0, func(sum, n int) (int, int) { return sum + n, sum + n }))
		var sum atomic.Int64
		var all sync.WaitGroup
		for _, client := range []string{"a", "b", "c"} {
			all.Go(func() {
				op := h.Call(client, 1)
				t.Logger().Info("calls", "client", client)
				slog.Info("default", "client", client)
				if client == "c" {
					return // nobody knows what became of it
				}
				if careless {
					now := sum.Load() + 1
					sum.Store(now)
					op.Return(int(now))
				} else {
					op.Return(int(sum.Add(1)))
				}
				log.Printf("plain %s", client)
			})
		}
		all.Wait()
	}
}

// TestControlledHistory records operations in goroutines under control, and logs there.
func TestControlledHistory(t *testing.T) {
	check.NeedControl(t)
	cfg := check.Config{Goroutines: true, Schedules: 300, Seed: 1, Seeded: true}
	if r, err := check.Explore("counter", cfg, recordedCounter(false)); err != nil || r.Failure != nil || r.Nondeterminism != nil {
		t.Errorf("%v, %v", err, r)
	}
	r, err := check.Explore("careless", cfg, recordedCounter(true))
	if err != nil || r.Failure == nil || !r.Failure.Reproduced {
		t.Fatalf("%v, %v", err, r)
	}
	var v *failure.MonitorViolation
	if !errors.As(r.Failure.Err, &v) || !strings.Contains(v.Message, "cannot be linearized") || len(v.Attached) == 0 {
		t.Errorf("%v", r.Failure.Err)
	}
	lines, inOrder := logged(r.Failure.Trace)
	got := strings.Join(lines, "\n")
	if !inOrder {
		t.Errorf("out of order:\n%s", got)
	}
	for _, want := range []string{"level=INFO msg=calls client=a", "INFO default client=a", "plain "} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
}
