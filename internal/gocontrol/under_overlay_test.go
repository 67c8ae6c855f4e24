package gocontrol_test

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

const childVariable = "RAVEL_GOCONTROL_CHILD"

// TestUnderOverlay builds the tests of this package with the overlay and runs them in a child process, for every
// supported release that can be had, and once with the race detector. The first run compiles the standard library for
// each; later ones find it in the build cache. To run the benchmarks, build in the same way: the log shows the
// commands.
func TestUnderOverlay(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		t.Skip("this is the child process")
	}
	if gocontrol.Available() == nil {
		t.Skip("the overlay is in this binary already: the tests run in it")
	}
	t.Run("this toolchain", func(t *testing.T) {
		b := build(t, "")
		b.run(t)
	})
	if testing.Short() {
		t.Skip("with -short, neither other releases nor the race detector")
	}
	t.Run("race detector", func(t *testing.T) {
		b := build(t, "", "-race")
		// The correct ones of these programs have no data race, some of the wrong ones do.
		b.run(t, "-test.skip=TestFailuresAndTwins")
		out, err := b.command(t, "-test.run=TestPlainCounter", "RAVEL_GOCONTROL_DATA_RACE=1").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "WARNING: DATA RACE") {
			t.Errorf("a data race was not reported:\n%s", out)
		}
	})
	for _, release := range []string{"go1.25.0", "go1.26.0", "go1.27.0"} {
		t.Run(release, func(t *testing.T) {
			if os.Getenv("RAVEL_TEST_BUILDS") != "all" {
				t.Skip("set RAVEL_TEST_BUILDS=all")
			}
			haveToolchain(t, release)
			b := build(t, release)
			b.run(t)
		})
	}
}

// haveToolchain skips the test if the release can neither be found nor downloaded.
func haveToolchain(t *testing.T, release string) {
	t.Helper()
	cmd := exec.Command("go", "version")
	cmd.Env = environ("GOTOOLCHAIN=" + release)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), release) {
		t.Skipf("toolchain %s cannot be fetched (through GOPROXY, as golang.org/toolchain): %v\n%s", release, err, out)
	}
}

// environ is the environment without what go test sets for the toolchain that runs it.
func environ(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "GOROOT=") || strings.HasPrefix(s, "GOTOOLCHAIN=") && len(more) > 0
	})
	return append(env, more...)
}

type binary struct{ path string }

func build(t *testing.T, release string, flags ...string) binary {
	t.Helper()
	env := environ()
	if release != "" {
		env = environ("GOTOOLCHAIN=" + release)
	}
	o, err := overlay.Generate(t.Context(), overlay.Config{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	b := binary{filepath.Join(t.TempDir(), "gocontrol.test.exe")}
	args := append([]string{"-c", "-vet=off", "-o", b.path}, o.BuildFlags(slices.Contains(flags, "-race"))...)
	args = append(args, flags...)
	cmd := o.Command(t.Context(), env, "test", append(args, ".")...)
	t.Logf("%s %s; RAVEL_GOCONTROL_CHILD=1 %s -test.bench=.", strings.Join(o.Env, " "), cmd, b.path)
	if out, err := cmd.CombinedOutput(); err != nil {
		if slices.Contains(flags, "-race") && strings.Contains(string(out), "-race") {
			t.Skipf("no race detector here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	return b
}

func (b binary) command(t *testing.T, arg string, env ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), b.path, "-test.v", arg)
	cmd.Env = environ(append(env, childVariable+"=1")...)
	return cmd
}

// quiet matches the lines of tests that have passed: what is left of an output fits into a log.
var quiet = regexp.MustCompile(`(?m)^\s*(=== (RUN|NAME|CONT|PAUSE)|--- PASS).*\n`)

// run runs the tests and wants all of them to pass, except those that need more than the overlay.
func (b binary) run(t *testing.T, args ...string) {
	t.Helper()
	args = append(args, "-test.count=1")
	cmd := b.command(t, strings.Join(args[:1], ""))
	cmd.Args = append(cmd.Args, args[1:]...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, quiet.ReplaceAll(out, nil))
	}
	passed := len(regexp.MustCompile(`(?m)^--- PASS: `).FindAll(out, -1))
	t.Logf("%d tests passed", passed)
	if passed < 15 {
		t.Errorf("only %d tests ran:\n%s", passed, out)
	}
}

// TestWithoutOverlay: an ordinary build links, runs nothing and says what to do.
func TestWithoutOverlay(t *testing.T) {
	if gocontrol.Available() == nil {
		t.Skip("the overlay is in this binary")
	}
	called := false
	for name, err := range map[string]error{
		"Available": gocontrol.Available(),
		"SelfTest":  gocontrol.SelfTest(),
		"Run": func() error {
			_, err := gocontrol.Run(func() { called = true }, gocontrol.Options{})
			return err
		}(),
	} {
		if err == nil || !strings.Contains(err.Error(), "ravel test") {
			t.Errorf("%s: error %v, want one that names ravel test", name, err)
		}
	}
	if called {
		t.Error("Run called the function without control")
	}
}
