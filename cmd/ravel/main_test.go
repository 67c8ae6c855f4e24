package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMain lets the test binary be the command, so that tests see real processes and real exit codes.
// savedByTests is the folder of the failures of ordinary tests.
var savedByTests string

func TestMain(m *testing.M) {
	if os.Getenv("RAVEL_BE_THE_COMMAND") != "" {
		os.Unsetenv("RAVEL_BE_THE_COMMAND")
		main()
	}
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "RAVEL_") {
			os.Unsetenv(name)
		}
	}
	for _, v := range []string{"GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		os.Unsetenv(v) // reports look at them
	}
	// Failures of ordinary tests are nothing for the user's cache.
	saved, err := os.MkdirTemp("", "ravel-failures-")
	if err != nil {
		panic(err)
	}
	savedByTests = saved
	code := m.Run()
	os.RemoveAll(saved)
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// result is what a run of the command did.
type result struct {
	out, err string
	code     int
}

// ravel runs the command in dir.
func ravel(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "RAVEL_BE_THE_COMMAND=1"), env...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./cmd/ravel -update rewrites it); got:\n%s", path, got)
	}
}
