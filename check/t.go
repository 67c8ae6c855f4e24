package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
)

// T is one execution of a test body. It is the root machine: its Create and Send are effects of that machine, performed
// one by one, with scheduling points between them.
//
// T implements testing.TB for the execution: Log is kept and shown only if the execution fails, Cleanup functions and the
// Context end with it, and FailNow ends the execution, whichever machine's handler calls it. Setenv, Chdir, Parallel and
// Run change or outlive the process and are failures that say so.
//
// A T may be used by the body, by the handlers of its execution and by AtEnd and Cleanup functions, and not afterwards.
type T struct {
	testing.TB // the outer test; nil outside go test. Everything it offers is overridden.

	c   *ravel.Context
	eng *engine.Engine
	run *worker

	name     string
	failed   []string
	place    failure.Place
	call     string
	skipped  bool
	atEnd    []func()
	cleanups []func()
	logs     []string
	ctx      context.Context
	cancel   context.CancelFunc
	dir      string
	dirs     int
}

// Root returns the Context of the root machine, for models that want one.
func (t *T) Root() *ravel.Context { return t.c }

// Self returns the ID of the root machine, for machines that answer the body.
func (t *T) Self() ravel.ID { return t.c.Self() }

// Create creates a machine; see ravel.Context.Create.
func (t *T) Create(m ravel.Machine) ravel.ID { return t.c.Create(m) }

// Go creates a machine that is a plain function; see ravel.Func.
func (t *T) Go(name string, body func(c *ravel.Context)) ravel.ID { return t.c.Go(name, body) }

// Send sends an event from the root machine.
func (t *T) Send(to ravel.ID, event any) { t.c.Send(to, event) }

// Monitor registers a monitor with the execution. Do it before creating machines that notify it.
func (t *T) Monitor(m ravel.Monitor) { t.c.Monitor(m) }

// Notify tells an event to the monitors.
func (t *T) Notify(event any) { t.c.Notify(event) }

// Bool, Int and Now are those of the root machine's Context.
func (t *T) Bool() bool    { return t.c.Bool() }
func (t *T) Int(n int) int { return t.c.Int(n) }

// Assert fails the execution if cond is false.
func (t *T) Assert(cond bool, format string, args ...any) { t.c.Assert(cond, format, args...) }

// Sometimes states that cond holds in some execution; a run in which it never did says so.
func (t *T) Sometimes(cond bool, name string) { t.c.Sometimes(cond, name) }

// Wait runs the execution until nothing can move, and then goes on with the body.
func (t *T) Wait() { ravel.AwaitQuiet(t.c) }

// AtEnd registers a function that runs when the execution is over and nothing can move: the place for assertions about
// the final state. It is not called when the execution fails before, or is cut at its step bound.
func (t *T) AtEnd(f func()) { t.atEnd = append(t.atEnd, f) }

// Expect receives an event of type E for the root machine; see ravel.Receive.
func Expect[E any](t *T) E { return ravel.Receive[E](t.c) }

// fail notes a failure that does not end the execution at once.
func (t *T) fail(call, msg string) {
	if len(t.failed) == 0 {
		t.call = call
		t.place = callerPlace(3)
	}
	t.failed = append(t.failed, msg)
}

func (t *T) err() error {
	if len(t.failed) == 0 {
		return nil
	}
	return &failure.TestFailure{Site: failure.Site{Place: t.place}, Call: t.call, Message: strings.TrimSpace(strings.Join(t.failed, "; "))}
}

// stopNow ends the execution with the failures noted so far.
func (t *T) stopNow() {
	if t.eng != nil && t.eng.FailRunning(t.err()) {
		return // not reached: FailRunning unwinds the caller
	}
	runtime.Goexit()
}

func callerPlace(skip int) failure.Place {
	pc, file, line, ok := runtime.Caller(skip)
	if !ok {
		return failure.Place{}
	}
	p := failure.Place{File: file, Line: line}
	if f := runtime.FuncForPC(pc); f != nil {
		p.Func = f.Name()
	}
	return p
}

// The methods of testing.TB.

func (t *T) Name() string { return t.name }
func (t *T) Helper()      {}
func (t *T) Failed() bool { return len(t.failed) > 0 }
func (t *T) Fail()        { t.fail("t.Fail", "the test failed itself") }

func (t *T) FailNow() {
	t.fail("t.FailNow", "the test failed itself")
	t.stopNow()
}

func (t *T) Error(args ...any)                 { t.fail("t.Error", fmt.Sprintln(args...)) }
func (t *T) Errorf(format string, args ...any) { t.fail("t.Errorf", fmt.Sprintf(format, args...)) }

func (t *T) Fatal(args ...any) {
	t.fail("t.Fatal", fmt.Sprintln(args...))
	t.stopNow()
}

func (t *T) Fatalf(format string, args ...any) {
	t.fail("t.Fatalf", fmt.Sprintf(format, args...))
	t.stopNow()
}

func (t *T) Log(args ...any) {
	if t.run.recording {
		t.eng.Log(strings.TrimSpace(fmt.Sprintln(args...)))
	}
}

func (t *T) Logf(format string, args ...any) {
	if t.run.recording {
		t.eng.Log(fmt.Sprintf(format, args...))
	}
}

// Skip ends the execution without a verdict; the run goes on with the next one.
func (t *T) Skip(args ...any)                 { t.SkipNow() }
func (t *T) Skipf(format string, args ...any) { t.SkipNow() }
func (t *T) Skipped() bool                    { return t.skipped }

func (t *T) SkipNow() {
	t.skipped = true
	t.eng.StopRunning()
}

func (t *T) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *T) Context() context.Context {
	if t.ctx == nil {
		t.ctx, t.cancel = context.WithCancel(context.Background())
	}
	return t.ctx
}

// TempDir returns a new empty directory that is removed when the execution ends.
func (t *T) TempDir() string {
	if t.dir == "" {
		d, err := os.MkdirTemp("", "ravel-")
		if err != nil {
			t.Fatalf("TempDir: %v", err)
		}
		t.dir = d
	}
	t.dirs++
	d := fmt.Sprintf("%s/%03d", t.dir, t.dirs)
	if err := os.Mkdir(d, 0o777); err != nil {
		t.Fatalf("TempDir: %v", err)
	}
	return d
}

func (t *T) ArtifactDir() string    { return t.TempDir() }
func (t *T) Output() io.Writer      { return logWriter{t} }
func (t *T) Attr(key, value string) { t.Logf("%s=%s", key, value) }
func (t *T) Setenv(key, value string) {
	t.refuse("t.Setenv", "it changes the environment of all executions that run side by side")
}
func (t *T) Chdir(dir string) {
	t.refuse("t.Chdir", "it changes the directory of all executions that run side by side")
}

// Parallel is a failure: executions run side by side already.
func (t *T) Parallel() {
	t.refuse("t.Parallel", "call it on the outer *testing.T before check.Test; executions run side by side already")
}

// Run is a failure: an execution has no subtests.
func (t *T) Run(name string, f func(*T)) bool {
	t.refuse("t.Run", "an execution has no subtests: call check.Test inside the outer t.Run")
	return false
}

func (t *T) refuse(call, why string) {
	err := &failure.Misuse{Site: failure.Site{Place: callerPlace(2)}, Rule: failure.NotInExecution, Subject: call, Fix: why}
	t.eng.FailRunning(err)
}

type logWriter struct{ t *T }

func (w logWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// finish ends what the execution opened: its context first, then its cleanups, last first. A cleanup that fails or
// panics is a failure of the execution.
func (t *T) finish() error {
	if t.cancel != nil {
		t.cancel()
	}
	var err error
	if len(t.cleanups) > 0 {
		err = t.runCleanups()
	}
	if t.dir != "" {
		os.RemoveAll(t.dir)
	}
	return err
}

// runCleanups uses a goroutine of its own, so that FailNow in a cleanup ends that and not the worker.
func (t *T) runCleanups() (err error) {
	t.eng = nil
	var wg sync.WaitGroup
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					err = &failure.Panic{Value: v}
				}
			}()
			t.cleanups[i]()
		})
		wg.Wait()
	}
	if err == nil {
		err = t.err()
	}
	return err
}
