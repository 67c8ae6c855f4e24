package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"

	_ "github.com/ravelgo/ravel/check" // the fixture depends on it, and the test cache is to know
)

// fixture copies the module of testdata/fixture, so that what its failing tests save stays out of the repository.
func fixture(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir := t.TempDir()
	copyFixture(t, dir)
	return dir
}

var shared struct {
	sync.Mutex
	dir string // TestMain removes it
}

// sharedFixture is a fixture for tests that change nothing in it.
func sharedFixture(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.dir == "" {
		dir, err := os.MkdirTemp("", "ravel-fixture-")
		if err != nil {
			t.Fatal(err)
		}
		shared.dir = dir
		copyFixture(t, dir)
	}
	return shared.dir
}

func copyFixture(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(dir, os.DirFS("testdata/fixture")); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), strings.Replace(string(mod), "../../../..", filepath.ToSlash(root), 1))
}

var alone = []string{"GOWORK=off"}

// has fails t unless the text matches all patterns.
func has(t *testing.T, what, text string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)` + p).MatchString(text) {
			t.Errorf("%s does not match %s:\n%s", what, p, text)
		}
	}
}

func TestNothingFound(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	r := ravel(t, dir, alone, "test", "./good", "--schedules", "50", "--strategy", "random", "-seed=7", "--workers", "1", "--steps", "99")
	if r.code != cli.Clean || r.err != "" {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	has(t, "output", r.out, `^--- PASS: TestPing`, `no failure found: 50 executions`, `strategy random, seed 7, 1 worker$`, `^ok\s+example.com/fixture/good`)
	if strings.Contains(r.out, "chatter") || strings.Contains(r.out, "===") {
		t.Errorf("the output shows what a plain passing test printed:\n%s", r.out)
	}
	if r := ravel(t, dir, alone, "test", "./good", "--schedules", "50", "--", "-v"); r.code != cli.Clean || !strings.Contains(r.out, "chatter") {
		t.Errorf("with -v: exit %d\n%s", r.code, r.out)
	}
	if r := ravel(t, dir, alone, "test", "./good", "-run", "Plain"); r.code != cli.Clean || !strings.Contains(r.err, "no test was explored") {
		t.Errorf("without a Ravel test: exit %d\n%s", r.code, r.err)
	}
}

func TestBugFoundAndReplayed(t *testing.T) {
	t.Parallel()
	dir := fixture(t)
	r := ravel(t, dir, alone, "test", "./bad", "--seed", "1", "--schedules", "500")
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	has(t, "output", r.out, `^--- FAIL: TestOrder`, `client 2 was faster`, `^--- PASS: TestOther`, `^FAIL\s+example.com/fixture/bad`)

	token := regexp.MustCompile(`rv1-[\w-]+`).FindString(r.out)
	saved, err := filepath.Glob(filepath.Join(dir, "bad/testdata/ravel/TestOrder/*.ravel"))
	if token == "" || err != nil || len(saved) != 1 {
		t.Fatalf("token %q, saved %v, %v:\n%s", token, saved, err, r.out)
	}
	t.Run("file", func(t *testing.T) {
		r := ravel(t, t.TempDir(), alone, "replay", saved[0])
		has(t, "output", r.out, `replay fails as recorded`, `client 2 was faster`)
		if r.code != cli.Found || r.err != "" {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	})
	t.Run("token", func(t *testing.T) {
		r := ravel(t, dir, alone, "replay", token, "--run", "TestOrder", "./bad")
		has(t, "output", r.out, `replay fails as recorded`, `client 2 was faster`)
		if r.code != cli.Found || r.err != "" {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	})
	t.Run("token of another test", func(t *testing.T) {
		r := ravel(t, dir, alone, "replay", token, "--run", "TestOther", "./bad")
		has(t, "output", r.out, `does not belong to example.com/fixture/bad.TestOther`)
		if r.code != cli.Usage {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	})
	t.Run("no such test", func(t *testing.T) {
		r := ravel(t, dir, alone, "replay", token, "--run", "TestNone", "./bad")
		if r.code != cli.Usage || !strings.Contains(r.err, "no test ran") {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	})
	t.Run("the code has changed", func(t *testing.T) {
		path := filepath.Join(dir, "bad/bad_test.go")
		code, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, strings.Replace(string(code), "i <= 2", "i <= 1", 1))
		defer write(t, path, string(code))
		r := ravel(t, dir, alone, "replay", saved[0])
		has(t, "output", r.out, `the replay left its schedule`)
		if r.code != cli.NotReproduced {
			t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
		}
	})
}

// A bug counts for more than a build error beside it.
func TestBugBesideBuildError(t *testing.T) {
	t.Parallel()
	r := ravel(t, fixture(t), alone, "test", "./broken", "./bad", "--schedules=500")
	has(t, "standard error", r.err, `undefined: undefinedName`)
	if r.code != cli.Found {
		t.Errorf("exit %d", r.code)
	}
}

func TestNotReproduced(t *testing.T) {
	t.Parallel()
	r := ravel(t, sharedFixture(t), alone, "test", "./flaky", "--schedules=200")
	has(t, "output", r.out, `^--- FAIL: TestFlaky`, `ravel: not reproducible found by`)
	if r.code != cli.NotReproduced || r.err != "" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	r := ravel(t, fixture(t), alone, "test", "./bad", "--json", "--schedules=500")
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	has(t, "output", r.out, `^{.*"Action":"fail".*"Test":"TestOrder"`, `"Test":"TestOrder","Key":"ravel.outcome","Value":"found"`)
	if strings.Contains(r.out, attr.ProgressKey) {
		t.Errorf("progress in the stream:\n%s", r.out)
	}
	for line := range strings.Lines(r.out) {
		if !strings.HasPrefix(line, "{") {
			t.Errorf("not JSON: %s", line)
		}
	}
}
