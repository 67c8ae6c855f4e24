package check_test

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// twoWriters returns a body with two machines that send events to a third one, n each.
func twoWriters(n int) func(*check.T) {
	return func(t *check.T) {
		sink := t.Go("sink", func(c *ravel.Context) {
			for range 2 * n {
				ravel.Receive[int](c)
			}
		})
		for range 2 {
			t.Go("writer", func(c *ravel.Context) {
				for i := range n {
					c.Send(sink, i)
				}
			})
		}
	}
}

// A bounded search says within which bound it has explored everything, and how many executions each stratum has.
func TestReportOfBoundedSearch(t *testing.T) {
	for spec, line := range map[string]string{
		"delay:2,rr":  "every schedule with at most 2 delays was explored, but there are others",
		"delay:1,rtc": "every schedule with at most 1 delay was explored, but there are others",
		"pb:1":        "every schedule with at most 1 preemption was explored, but there are others",
		"pb:40":       "every schedule was explored",
	} {
		r, err := check.Explore("writers", check.Config{Schedules: 20_000, Strategy: spec, Seed: 1, Seeded: true}, twoWriters(1))
		if err != nil {
			t.Fatal(err)
		}
		sum := uint64(0)
		for _, n := range r.Strata {
			sum += n
		}
		if !r.Exhausted || r.CutShort || r.Distinct != r.Executions || sum != r.Executions {
			t.Errorf("%s: exhausted %v, %d executions, %d distinct, strata %v", spec, r.Exhausted, r.Executions, r.Distinct, r.Strata)
		}
		if !matches(r.Summary(), line) || !matches(r.Summary(), "executions by stratum: ") {
			t.Errorf("%s: %s\nexpected %q", spec, r.Summary(), line)
		}
	}
	r, err := check.Explore("writers", check.Config{Schedules: 20, Strategy: "delay:3,rr", Seed: 1, Seeded: true}, twoWriters(1))
	if err != nil || r.Exhausted || !r.CutShort || r.Within != "" || r.Executions != 20 {
		t.Errorf("a search that was cut: %+v %v", r, err)
	}
}

// Stratified sampling runs the same executions with any number of workers.
func TestStratifiedSamplingWithWorkers(t *testing.T) {
	run := func(spec string, workers int, body func(*check.T)) *check.Report {
		r, err := check.Explore("writers", check.Config{Schedules: 3000, Strategy: spec, Seed: 7, Seeded: true, Workers: workers}, body)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	rare := func(t *check.T) {
		var got []int
		sink := t.Go("sink", func(c *ravel.Context) {
			for range 6 {
				got = append(got, ravel.Receive[int](c))
			}
			c.Assert(!slices.Equal(got[:2], []int{10, 0}), "that order")
		})
		for w := range 2 {
			t.Go("writer", func(c *ravel.Context) {
				for i := range 3 {
					c.Send(sink, 10*w+i)
				}
			})
		}
	}
	for _, spec := range []string{"ss:rtc", "ss:rr", "ss:prr", "ss:rand"} {
		one, four := run(spec, 1, twoWriters(3)), run(spec, 4, twoWriters(3))
		if one.Distinct != four.Distinct || one.Steps != four.Steps || one.Executions != four.Executions || one.Distinct < 20 {
			t.Errorf("%s: one worker %d distinct, %d steps; four %d, %d", spec, one.Distinct, one.Steps, four.Distinct, four.Steps)
		}
		one, four = run(spec, 1, rare), run(spec, 4, rare)
		if one.Failure == nil || four.Failure == nil {
			t.Errorf("%s: the bug was not found by both", spec)
			continue
		}
		if a, b := one.Failure, four.Failure; a.Execution != b.Execution || a.Found != b.Found || !a.Reproduced {
			t.Errorf("%s: one worker found it at %d, four at %d", spec, a.Execution, b.Execution)
		}
	}
}
