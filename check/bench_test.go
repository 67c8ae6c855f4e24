package check_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

type token struct{ left int }

type station struct{ next ravel.ID }

var stationMachine = ravel.Define[station]("Station", ravel.Start("Waiting",
	ravel.On(func(s *station, c *ravel.Context, n ravel.ID) { s.next = n }),
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

// BenchmarkExploreWorkers compares one worker with two on small executions. Both run in turn, so that a machine that
// others use as well slows both; the median of the ratios is reported.
func BenchmarkExploreWorkers(b *testing.B) {
	explore := func(workers int) time.Duration {
		r, err := check.Explore("workers", check.Config{Schedules: 20_000, Workers: workers, Strategy: "random"}, ring(3, 4))
		if err != nil || r.Failure != nil || r.Executions != 20_000 {
			b.Fatal(err, r.Summary())
		}
		return r.Elapsed
	}
	explore(2)
	var ratios, one []float64
	for b.Loop() {
		t1, t2 := explore(1), explore(2)
		ratios = append(ratios, t1.Seconds()/t2.Seconds())
		one = append(one, float64(t1.Nanoseconds())/20_000)
	}
	b.ReportMetric(median(ratios), "speedup")
	b.ReportMetric(median(one), "ns/execution")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkSmallExecution is what one small execution costs, from one to the next.
func BenchmarkSmallExecution(b *testing.B) { check.Bench(b, ring(3, 4)) }
