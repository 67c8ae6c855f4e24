package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// controlChild is set in the child processes of TestGoroutines.
const controlChild = "RAVEL_ENGINE_CONTROL_CHILD"

// controlled skips a test in the ordinary test binary: TestGoroutines runs it in a child process, with control.
func controlled(t testing.TB) {
	t.Helper()
	err := gocontrol.Available()
	switch {
	case err == nil:
	case os.Getenv(controlChild) != "":
		t.Fatalf("in the child process: %v", err)
	default:
		t.Skipf("needs the overlay; TestGoroutines runs it in a child process (%v)", err)
	}
}

// TestGoroutines builds the tests of this package with the overlay and runs those whose names begin with TestControlled in
// a child process; once more with the race detector, which makes a failure of every race.
func TestGoroutines(t *testing.T) {
	if os.Getenv(controlChild) != "" || gocontrol.Available() == nil {
		t.Skip("the overlay is in this binary already: the tests run in it")
	}
	t.Run("plain", func(t *testing.T) { runControlled(t) })
	t.Run("race detector", func(t *testing.T) {
		if testing.Short() {
			t.Skip("with -short, without the race detector")
		}
		runControlled(t, "-race")
	})
}

// fewestControlled is less than how many tests the child process runs: a run of none proves nothing.
const fewestControlled = 10

// runControlled builds and runs the tests.
func runControlled(t *testing.T, flags ...string) {
	t.Helper()
	env := plainEnviron()
	o, err := overlay.Generate(t.Context(), overlay.Config{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "engine.test.exe")
	build := o.Command(t.Context(), env, "test", slices.Concat([]string{"-c", "-vet=off", "-o", exe}, flags, []string{"."})...)
	t.Logf("%s %s", strings.Join(o.Env, " "), build)
	if out, err := build.CombinedOutput(); err != nil {
		if len(flags) > 0 && strings.Contains(string(out), "-race") {
			t.Skipf("no race detector here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	run := controlledCommand(t, exe, "-test.run=^TestControlled")
	if len(flags) > 0 {
		run.Args = append(run.Args, "-test.short") // the race detector makes it ten times as slow
	}
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	passed := len(regexp.MustCompile(`(?m)^--- PASS: `).FindAll(out, -1))
	if t.Logf("%d tests passed", passed); passed < fewestControlled {
		t.Errorf("only %d tests ran:\n%s", passed, out)
	}
}

func controlledCommand(t *testing.T, exe, arg string, env ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), exe, "-test.v", arg, "-test.timeout=4m")
	if testing.Short() {
		cmd.Args = append(cmd.Args, "-test.short")
	}
	cmd.Env = plainEnviron(append(env, controlChild+"=1")...)
	return cmd
}

// plainEnviron is the environment without what go test sets for the toolchain that runs it.
func plainEnviron(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "GOROOT=") || strings.HasPrefix(s, "RAVEL_")
	})
	return append(env, more...)
}
