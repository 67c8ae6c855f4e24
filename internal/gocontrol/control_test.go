package gocontrol

import (
	"os"
	"testing"
)

// control skips a test in the ordinary test binary. TestUnderOverlay builds the same tests with the overlay and runs them
// in a child process, where a missing control is an error.
func control(t testing.TB) {
	t.Helper()
	err := Available()
	if err == nil {
		return
	}
	if os.Getenv(childVariable) != "" {
		t.Fatalf("in the child process: %v", err)
	}
	t.Skipf("needs the overlay; TestUnderOverlay runs it in a child process (%v)", err)
}

// childVariable is set in the child processes of TestUnderOverlay.
const childVariable = "RAVEL_GOCONTROL_CHILD"

// mustRun fails the test if the execution could not be started.
func mustRun(t testing.TB, opts Options, f func()) Result {
	t.Helper()
	r, err := Run(f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
