package bars

import (
	"runtime"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// Bound is the step bound under which all programs run.
const Bound = 10_000

// Runner runs executions of a program one after the other, with choices recorded, monitors' temperatures counted and
// coverage kept, as Test does.
type Runner struct {
	eng    *engine.Engine
	driver strategy.Strategy // plans faults, if the strategy does not
	pupil  pupil
	cfg    engine.Config
	body   func(*ravel.Context)
	k      uint64
	known  strategy.Execution // estimates
}

// NewRunner returns a runner of body under the random strategy. A careful one also keeps fingerprints and checks payloads.
// Close it when it is no longer needed.
func NewRunner(body func(*ravel.Context), careful bool) *Runner {
	r := NewRunnerOf(strategy.NewRandom(), body, Bound)
	r.driver = strategy.WithFaults(strategy.NewRandom())
	r.cfg.Fingerprint, r.cfg.Check = careful, careful
	return r
}

// NewRunnerOf returns a runner of body under a strategy, which decides once the root has created what there is to create.
// Executions end at a step bound. Close it when it is no longer needed.
func NewRunnerOf(s strategy.Strategy, body func(*ravel.Context), bound int) *Runner {
	return &Runner{
		eng:    engine.New(),
		driver: strategy.WithFaults(&stage{strategy: s}),
		pupil:  newPupil(s),
		cfg:    engine.Config{MaxSteps: bound, Threshold: max(bound/2, 1), Cover: true},
		body:   body,
	}
}

// Close ends the goroutines of the runner.
func (r *Runner) Close() { r.eng.Close() }

// Run runs the next execution.
func (r *Runner) Run() engine.Outcome {
	e := r.known
	e.K, e.Seed, e.MaxSteps = r.k, r.k, r.cfg.MaxSteps
	r.driver.Start(e)
	r.k++
	cfg := r.cfg
	cfg.MaxSteps = strategy.StepBoundOf(r.driver, cfg.MaxSteps)
	o := r.eng.Run(cfg, r.driver, engine.Program{Body: r.body})
	if f, ok := r.driver.(strategy.Finisher); ok {
		f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Failed: o.Err != nil, Bounded: o.Bounded})
	}
	r.pupil.finished()
	return o
}

// Estimate makes the next executions as long as the longest of the n ones that it runs: strategies are told so.
func (r *Runner) Estimate(n int) error {
	var e strategy.Execution
	for range n {
		o := r.Run()
		if o.Err != nil {
			return o.Err
		}
		e.Length, e.Steps, e.Ops = max(e.Length, o.Picks), max(e.Steps, o.Steps), max(e.Ops, o.Ops)
	}
	r.known = e
	return nil
}

// Sample is what executions took, one after the other.
type Sample struct {
	Executions, Steps uint64
	Elapsed           time.Duration
}

// PerStep is in nanoseconds.
func (s Sample) PerStep() float64 { return float64(s.Elapsed.Nanoseconds()) / float64(s.Steps) }

// PerExecution is in nanoseconds.
func (s Sample) PerExecution() float64 {
	return float64(s.Elapsed.Nanoseconds()) / float64(s.Executions)
}

// Sample runs executions for a time.
func (r *Runner) Sample(least time.Duration) (s Sample, err error) {
	for start := time.Now(); s.Elapsed < least; s.Elapsed = time.Since(start) {
		for rest := Bound; rest > 0; { // the clock is read seldom
			o := r.Run()
			if o.Err != nil {
				return s, o.Err
			}
			s.Executions++
			s.Steps += uint64(o.Steps)
			rest -= max(1, o.Steps)
		}
	}
	return s, nil
}

// Allocations is how many allocations an execution has on average, rounded down, as the runtime itself makes one now and
// then. All executions have the same schedule.
func (r *Runner) Allocations(executions int) (uint64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	for i := range 1 + executions {
		if i == 1 {
			runtime.ReadMemStats(&before) // behind the first, which makes what the others use again
		}
		r.k = 1
		if o := r.Run(); o.Err != nil {
			return 0, o.Err
		}
	}
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / uint64(executions), nil
}
