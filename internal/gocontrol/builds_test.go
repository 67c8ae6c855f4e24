package gocontrol_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// The tests here run tests of this package in child processes that are built in other ways than TestUnderOverlay does.

func parentOnly(t *testing.T) {
	t.Helper()
	if os.Getenv(childVariable) != "" {
		t.Skip("this is the child process")
	}
	if testing.Short() {
		t.Skip("with -short, the tests are built in one way only")
	}
}

// manyBuilds skips a test for which much is compiled anew, unless RAVEL_TEST_BUILDS is "all".
func manyBuilds(t *testing.T) {
	t.Helper()
	if os.Getenv("RAVEL_TEST_BUILDS") != "all" {
		t.Skip("set RAVEL_TEST_BUILDS=all: the standard library is compiled once more for it, which takes a minute or two")
	}
}

// TestMemoryUnderRace runs TestMemoryPoints, which needs the race detector and has data races.
func TestMemoryUnderRace(t *testing.T) {
	parentOnly(t)
	b := build(t, "", "-race")
	out, err := b.command(t, "-test.run=^TestMemoryPoints$", "RAVEL_GOCONTROL_MEMORY=1", "GORACE=exitcode=0").CombinedOutput()
	for _, want := range []string{"memory points: as wanted", "WARNING: DATA RACE", "memory_test.go:", "counter: "} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%v, without %q:\n%s", err, want, out)
		}
	}
}

// TestUnderCoverage: the counters of code coverage are no points.
func TestUnderCoverage(t *testing.T) {
	parentOnly(t)
	manyBuilds(t)
	b := build(t, "", "-covermode=atomic")
	profile := filepath.Join(t.TempDir(), "profile")
	cmd := b.command(t, "-test.run=^TestPointsUnderCoverage$")
	cmd.Args = append(cmd.Args, "-test.coverprofile="+profile)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestPointsUnderCoverage") {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil || !strings.Contains(string(text), "internal/gocontrol/run.go:") {
		t.Errorf("run.go is not covered: %v\n%s", err, text)
	}
}

// TestUnderTrimpath: without the paths of files, the standard library is known all the same.
func TestUnderTrimpath(t *testing.T) {
	parentOnly(t)
	manyBuilds(t)
	b := build(t, "", "-trimpath")
	out, err := b.command(t, "-test.run=^(TestOnePoint|TestAtomicPoints|TestOperationPairs|TestTrace)$").CombinedOutput()
	for _, want := range []string{"TestOnePoint", "TestAtomicPoints", "TestOperationPairs", "TestTrace"} {
		if err != nil || !strings.Contains(string(out), "\n--- PASS: "+want) {
			t.Fatalf("%v, without %s:\n%s", err, want, out)
		}
	}
}

// TestSameSchedules: the same seeds give the same executions with and without the race detector. What the standard
// library is made of differs between the two.
func TestSameSchedules(t *testing.T) {
	parentOnly(t)
	manyBuilds(t)
	seen := make(map[string]string)
	for _, flag := range []string{"-race", "-v"} { // -v changes nothing
		out, err := build(t, "", flag).command(t, "-test.run=^TestDigests$").CombinedOutput()
		digests := regexp.MustCompile(`digests: \w+`).FindString(string(out))
		if err != nil || digests == "" {
			t.Fatalf("%v\n%s", err, out)
		}
		seen[digests] = flag
	}
	if len(seen) != 1 {
		t.Errorf("executions differ: %v", seen)
	}
}

// TestOnArm64 runs the tests for linux/arm64 in an emulator.
func TestOnArm64(t *testing.T) {
	parentOnly(t)
	manyBuilds(t)
	emulator, err := findEmulator()
	if err != nil {
		t.Skipf("no emulator for arm64 (install the package qemu-user): %v", err)
	}
	// TestAsyncTimerChan starts itself, which takes the kernel's help for foreign binaries.
	onPlatform(t, "linux", "arm64", emulator, "-test.skip=^TestAsyncTimerChan$")
}

// TestOn386 runs the tests for linux/386, which has no frame pointers.
func TestOn386(t *testing.T) {
	parentOnly(t)
	manyBuilds(t)
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skipf("%s/%s does not run programs for linux/386", runtime.GOOS, runtime.GOARCH)
	}
	onPlatform(t, "linux", "386")
}

// onPlatform builds the tests for a platform and runs them with a command, or themselves.
func onPlatform(t *testing.T, goos, goarch string, command ...string) {
	t.Helper()
	env := environ("GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	o, err := overlay.Generate(t.Context(), overlay.Config{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "gocontrol.test")
	args := slices.Concat([]string{"-c", "-vet=off", "-o", binary}, o.BuildFlags(false), []string{"."})
	if out, err := o.Command(t.Context(), env, "test", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	line := slices.Insert(slices.Clone(command), min(1, len(command)), binary, "-test.v", "-test.short")
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env = environ(childVariable + "=1")
	out, err := cmd.CombinedOutput()
	passed := strings.Count(string(out), "\n--- PASS: ")
	if t.Logf("%d tests passed", passed); err != nil || passed < 30 {
		t.Fatalf("%v:\n%s", err, out)
	}
}

func findEmulator() (path string, err error) {
	for _, name := range []string{"qemu-aarch64", "qemu-aarch64-static"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	return path, err
}
