package check

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/trace"
)

// execution is what a T stands for. A worker uses one for all its executions, one after the other.
type execution struct {
	worker *worker
	eng    *engine.Engine
	c      *ravel.Context // of the root machine
	epoch  uint64

	recording bool
	used      bool // something below has to be seen to when the execution is over
	cleaning  bool // Cleanup functions run: there is no handler to unwind
	skipped   bool
	curtailed bool // ended by the strategy, before the step bound
	atEnd     []func()
	cleanups  []func()
	failures  []string
	first     failure.TestFailure // the first of them
	late      []trace.Event       // what Cleanup functions log
	helpers   map[string]bool     // functions that called Helper, in recorded executions
	ctx       context.Context
	cancel    context.CancelFunc
	cleanErr  error // of Cleanup functions that ran under control
	dir       string
	dirs      int
	started   uint64 // goroutines, for Cleanup functions
}

func (x *execution) reset(record bool) {
	x.epoch++ // the T of the execution before is of no use any more
	if x.used || x.helpers != nil {
		*x = execution{worker: x.worker, eng: x.eng, epoch: x.epoch, atEnd: x.atEnd, started: x.started}
	}
	clear(x.atEnd)
	x.atEnd = x.atEnd[:0]
	x.c, x.recording, x.skipped = nil, record, false
}

// fail notes a failure that does not end the execution at once. It is called by a method of T.
func (x *execution) fail(call, msg string) {
	var at failure.Place
	if len(x.failures) == 0 {
		at = callerPlace(3, x.helpers)
	}
	x.failAt(at, call, msg)
	x.tell(call + ": " + strings.TrimSpace(msg))
}

// failAt is fail for a method that was called there.
func (x *execution) failAt(at failure.Place, call, msg string) {
	msg = strings.TrimSpace(msg)
	if len(x.failures) == 0 {
		x.first = failure.TestFailure{Site: x.eng.Running(), Call: call}
		x.first.Place = at
	}
	x.used = true
	x.failures = append(x.failures, msg)
}

func (x *execution) err() error {
	if len(x.failures) == 0 {
		return nil
	}
	f := x.first
	f.Message = strings.Join(x.failures, "; ")
	return &f
}

// failNow ends the execution with the failures noted so far.
func (x *execution) failNow() {
	if !x.cleaning && x.eng.FailRunning(x.err()) {
		return // not reached: FailRunning unwinds the caller
	}
	runtime.Goexit()
}

// tell writes a line into the trace, if there is one.
func (x *execution) tell(line string) {
	switch {
	case !x.recording:
	case x.cleaning:
		x.late = append(x.late, trace.Event{Kind: trace.Logged, Who: "test", Value: line})
	default:
		x.eng.Log(line)
	}
}

// finish ends what the execution opened: its context first, then its cleanups, last first. A cleanup that fails or
// panics is a failure of the execution, unless it has failed before.
func (x *execution) finish(o *engine.Outcome) {
	if o.Err == nil {
		o.Err = x.err()
	}
	if x.excused(o.Err) {
		o.Err = nil
	}
	if x.worker.cfg.goroutines.on {
		x.cleanups, x.cancel = nil, nil // they have run, or what they would wait for has been ended
		if o.Err == nil {
			o.Err = x.cleanErr
		}
	}
	if x.cancel != nil {
		x.cancel()
	}
	if len(x.cleanups) > 0 {
		before := len(x.failures)
		err := x.runCleanups()
		if err == nil && len(x.failures) > before {
			err = x.err()
		}
		if o.Err == nil {
			o.Err = err
		}
	}
	if x.dir != "" {
		os.RemoveAll(x.dir)
	}
	for _, ev := range x.late {
		ev.Step = o.Steps
		o.Events = append(o.Events, ev)
	}
}

// cleanInside ends what a controlled execution opened, under control.
func (x *execution) cleanInside() {
	if x.cancel != nil {
		x.cancel()
	}
	if len(x.cleanups) == 0 {
		return
	}
	before := len(x.failures)
	x.cleanErr = x.runCleanups()
	if x.cleanErr == nil && len(x.failures) > before {
		x.cleanErr = x.err()
	}
	x.cleaning = false
}

// runCleanups uses a goroutine of its own for each function, so that FailNow in it ends that and not the worker.
func (x *execution) runCleanups() (err error) {
	x.cleaning = true
	for len(x.cleanups) > 0 {
		f := x.cleanups[len(x.cleanups)-1]
		x.cleanups = x.cleanups[:len(x.cleanups)-1]
		done := make(chan error, 1)
		x.started++
		go cleanUp(f, done)
		if e := x.cleaned(done); err == nil {
			err = e
		}
	}
	return err
}

// cleaned waits for a Cleanup function. Under control it does not show among the program's goroutines meanwhile: the function
// runs in the name of the test's.
func (x *execution) cleaned(done <-chan error) error {
	if x.worker.cfg.goroutines.on {
		defer gocontrol.Mask(gocontrol.Mask(true))
	}
	return <-done
}

func cleanUp(f func(), done chan<- error) {
	var err error
	returned := false
	defer func() { done <- err }()
	defer func() {
		if returned {
			return
		}
		v := recover()
		switch m, ok := v.(*failure.Misuse); {
		case v == nil: // FailNow, or another Goexit
		case ok:
			err = m
		default:
			p := &failure.Panic{Site: failure.Site{Machine: "a cleanup function"}, Value: v}
			p.Stack, p.Place = panicStack(string(debug.Stack()))
			err = p
		}
	}()
	f()
	returned = true
}

// panicStack cuts a stack down to what stands between the panic and Ravel, and returns the innermost line of that.
func panicStack(s string) (string, failure.Place) {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			lines = lines[i+2:]
			break
		}
	}
	for len(lines) >= 2 && strings.HasPrefix(lines[0], "runtime.") {
		lines = lines[2:]
	}
	for i, l := range lines {
		if strings.HasPrefix(l, "github.com/ravelgo/ravel/check.") {
			lines = lines[:i]
			break
		}
	}
	var p failure.Place
	if len(lines) >= 2 {
		p = placeOf(lines[1])
		p.Func = calledFunction(lines[0])
	}
	return strings.Join(lines, "\n"), p
}

// callerPlace returns the line of the innermost caller, from skip on, that is not one of the helpers.
func callerPlace(skip int, helpers map[string]bool) failure.Place {
	var pcs [32]uintptr
	n := runtime.Callers(skip+1, pcs[:])
	if n == 0 {
		return failure.Place{}
	}
	frames := runtime.CallersFrames(pcs[:n])
	f, more := frames.Next()
	at := f
	for helpers[at.Function] && more {
		at, more = frames.Next()
	}
	if strings.HasPrefix(at.Function, "github.com/ravelgo/ravel/internal/") {
		at = f // helpers all the way down
	}
	return failure.Place{File: at.File, Line: at.Line, Func: at.Function}
}

func callerFunction(skip int) string {
	pc, _, _, _ := runtime.Caller(skip)
	if f := runtime.FuncForPC(pc); f != nil {
		return f.Name()
	}
	return fmt.Sprint(pc)
}
