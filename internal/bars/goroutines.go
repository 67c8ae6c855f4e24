package bars

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
	"github.com/ravelgo/ravel/strategy"
)

// GoCount is the program of the bar of goroutine steps: 8 goroutines add to one atomic counter for ever, and 7 of 8 decisions
// switch. It ends at the step bound.
func GoCount(*ravel.Context) {
	var n atomic.Int64
	for range 8 {
		go func() {
			for {
				n.Add(1)
			}
		}()
	}
}

// GoSmall is the program of the bar of small executions: 5 goroutines of one action each.
func GoSmall(*ravel.Context) {
	var n atomic.Int64
	for range 5 {
		go func() { n.Add(1) }()
	}
}

// goMany is how many goroutines GoMany has.
const goMany = 10_000

// GoMany starts many goroutines, which wait.
func GoMany(*ravel.Context) {
	gate := make(chan bool)
	for range goMany {
		go func() { <-gate }()
	}
	runtime.Gosched()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	manyBytes.Store(before.HeapInuse + before.StackInuse)
	close(gate)
}

// manyBytes is the memory in use when the goroutines of GoMany wait.
var manyBytes atomic.Uint64

// goFigures are the bars of controlled goroutines.
func goFigures() []Figure {
	return []Figure{
		{Name: "goroutine_step_ns", Unit: "ns", Bar: 100, Measure: inControl("goroutine_step_ns", goStep),
			Program: "8 goroutines that add to one atomic counter, of which another one goes on at 7 of 8 steps; 10000 steps"},
		{Name: "goroutine_execution_us", Unit: "us", Bar: 5, Measure: inControl("goroutine_execution_us", goExecution),
			Program: "5 goroutines of one action each, again and again: from one execution to the next"},
		{Name: "memory_per_goroutine_bytes", Unit: "B", Want: Nothing, Measure: inControl("memory_per_goroutine_bytes", goMemory),
			Program: "10000 goroutines that wait for a channel: stack, and what control keeps of each"},
	}
}

// NotMeasured is the error of a figure that cannot be measured here.
type NotMeasured struct{ Reason error }

func (e *NotMeasured) Error() string { return "not measured: " + e.Reason.Error() }
func (e *NotMeasured) Unwrap() error { return e.Reason }

// InControl measures one of the figures that need a program with controlled goroutines, in such a program.
func InControl(figure string) (float64, error) {
	switch figure {
	case "goroutine_step_ns":
		return goStep()
	case "goroutine_execution_us":
		return goExecution()
	case "memory_per_goroutine_bytes":
		return goMemory()
	}
	return 0, fmt.Errorf("there is no figure %q", figure)
}

// inControl measures in this program, if it controls goroutines, else in one that is built for it.
func inControl(figure string, measure func() (float64, error)) func() (float64, error) {
	return func() (float64, error) {
		if gocontrol.Available() == nil {
			return measure()
		}
		program, err := controlled()
		if err != nil {
			return 0, &NotMeasured{err}
		}
		var errs bytes.Buffer
		cmd := exec.Command(program, figure)
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			return 0, fmt.Errorf("%w: %s", err, strings.TrimSpace(errs.String()))
		}
		return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	}
}

// controlled builds the program that measures, once.
var controlled = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	o, err := overlay.Generate(ctx, overlay.Config{})
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "ravel-bench-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "gobars.exe")
	cmd := o.Command(ctx, nil, "build", "-o", program, "github.com/ravelgo/ravel/internal/bars/gobars")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building it with the overlay: %w: %s", err, bytes.TrimSpace(out))
	}
	return program, nil
})

// goRunner is a runner of a program with controlled goroutines.
func goRunner(body func(*ravel.Context)) (*Runner, error) {
	if err := gocontrol.SelfTest(); err != nil {
		return nil, err
	}
	r := NewRunner(body, false)
	r.cfg = engine.Config{MaxSteps: Bound, Threshold: Bound / 2, Goroutines: true, ValueSeeds: 256, EarlyGoTimers: 2}
	r.driver = strategy.WithFaults(strategy.NewRandom())
	return r, nil
}

func goSample(body func(*ravel.Context)) (Sample, error) {
	r, err := goRunner(body)
	if err != nil {
		return Sample{}, err
	}
	defer r.Close()
	if s, err := r.Sample(warmUp); err != nil {
		return s, err
	}
	runtime.GC()
	return r.Sample(span)
}

func goStep() (float64, error) {
	s, err := goSample(GoCount)
	return s.PerStep(), err
}

func goExecution() (float64, error) {
	s, err := goSample(GoSmall)
	return s.PerExecution() / 1e3, err
}

func goMemory() (float64, error) {
	r, err := goRunner(GoMany)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	r.cfg.MaxSteps = 10 * goMany
	r.driver = strategy.NewNonPreemptive()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	if o := r.Run(); o.Err != nil || o.Bounded {
		return 0, errors.Join(o.Err, fmt.Errorf("bounded: %v", o.Bounded))
	}
	return float64(manyBytes.Load()-before.HeapInuse-before.StackInuse) / goMany, nil
}
