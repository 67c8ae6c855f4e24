package sct_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
)

// childVariable is set in the child processes of TestUnderOverlay.
const childVariable = "RAVEL_SCT_CHILD"

// control skips a test in the ordinary test binary. TestUnderOverlay builds the same tests with the overlay and runs them
// in a child process, where a missing control is an error.
func control(t testing.TB) {
	t.Helper()
	err := gocontrol.Available()
	if err == nil {
		return
	}
	if os.Getenv(childVariable) != "" {
		t.Fatalf("in the child process: %v", err)
	}
	t.Skipf("needs the overlay; TestUnderOverlay runs it in a child process (%v)", err)
}

// recorder is a TB for one controlled execution. It keeps the first message. One goroutine runs at a time, so it needs no
// lock, which would be a scheduling point of its own; the race detector, which cannot know this, looks away.
type recorder struct{ message string }

func (r *recorder) Helper() {}

//go:norace
func (r *recorder) Errorf(format string, args ...any) {
	if r.message == "" {
		r.message = fmt.Sprintf(format, args...)
	}
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// execution is the result of one, with how a bug has shown in it.
type execution struct {
	gocontrol.Result
	message string
}

// symptom is how the execution failed, "" if it did not.
func (e execution) symptom() sct.Symptom {
	switch {
	case e.message != "":
		return sct.Assertion
	case e.End == gocontrol.Deadlock:
		return sct.Deadlock
	case e.End == gocontrol.Panicked:
		return sct.Panic
	case e.End.Failed():
		return sct.Symptom(e.End.String())
	}
	return ""
}

// run runs a program once under control. It must end within the step bound.
func run(t testing.TB, f func(sct.TB), opts gocontrol.Options) execution {
	t.Helper()
	opts.Atomics = true
	var rec recorder
	r, err := gocontrol.Run(func() { f(&rec) }, opts)
	if err != nil {
		t.Fatal(err)
	}
	if r.End == gocontrol.Bounded || r.End == gocontrol.Diverged || r.Outside > 0 || r.Abandoned > 0 {
		t.Fatalf("ended with %v, %d wakeups from outside, %d goroutines abandoned", r.End, r.Outside, r.Abandoned)
	}
	return execution{r, rec.message}
}
