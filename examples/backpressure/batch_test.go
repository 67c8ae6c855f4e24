package backpressure

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// TestWindow is the test that the pipeline has: with a window of two, nobody waits for ever.
func TestWindow(t *testing.T) {
	check.Test(t, batch(6, 2), check.Inboxes(Inboxes), check.Schedules(500))
}

// batch is a body that has a batch done, and waits for the end of it.
func batch(jobs, window int) func(*check.T) {
	return func(t *check.T) {
		w := &Worker{}
		worker := t.Create(WorkerMachine.New(w))
		dispatcher := t.Create(DispatcherMachine.New(&Dispatcher{Worker: worker, Window: window}))
		t.Go("client", func(c *ravel.Context) {
			c.Send(dispatcher, Batch{Jobs: jobs, From: c.Self()})
			ravel.Receive[Done](c)
		})
		t.AtEnd(func() {
			if w.done != jobs {
				t.Errorf("%d of %d jobs are done", w.done, jobs)
			}
		})
	}
}

// Without a window the machines wait for each other, in some executions. Without bounds they never do, so a tester that does not
// know of them finds nothing.
func TestWithoutWindow(t *testing.T) {
	for _, strategy := range []string{"dfs", "dpor", "states", "random", "pct:3", "ss:rtc", "portfolio"} {
		t.Run(strategy, func(t *testing.T) {
			r, err := check.Explore("batch", check.Config{Strategy: strategy, Schedules: 20_000, Inboxes: Inboxes}, batch(6, 0))
			if err != nil {
				t.Fatal(err)
			}
			var d *failure.Deadlock
			if r.Failure == nil || !r.Failure.Reproduced || !errors.As(r.Failure.Err, &d) || len(d.Circle) != 2 {
				t.Fatalf("no circle was found: %v", r.Summary())
			}
			for _, want := range []string{
				"Dispatcher waits for room in the inbox of Worker (capacity 2)", "Worker waits for room in the inbox of Dispatcher (capacity 2)",
				"cycle: Worker → Dispatcher → Worker (each waits for room in the inbox of the next)",
			} {
				if text := d.Error() + d.Detail(); !strings.Contains(text, want) {
					t.Errorf("the failure does not say %q:\n%s", want, text)
				}
			}
		})
	}
}

func TestWithoutBounds(t *testing.T) { all(t, check.Config{}, batch(6, 0)) }

func TestAllSchedulesOfWindow(t *testing.T) {
	all(t, check.Config{Inboxes: Inboxes}, batch(6, 2))
	all(t, check.Config{Inboxes: Inboxes}, batch(6, 1))
}

// all explores every schedule of a body, up to the order of independent steps.
func all(t *testing.T, cfg check.Config, body func(*check.T)) {
	t.Helper()
	cfg.Strategy, cfg.Schedules = "dpor", 1_000_000
	r, err := check.Explore("batch", cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil || !r.Exhausted {
		t.Errorf("%s", r.Summary())
	}
}

// What the tests say holds in production.
func TestProduction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		if err := Run(t.Context(), log, 1000, 2); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // of a clock that stands still while anybody moves
		defer cancel()
		if err := Run(ctx, log, 1000, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a thousand jobs at once: %v", err)
		}
	})
}
