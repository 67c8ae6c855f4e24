package bars

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// Figure is something that is measured.
type Figure struct {
	Name    string  // as in JSON
	Unit    string  // "" for a ratio
	Want    Want    // what is asked of it
	Bar     float64 // the bound, if something is
	Program string  // what runs, in a sentence
	Cores   int     // how many the machine needs
	// Measure takes one sample, of about half a second.
	Measure func() (float64, error)
}

// Want is what is asked of a figure.
type Want uint8

// What can be asked.
const (
	AtMost Want = iota
	AtLeast
	Nothing
)

// Meets reports whether a value is as good as it should be.
func (f *Figure) Meets(v float64) bool {
	switch f.Want {
	case AtMost:
		return v <= f.Bar
	case AtLeast:
		return v >= f.Bar
	}
	return true
}

const ringProgram = "ring of 4 machines with 3 scalar fields that pass 4 pointer events and tell a monitor of every 100th; 10000 steps"

// Figures are the bars that Ravel's speed has to meet.
func Figures() []Figure {
	return append([]Figure{
		{Name: "machine_step_ns", Unit: "ns", Bar: 50, Measure: stepOf(Ring, false), Program: ringProgram},
		{Name: "machine_fingerprint_step_ns", Unit: "ns", Bar: 150, Measure: stepOf(Ring, true),
			Program: "the same ring, with fingerprints of its states and checks of its events"},
		{Name: "machine_allocs_per_step", Measure: allocations,
			Program: "the same ring, without its own machines and events"},
		{Name: "inbox_step_ns", Unit: "ns", Bar: 50, Measure: stepOf(Inbox, false),
			Program: "a machine that keeps 50 deferred events with a payload in its inbox while it handles others; 10000 steps"},
		{Name: "execution_us", Unit: "us", Bar: 2, Measure: execution,
			Program: "5 machines with 10 steps, again and again: from one execution to the next"},
		{Name: "workers2_speedup", Want: AtLeast, Bar: 1.8, Measure: speedup, Cores: 2,
			Program: "3 machines that hand a token round, 300000 executions by two workers against one"},
		{Name: "workers2_possible", Want: Nothing, Measure: possible, Cores: 2,
			Program: "two goroutines that share nothing against one: what the machine has to give"},
	}, goFigures()...)
}

// warmUp comes before what is measured, and span is how long that takes.
const (
	warmUp = 50 * time.Millisecond
	span   = 400 * time.Millisecond
)

// sample measures a program on an engine of its own.
func sample(body func(*ravel.Context), careful bool) (Sample, error) {
	r := NewRunner(body, careful)
	defer r.Close()
	if s, err := r.Sample(warmUp); err != nil {
		return s, err
	}
	runtime.GC() // nobody else's garbage
	return r.Sample(span)
}

func stepOf(body func(*ravel.Context), careful bool) func() (float64, error) {
	return func() (float64, error) {
		s, err := sample(body, careful)
		return s.PerStep(), err
	}
}

func execution() (float64, error) {
	s, err := sample(Small, false)
	return s.PerExecution() / 1e3, err
}

func allocations() (float64, error) {
	r := NewRunner(Ring, false)
	defer r.Close()
	n, err := r.Allocations(20)
	return float64(n-min(n, RingAllocations)) / Bound, err
}

// speedup compares what the tester itself does on one worker and on two.
func speedup() (float64, error) {
	if _, err := explore(2, 30_000); err != nil {
		return 0, err
	}
	one, err := explore(1, 300_000)
	if err != nil {
		return 0, err
	}
	two, err := explore(2, 300_000)
	return one.Seconds() / two.Seconds(), err
}

func explore(workers int, executions uint64) (time.Duration, error) {
	runtime.GC()
	c := check.Config{Schedules: executions, Workers: workers, Strategy: "random"}
	r, err := check.Explore("workers", c, func(t *check.T) { Relay(t.Root()) })
	switch {
	case err != nil:
		return 0, err
	case r.Failure != nil:
		return 0, r.Failure.Err
	}
	return r.Elapsed, nil
}

func possible() (float64, error) {
	const rounds = 200_000_000
	return Spin(1, rounds).Seconds() / Spin(2, rounds).Seconds(), nil
}

// Spin does the same work on n goroutines, each with its share of the rounds, and returns how long that took.
func Spin(n, rounds int) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			v := uint64(1)
			for range rounds / n {
				v = v*6364136223846793005 + 1
			}
			spun.Add(v)
		})
	}
	wg.Wait()
	return time.Since(start)
}

// spun keeps the compiler from leaving out what spin does.
var spun atomic.Uint64
