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

// Runner runs executions of a program one after the other: under the random strategy, with choices recorded and monitors'
// temperatures counted, as Test does.
type Runner struct {
	eng   *engine.Engine
	strat strategy.Strategy
	cfg   engine.Config
	body  func(*ravel.Context)
	k     uint64
}

// NewRunner returns a runner of body. A careful one also keeps fingerprints and checks payloads. Close it when it is no
// longer needed.
func NewRunner(body func(*ravel.Context), careful bool) *Runner {
	return &Runner{
		eng:   engine.New(),
		strat: strategy.WithFaults(strategy.NewRandom()),
		cfg:   engine.Config{MaxSteps: Bound, Threshold: Bound / 2, Fingerprint: careful, Check: careful},
		body:  body,
	}
}

// Close ends the goroutines of the runner.
func (r *Runner) Close() { r.eng.Close() }

// Run runs the next execution.
func (r *Runner) Run() engine.Outcome {
	r.strat.Start(strategy.Execution{K: r.k, Seed: r.k, MaxSteps: Bound})
	r.k++
	return r.eng.Run(r.cfg, r.strat, engine.Program{Body: r.body})
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
