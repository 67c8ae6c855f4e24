package bars

import (
	"fmt"
	"slices"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// Sampler is a strategy whose steps are compared with those of the random walk.
//
// What counts is a step as a user meets it: of an execution in the engine, its start, its end and what a strategy learns
// from it included. The bars are ratios of that to the same under the random walk. Without the engine the random walk is
// one draw of a few nanoseconds, next to which everything looks slow; so the bare strategies are measured as well, and
// have no bar.
type Sampler struct {
	Name string         // as Parse reads it, but for faults
	Bars [Sizes]float64 // by size; 0 where there is none
	// Measure takes samples for about a time, and for longer if executions are long.
	Measure func(total time.Duration) (Pace, error)
}

// Sizes is how many sizes of programs samplers are measured with: SizeOps of them can move.
const Sizes = 2

// SizeOps is how many operations can move in each step, by size, and SizeSteps how long executions are.
var (
	SizeOps   = [Sizes]int{8, 1000}
	SizeSteps = [Sizes]int{2000, Bound}
)

// SamplerProgram says in a sentence what runs.
const SamplerProgram = "8 and 1000 machines that tick for ever and send a note to one of 2 and 250 others with every eighth tick; " +
	"2000 and 10000 steps"

// Samplers are those that are measured; the random walk is not among them.
func Samplers() []Sampler {
	all := []Sampler{
		{Name: "pct", Bars: [Sizes]float64{2, 10}},
		{Name: "fairpct"},
		{Name: "pos", Bars: [Sizes]float64{2, 10}},
		{Name: "urw"},
		{Name: "surw", Bars: [Sizes]float64{3, 10}},
		// Its bound is beyond the step bound: executions that it ends early would be compared with longer ones.
		{Name: "irs:10000"},
		{Name: "feedback:random"},
		{Name: "feedback:pos"},
		{Name: "ql"},
		{Name: "ss:rtc"},
		{Name: "portfolio"},
		{Name: plannedFaults},
	}
	for i := range all {
		s := &all[i]
		if s.Bars[0] == 0 {
			s.Bars = [Sizes]float64{0, 10}
		}
		s.Measure = func(total time.Duration) (Pace, error) { return pace(s.Name, total) }
	}
	return all
}

// plannedFaults is the random walk where faults are on offer, which a plan decides on.
const plannedFaults = "faults"

// Pace is what the steps of a sampler take.
type Pace struct {
	Engine, Bare [Sizes]Steps
}

// Steps are the median of the nanoseconds of a step, and its ratio to that of the random walk, sampled in between.
type Steps struct {
	Nanoseconds, Ratio float64
}

// pace measures a strategy. Samples of it and of the random walk take turns.
func pace(name string, total time.Duration) (p Pace, err error) {
	faults := name == plannedFaults
	if faults {
		name = "random"
	}
	build, err := strategy.Parse(name)
	if err != nil {
		return p, err
	}
	share := total / (2 * Sizes)
	for size, n := range SizeOps {
		bound := SizeSteps[size]
		p.Bare[size], err = compare(NewBare(build(), n, bound, faults), NewBare(strategy.NewRandom(), n, bound, false), share)
		if err == nil {
			p.Engine[size], err = inEngine(build(), n, bound, faults, share)
		}
		if err != nil {
			return p, fmt.Errorf("strategy %s with %d operations: %w", name, n, err)
		}
	}
	return p, nil
}

func inEngine(s strategy.Strategy, n, bound int, faults bool, share time.Duration) (Steps, error) {
	body := Busy(n)
	random := NewRunnerOf(strategy.NewRandom(), body, bound)
	defer random.Close()
	if faults {
		body = BusyUnderFaults(n)
	}
	own := NewRunnerOf(s, body, bound)
	defer own.Close()
	return compare(own, random, share)
}

// paced is what can be sampled: a strategy in the engine, or a bare one.
type paced interface {
	warmUp(executions int) error
	sample(least time.Duration, executions int) (Sample, error)
}

const (
	paceExecutions = 32 // of a sample: whole rounds of what learns
	paceLeast      = time.Millisecond
	paceOthers     = 3 // samples of the random walk for one of the sampler
	paceTurns      = 5
)

// compare takes samples of a and b in turn.
func compare(a, b paced, least time.Duration) (s Steps, err error) {
	if err := a.warmUp(2 * paceExecutions); err != nil {
		return s, err
	}
	if err := b.warmUp(paceExecutions / 2); err != nil {
		return s, err
	}
	var own, others []float64
	for start := time.Now(); len(own) < paceTurns || time.Since(start) < least; {
		sample, err := a.sample(paceLeast, paceExecutions)
		if err != nil {
			return s, err
		}
		own = append(own, sample.PerStep())
		span := max(paceLeast, sample.Elapsed/paceOthers) // as long in all: a busy machine slows both
		for range paceOthers {
			if sample, err = b.sample(span, 1); err != nil {
				return s, err
			}
			others = append(others, sample.PerStep())
		}
	}
	s.Nanoseconds = median(own)
	s.Ratio = s.Nanoseconds / median(others)
	return s, nil
}

// median sorts the values.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func (r *Runner) warmUp(executions int) error { return r.Estimate(executions) }

func (r *Runner) sample(least time.Duration, executions int) (s Sample, err error) {
	for start := time.Now(); s.Elapsed < least || int(s.Executions) < executions; s.Elapsed = time.Since(start) {
		o := r.Run()
		if o.Err != nil {
			return s, o.Err
		}
		s.Executions++
		s.Steps += uint64(o.Steps)
	}
	return s, nil
}

func (b *Bare) warmUp(executions int) error {
	for range executions {
		b.Run()
	}
	return nil
}

func (b *Bare) sample(least time.Duration, executions int) (Sample, error) {
	return b.Sample(least, executions), nil
}
