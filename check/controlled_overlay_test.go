package check

import (
	"cmp"
	"flag"
	"fmt"
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

const (
	// controlledChild is set in the child processes of TestUnderOverlay, where a missing control is an error.
	controlledChild = "CHECK_TEST_CONTROLLED"
	// controlledToolchains are more Go releases to build with, such as "go1.25.4,go1.27.0".
	controlledToolchains = "CHECK_TEST_TOOLCHAINS"
)

var controlledExecutions = flag.Int("controlled.executions", 0, "executions that TestControlledReplay replays; 0: a few thousand")

// control skips a test in the ordinary test binary, in which goroutines cannot be controlled. TestUnderOverlay runs it in
// one in which they can.
func control(t testing.TB) {
	t.Helper()
	err := gocontrol.Available()
	switch {
	case err == nil:
	case os.Getenv(controlledChild) != "":
		t.Fatalf("in the child process of TestUnderOverlay: %v", err)
	default:
		t.Skipf("goroutines are not under control in this binary; TestUnderOverlay runs this test in a child process (%v)", err)
	}
}

// TestUnderOverlay builds the tests of this package with the overlay and runs those that need it: for this toolchain; those
// about data races with the race detector, unless -short, and with RAVEL_TEST_BUILDS=all the others, too; and for the
// releases that are named in CHECK_TEST_TOOLCHAINS. The first build compiles the standard library; later ones find it in the
// build cache.
func TestUnderOverlay(t *testing.T) {
	if gocontrol.Available() == nil {
		t.Skip("goroutines are under control in this binary: the tests run in it")
	}
	t.Run("this toolchain", func(t *testing.T) { runUnderOverlay(t, "", "^TestControlled") })
	t.Run("race detector", func(t *testing.T) {
		if testing.Short() {
			t.Skip("with -short, without the race detector")
		}
		tests := "^TestControlledRace"
		if os.Getenv("RAVEL_TEST_BUILDS") == "all" {
			tests = "^TestControlled" // executions take ten times as long
		}
		runUnderOverlay(t, "", tests, "-race")
	})
	for _, release := range strings.FieldsFunc(os.Getenv(controlledToolchains), func(r rune) bool { return r == ',' }) {
		t.Run(release, func(t *testing.T) { runUnderOverlay(t, release, "^TestControlled") })
	}
}

// runUnderOverlay builds, runs the tests that match, and wants every one to pass.
func runUnderOverlay(t *testing.T, release, tests string, flags ...string) {
	t.Helper()
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "RAVEL_") || strings.HasPrefix(kv, "GOROOT=") || release != "" && strings.HasPrefix(kv, "GOTOOLCHAIN=")
	})
	if release != "" {
		env = append(env, "GOTOOLCHAIN="+release)
		cmd := exec.Command("go", "version")
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("toolchain %s cannot be fetched: %v\n%s", release, err, out)
		}
	}
	o, err := overlay.Generate(t.Context(), overlay.Config{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "check.test.exe")
	args := append([]string{"-c", "-vet=off", "-o", exe}, flags...)
	build := o.Command(t.Context(), env, "test", append(args, ".")...)
	if out, err := build.CombinedOutput(); err != nil {
		if slices.Contains(flags, "-race") && strings.Contains(string(out), "-race requires cgo") {
			t.Skipf("no race detector here: %s", out)
		}
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	run := exec.CommandContext(t.Context(), exe, "-test.v", "-test.run="+tests, "-test.timeout="+cmp.Or(timeout(t), "10m"),
		fmt.Sprintf("-test.short=%v", testing.Short()), fmt.Sprintf("-controlled.executions=%d", *controlledExecutions))
	run.Env = append(env, controlledChild+"=1")
	if slices.Contains(flags, "-race") {
		run.Env = append(run.Env, "CHECK_TEST_RACE=1")
		if *controlledExecutions == 0 {
			run.Args = append(run.Args, "-controlled.executions=700") // they take some times as long
		}
	}
	t.Logf("%s\n%s", build, run)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	passed := len(regexp.MustCompile(`(?m)^--- PASS: TestControlled`).FindAll(out, -1))
	t.Logf("%d tests passed%s", passed, figures(out))
	if bad := regexp.MustCompile(`(?m)^\s*--- SKIP: .*`).FindAll(out, -1); len(bad) > 0 {
		t.Logf("skipped: %s", slices.Concat(bad...))
	}
	if passed < 4 {
		t.Errorf("only %d tests ran:\n%s", passed, out)
	}
}

// timeout is how long the child may take, as this process would end before it has told what the child said.
func timeout(t *testing.T) string {
	f := flag.Lookup("test.timeout")
	if f == nil || f.Value.String() == "0s" {
		return ""
	}
	return f.Value.String()
}

// figures are the lines of the child's output that begin with "figures:".
func figures(out []byte) (s string) {
	for _, m := range regexp.MustCompile(`(?m)figures: (.*)$`).FindAllSubmatch(out, -1) {
		s += "\n" + string(m[1])
	}
	return s
}
