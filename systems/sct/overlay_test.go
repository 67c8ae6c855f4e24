package sct_test

import (
	"flag"
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

var update = flag.Bool("update", false, "measure again, which takes minutes, and rewrite measured.json and docs/sct.md")

// TestUnderOverlay builds the tests of this package with the overlay of the runtime and runs them in a child process, and
// those for data races once more with the race detector.
func TestUnderOverlay(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		t.Skip("this is the child process")
	}
	if gocontrol.Available() == nil {
		t.Skip("the overlay is in this binary already: the tests run in it")
	}
	if *update {
		t.Skip("TestFigures starts the child that measures")
	}
	t.Run("plain", func(t *testing.T) { child(t, nil, 19) })
	t.Run("race detector", func(t *testing.T) {
		if os.Getenv("RAVEL_TEST_BUILDS") != "all" {
			t.Skip("set RAVEL_TEST_BUILDS=all: the standard library is compiled once more")
		}
		child(t, []string{"-race"}, 1, "-test.run=TestNoRace")
	})
}

// child builds the test binary with the overlay and runs it. At least so many tests must pass.
func child(t *testing.T, flags []string, atLeast int, args ...string) {
	t.Helper()
	env := append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOROOT=") }), childVariable+"=1")
	o, err := overlay.Generate(t.Context(), overlay.Config{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sct.test.exe")
	build := o.Command(t.Context(), env, "test", append(append([]string{"-c", "-vet=off", "-o", path}, flags...), ".")...)
	if out, err := build.CombinedOutput(); err != nil {
		if len(flags) > 0 && strings.Contains(string(out), "-race") {
			t.Skipf("no race detector here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"-test.v", "-test.count=1"}, args...)...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	passed := len(regexp.MustCompile(`(?m)^--- PASS: `).FindAll(out, -1))
	if err != nil || testing.Verbose() {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Fatal(err)
	}
	if passed < atLeast {
		t.Fatalf("only %d tests passed, want at least %d:\n%s", passed, atLeast, out)
	}
}
