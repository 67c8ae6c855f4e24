package check_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/bars"
)

type token struct{ left int }

type eternal struct{}

type station struct{ next ravel.ID }

var stationMachine = ravel.Define[station]("Station", ravel.Start("Waiting",
	ravel.On(func(s *station, c *ravel.Context, n ravel.ID) { s.next = n }),
	ravel.On(func(s *station, c *ravel.Context, e eternal) { c.Send(s.next, e) }),
	ravel.On(func(s *station, c *ravel.Context, k token) {
		if k.left > 0 {
			c.Send(s.next, token{k.left - 1})
		}
	})))

// ring is a small execution: n machines hand a token round.
func ring(n, hops int) func(t *check.T) {
	return func(t *check.T) {
		first := t.Create(stationMachine.New(&station{}))
		last := first
		for range n - 1 {
			last = t.Create(stationMachine.New(&station{next: last}))
		}
		t.Send(first, last)
		t.Send(first, token{hops})
	}
}

// BenchmarkExploreWorkers compares one worker with two on small executions. The processors may be busy with other things:
// the metric possible says how much faster two goroutines were that shared nothing, measured in turn with the others, and
// cpu-speedup what the speedup is in processor time, had nobody else used the processors. All are medians over the
// iterations.
func BenchmarkExploreWorkers(b *testing.B) {
	const executions, spins = 300_000, 20_000_000
	explore := func(workers int) time.Duration {
		r, err := check.Explore("workers", check.Config{Schedules: executions, Workers: workers, Strategy: "random"}, ring(3, 4))
		if err != nil || r.Failure != nil || r.Executions != executions {
			b.Fatal(err, r.Summary())
		}
		return r.Elapsed
	}
	explore(2)
	var speedup, inCPU, possible, one []float64
	for b.Loop() {
		c0 := processorTime()
		t1 := explore(1)
		c1 := processorTime()
		t2 := explore(2)
		c2 := processorTime()
		if c1 > c0 {
			inCPU = append(inCPU, 2*float64(c1-c0)/float64(c2-c1))
		}
		speedup = append(speedup, t1.Seconds()/t2.Seconds())
		one = append(one, float64(t1.Nanoseconds())/executions)
		s1, s2 := bars.Spin(1, spins), bars.Spin(2, spins)
		possible = append(possible, s1.Seconds()/s2.Seconds())
	}
	b.ReportMetric(median(speedup), "speedup")
	if len(inCPU) > 0 {
		b.ReportMetric(median(inCPU), "cpu-speedup")
	}
	b.ReportMetric(median(possible), "possible")
	b.ReportMetric(median(one), "ns/execution")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkSmallExecution is what one small execution costs, from one to the next.
func BenchmarkSmallExecution(b *testing.B) { check.Bench(b, ring(3, 4)) }
