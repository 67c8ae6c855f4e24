package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// The methods of testing.TB.

// itself is what a failure without words says.
const itself = "the test failed itself"

func (t *T) Name() string { return t.x.worker.cfg.test }

func (t *T) Failed() bool {
	defer t.quietly()()
	return len(t.own("t.Failed").failures) > 0
}

func (t *T) Fail() {
	defer t.quietly()()
	t.own("t.Fail").fail("t.Fail", itself)
}

// quietly makes what a method of T does the tester's business: no scheduling points, and memory that is ordered for the
// race detector, as goroutines of the execution may use T at the same time. The result ends that.
func (t *T) quietly() (end func()) {
	if !t.x.worker.cfg.goroutines.on {
		return func() {}
	}
	was := gocontrol.Mask(true)
	return func() { gocontrol.Mask(was) }
}

// Helper marks the calling function: a failure reported in it shows the line of its caller.
func (t *T) Helper() {
	defer t.quietly()()
	x := t.own("t.Helper")
	if !x.recording {
		return // nobody will see the line
	}
	if x.helpers == nil {
		x.helpers = map[string]bool{}
	}
	x.helpers[callerFunction(2)] = true
}

func (t *T) FailNow() {
	defer t.quietly()()
	x := t.own("t.FailNow")
	if len(x.failures) == 0 {
		x.fail("t.FailNow", itself)
	}
	x.failNow()
}

func (t *T) Error(args ...any) {
	defer t.quietly()()
	t.own("t.Error").fail("t.Error", fmt.Sprintln(args...))
}

func (t *T) Errorf(format string, args ...any) {
	defer t.quietly()()
	t.own("t.Errorf").fail("t.Errorf", fmt.Sprintf(format, args...))
}

func (t *T) Fatal(args ...any) {
	defer t.quietly()()
	x := t.own("t.Fatal")
	x.fail("t.Fatal", fmt.Sprintln(args...))
	x.failNow()
}

func (t *T) Fatalf(format string, args ...any) {
	defer t.quietly()()
	x := t.own("t.Fatalf")
	x.fail("t.Fatalf", fmt.Sprintf(format, args...))
	x.failNow()
}

func (t *T) Log(args ...any) {
	defer t.quietly()()
	if x := t.own("t.Log"); x.recording {
		x.tell(strings.TrimSpace(fmt.Sprintln(args...)))
	}
}

func (t *T) Logf(format string, args ...any) {
	defer t.quietly()()
	if x := t.own("t.Logf"); x.recording {
		x.tell(fmt.Sprintf(format, args...))
	}
}

// Skip ends the execution without a verdict; the run goes on with the next one.
func (t *T) Skip(args ...any) {
	t.Log(args...)
	t.SkipNow()
}

func (t *T) Skipf(format string, args ...any) {
	t.Logf(format, args...)
	t.SkipNow()
}

func (t *T) Skipped() bool {
	defer t.quietly()()
	return t.own("t.Skipped").skipped
}

func (t *T) SkipNow() {
	defer t.quietly()()
	x := t.own("t.SkipNow")
	x.skipped = true
	if !x.cleaning {
		x.eng.StopRunning()
	}
	runtime.Goexit()
}

// Cleanup registers a function that runs when the execution is over, last first. With goroutines under control it runs
// among them: it may close what they read from and wait for them, and what is left afterwards has leaked. If the execution
// has failed, goroutines are ended where they stand instead, only their deferred functions run, and Cleanup functions,
// which could wait for them in vain, do not.
func (t *T) Cleanup(f func()) {
	defer t.quietly()()
	x := t.own("t.Cleanup")
	x.used = true
	x.cleanups = append(x.cleanups, f)
}

func (t *T) Context() context.Context {
	defer t.quietly()()
	x := t.own("t.Context")
	if x.ctx == nil {
		x.used = true
		x.ctx, x.cancel = context.WithCancel(context.Background())
		if x.cleaning {
			x.cancel()
		}
	}
	return x.ctx
}

// TempDir returns a new empty directory that is removed when the execution ends.
func (t *T) TempDir() string {
	defer t.quietly()()
	x := t.own("t.TempDir")
	x.used = true
	d, err := x.tempDir()
	if err != nil {
		x.fail("t.TempDir", err.Error())
		x.failNow()
	}
	return d
}

func (x *execution) tempDir() (string, error) {
	if x.dir == "" {
		d, err := os.MkdirTemp("", "ravel-")
		if err != nil {
			return "", err
		}
		x.dir = d
	}
	x.dirs++
	d := fmt.Sprintf("%s%c%03d", x.dir, os.PathSeparator, x.dirs)
	return d, os.Mkdir(d, 0o777)
}

// ArtifactDir is TempDir: thousands of executions leave nothing behind.
func (t *T) ArtifactDir() string { return t.TempDir() }

func (t *T) Attr(key, value string) { t.Logf("%s=%s", key, value) }

// Output returns a writer to the log of the execution.
func (t *T) Output() io.Writer { return logWriter{t} }

type logWriter struct{ t *T }

func (w logWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// Setenv is a failure: it would change the environment of all executions that run side by side.
func (t *T) Setenv(key, value string) {
	t.refuse("t.Setenv", "call it on the outer *testing.T before check.Test: the environment belongs to all executions that run side by side")
}

// Chdir is a failure: it would change the directory of all executions that run side by side.
func (t *T) Chdir(dir string) {
	t.refuse("t.Chdir", "call it on the outer *testing.T before check.Test: the directory belongs to all executions that run side by side")
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

func (t *T) refuse(call, fix string) {
	defer t.quietly()()
	x := t.own(call)
	err := &failure.Misuse{Site: failure.Site{Place: callerPlace(3, nil)}, Rule: failure.NotInExecution, Subject: call, Fix: fix}
	if x.cleaning {
		panic(err)
	}
	x.eng.FailRunning(err)
}
