package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// ordinaryModule is a copy of a module that has never heard of Ravel, but for the folders where its failures are to be saved.
func ordinaryModule(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/ordinary")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "buggy/testdata/ravel"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Tests that have never heard of Ravel are explored with everything that a test has, and nothing of what they print shows.
func TestOrdinaryCorrect(t *testing.T) {
	t.Parallel()
	dir := ordinaryModule(t)
	temp := t.TempDir()
	r := ravel(t, dir, clean("TMPDIR="+temp), "test", "./correct", "--schedules=300")
	if r.code != cli.Clean {
		t.Errorf("exit %d", r.code)
	}
	for _, name := range []string{"TestTable", "TestEverythingATestHas", "TestEnvironment", "TestTime", "TestRandom", "Example"} {
		has(t, "output", r.out, `^--- PASS: `+name+` .*\n    correct_test.go:[0-9]+: ravel: no failure found: 300 executions`)
	}
	has(t, "standard error", r.err, `6 tests explored, 3 in which nothing can happen in another order`)
	if strings.Contains(r.out+r.err, "chatter") {
		t.Errorf("what tests have printed shows:\n%s%s", r.out, r.err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left in the folder of temporary files: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.sum")); err == nil {
		t.Error("there is a go.sum now")
	}
	if mod, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(mod) != "module example.com/ordinary\n\ngo 1.21\n" {
		t.Errorf("go.mod is %q, %v", mod, err)
	}

	r = ravel(t, dir, clean(), "test", "./correct", "--ordinary=off", "--", "-v")
	has(t, "output", r.out, `^chatter`, `^    correct_test.go:[0-9]+: chatter of the log`, `^--- SKIP: TestSkipped`)
	if r.code != cli.Clean || strings.Contains(r.out, "ravel") {
		t.Errorf("not explored: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// What the standard library does inside is no bug of a program: sync, context, bufio and net/http over connections in memory.
func TestOrdinaryLibrary(t *testing.T) {
	t.Parallel()
	r := ravel(t, ordinaryModule(t), clean(), "test", "./library", "--schedules=1000")
	for _, name := range []string{"TestBufferedPipe", "TestHTTP", "TestSync", "TestContext"} {
		has(t, "output", r.out, `^--- PASS: `+name+` .*\n    library_test.go:[0-9]+: ravel: no failure found: 1,000 executions`)
	}
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
}

// Every kind of failure is found in ordinary tests, and replayed from what is printed.
func TestOrdinaryBuggy(t *testing.T) {
	t.Parallel()
	dir := ordinaryModule(t)
	temp := t.TempDir()
	r := ravel(t, dir, clean("TMPDIR="+temp), "test", "./buggy", "--schedules=1000", "--seed=1")
	if r.code != cli.Found {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	for _, c := range []struct{ test, kind, says string }{
		{"TestAssertion", "test failure", `called t\.Errorf: got 1, want 2$`},
		{"TestDeadlock", "deadlock", `waits to lock mutex #`},
		{"TestLeak", "leak", `waits to send to channel #1`},
		{"TestPanicInGoroutine", "panic", `panicked: close of closed channel`},
		{"TestPanicInTest", "panic", `\(the test\) panicked: assignment to entry in nil map`},
		{"TestLate", "panic", `Log in goroutine after TestLate has completed: too late`},
		{"TestTemporary", "deadlock", `waits to receive from channel #1`},
		{"Example", "test failure", `called t\.Error: got: / 2 1 / want: / 1 2`},
	} {
		t.Run(c.test, func(t *testing.T) {
			text := regexp.MustCompile(`(?s)\n--- FAIL: ` + c.test + ` .*?\n(?:---|FAIL)`).FindString("\n" + r.out)
			says := strings.ReplaceAll(c.says, " ", `\s+`)
			has(t, "output", text, `ravel: `+c.kind+` found by`, says)
			m := regexp.MustCompile(`replay: ravel (replay --run '\S+' rv1-\S+ \S+)`).FindStringSubmatch(text)
			if m == nil {
				t.Fatalf("no token:\n%s", text)
			}
			replay := ravel(t, dir, clean(), strings.Fields(strings.ReplaceAll(m[1], "'", ""))...)
			has(t, "output", replay.out, `replay fails as recorded: `+c.kind, says)
			if replay.code != cli.Found {
				t.Errorf("exit %d\n%s%s", replay.code, replay.out, replay.err)
			}
			saved, err := filepath.Glob(filepath.Join(dir, "buggy/testdata/ravel", c.test, "*.ravel"))
			if err != nil || len(saved) != 1 {
				t.Errorf("saved: %v, %v", saved, err)
			}
		})
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left in the folder of temporary files: %v, %v", left, err)
	}
}

const racyTest = `import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestLost(t *testing.T) {
	var n atomic.Int64
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n.Store(n.Load() + 1)
		}()
	}
	wg.Wait()
	if n.Load() != 2 {
		t.Errorf("lost an update")
	}
}
`

// The explorer needs nothing of the module: not in a workspace, not beside a vendor folder, and not where the module requires
// another version of Ravel, which stays what it is.
func TestOrdinaryModules(t *testing.T) {
	t.Parallel()
	plain := files{"go.mod": "module example.com/m\n\ngo 1.25.0\n", "m_test.go": "package m\n\n" + racyTest}
	using := func(imp string) string {
		return "package m\n\nimport _ \"" + imp + "\"\n\n" + racyTest
	}
	for _, c := range []struct {
		name  string
		files files
		args  string
	}{
		{"module", plain, "test"},
		{"old module", plain.with("go.mod", "module example.com/m\n\ngo 1.21\n"), "test"},
		{"workspace", files{
			"go.work": "go 1.25.0\n\nuse (\n\t./a\n\t./b\n)\n", "a/go.mod": "module example.com/a\n\ngo 1.25.0\n", "a/a.go": "package a\n",
			"b/go.mod": "module example.com/b\n\ngo 1.25.0\n\nrequire example.com/a v1.0.0\n", "b/b_test.go": using("example.com/a"),
		}, "test ./b"},
		{"vendored", files{
			"go.mod":             "module example.com/b\n\ngo 1.25.0\n\nrequire example.com/a v1.0.0\n",
			"vendor/modules.txt": "# example.com/a v1.0.0\n## explicit; go 1.25.0\nexample.com/a\n", "vendor/example.com/a/a.go": "package a\n",
			"b_test.go": using("example.com/a"),
		}, "test"},
		{"another Ravel", files{
			"go.mod":                   "module example.com/m\n\ngo 1.25.0\n\nrequire github.com/ravelgo/ravel v0.0.1\n\nreplace github.com/ravelgo/ravel => ./other\n",
			"other/go.mod":             "module github.com/ravelgo/ravel\n\ngo 1.25.0\n",
			"other/ravel.go":           "package ravel\n\n// Version is not that of the command.\nconst Version = 0\n",
			"other/check/check.go":     "package check\n\nimport \"flag\"\n\nvar _ = flag.String(\"ravel.time\", \"\", \"the same flag as in other versions\")\n",
			"m_test.go":                using("github.com/ravelgo/ravel/check"),
			"other/internal/a/a.go":    "package a\n",
			"other/internal/attr/a.go": "package attr\n",
		}, "test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := c.files.module(t)
			before := listFiles(t, dir)
			r := ravel(t, dir, clean(), strings.Fields(c.args+" --schedules=1000")...)
			has(t, "output", r.out, `called t\.Errorf: lost an update`)
			if r.code != cli.Found {
				t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
			}
			if after := listFiles(t, dir); after != before {
				t.Errorf("the files of the module were\n%s and are\n%s", before, after)
			}
		})
	}
}

// listFiles lists the files below dir with what is in them.
func listFiles(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		b.WriteString(path + "\n" + string(text) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Ordinary tests beside Ravel tests are explored on request, and a test that holds a Ravel test never.
func TestOrdinaryBesideRavel(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	r := ravel(t, dir, alone, "test", "./good", "--schedules=50")
	if r.code != cli.Clean || r.err != "" {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	r = ravel(t, dir, alone, "test", "./good", "--schedules=50", "--ordinary=all")
	has(t, "output", r.out, `^--- PASS: TestPing(?s:.*)no failure found: 50 executions`)
	has(t, "standard error", r.err, `in which nothing can happen in another order`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	r = ravel(t, dir, alone, "test", "./good", "--ordinary=some")
	has(t, "standard error", r.err, `--ordinary=some: want on, off or all`)
	if r.code != cli.Usage {
		t.Errorf("exit %d", r.code)
	}
}
