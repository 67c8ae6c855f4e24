package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/schedule"
)

// What the tests of examples/classics fail with, by package of buggy and test. Those of fixed have the same names.
var classics = map[string]map[string]string{
	"condif":      {"TestQueries": "panic"},
	"contextleak": {"TestWatch": "leak"},
	"doubleclose": {"TestBroker": "panic"},
	"latesend":    {"TestBest": "leak"},
	"lockorder":   {"TestTransfers": "deadlock"},
	"lostwakeup":  {"TestJobsRunInOrder": "deadlock", "TestCloseRunsWhatIsLeft": "deadlock"},
	"oncepanic":   {"TestReaders": "test failure"},
	"rlock":       {"TestLimiter": "deadlock"},
	"timerstop":   {"TestEveryEventArrives": "panic"},
	"waitgroup":   {"TestGracefulShutdown": "test failure"},
}

// classicsModule copies examples/classics. Its packages have folders for the schedules of failing tests, which would
// otherwise be saved in the user's cache, and be tried first the next time.
func classicsModule(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/classics")); err != nil {
		t.Fatal(err)
	}
	for name := range classics {
		if err := os.MkdirAll(filepath.Join(dir, "buggy", name, filepath.FromSlash(schedule.Root)), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A testRun is what the event stream of go test says of a test.
type testRun struct{ action, output string }

// testRuns are the top-level tests of a run of ravel test --json, by package and test: buggy/lockorder TestTransfers.
func testRuns(t *testing.T, out string) map[string]testRun {
	t.Helper()
	runs := map[string]testRun{}
	for line := range strings.Lines(out) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e.Test == "" || strings.Contains(e.Test, "/") {
			continue
		}
		key := strings.TrimPrefix(e.Package, "example.com/classics/") + " " + e.Test
		r := runs[key]
		r.output += e.Output
		if e.Action == "pass" || e.Action == "fail" || e.Action == "skip" {
			r.action = e.Action
		}
		runs[key] = r
	}
	return runs
}

var (
	foundLine  = regexp.MustCompile(`ravel: ([a-z ]+) found by (\S+) in execution (\d+)`)
	cleanLine  = regexp.MustCompile(`ravel: no failure found: ([\d,]+) executions`)
	replayLine = regexp.MustCompile(`replay: ravel replay (.*)`)
)

// Tests that have never heard of Ravel: each of the classic bugs is found and replayed, and what has been fixed is clean.
// With -v it prints the table of docs/classics.md.
func TestClassics(t *testing.T) {
	t.Parallel()
	dir := classicsModule(t)
	r := ravel(t, dir, clean("GOWORK=off"), "test", "./...", "--schedules", "1000", "--seed", "1", "--json")
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	runs := testRuns(t, r.out)
	var table strings.Builder
	table.WriteString("| bug | test | kind | executions up to the first failure | strategy | fixed: executions without failure |\n" +
		"| --- | --- | --- | ---: | --- | ---: |\n")
	for _, name := range slices.Sorted(maps.Keys(classics)) {
		for _, test := range slices.Sorted(maps.Keys(classics[name])) {
			buggy, fixed := runs["buggy/"+name+" "+test], runs["fixed/"+name+" "+test]
			delete(runs, "buggy/"+name+" "+test)
			delete(runs, "fixed/"+name+" "+test)

			ok := cleanLine.FindStringSubmatch(fixed.output)
			if fixed.action != "pass" || ok == nil || ok[1] != "1,000" {
				t.Errorf("fixed/%s %s: %s\n%s", name, test, fixed.action, fixed.output)
				continue
			}
			kind, found := classics[name][test], foundLine.FindStringSubmatch(buggy.output)
			if buggy.action != "fail" || found == nil || found[1] != kind {
				t.Errorf("buggy/%s %s, want %s: %s\n%s", name, test, kind, buggy.action, buggy.output)
				continue
			}
			replays(t, dir, "buggy/"+name, buggy.output)
			fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s |\n", name, test, kind, oneMore(found[3]), found[2], ok[1])
		}
	}
	for key := range runs {
		t.Errorf("nobody knows what is to become of %s", key)
	}
	t.Logf("\n%s", &table)
}

// oneMore turns the number of an execution, which begins at 0, into how many there were.
func oneMore(execution string) string {
	var n int
	fmt.Sscan(execution, &n)
	return fmt.Sprint(n + 1)
}

// replays runs the command that a failing test has printed.
func replays(t *testing.T, dir, pkg, output string) {
	t.Helper()
	printed := replayLine.FindStringSubmatch(output)
	if printed == nil || !strings.Contains(printed[1], "rv1-") {
		t.Errorf("%s: there is no token:\n%s", pkg, output)
		return
	}
	r := ravel(t, dir, clean("GOWORK=off"), append([]string{"replay"}, strings.Fields(strings.ReplaceAll(printed[1], "'", ""))...)...)
	has(t, "replay of "+pkg, r.out, `replay fails as recorded`)
	if r.code != cli.Found {
		t.Errorf("replay of %s: exit %d\n%s%s", pkg, r.code, r.out, r.err)
	}
}

// The document has a row for each of them.
func TestClassicsDocument(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/classics.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, tests := range classics {
		if !strings.Contains(string(page), "\n| `"+name+"` | ") {
			t.Errorf("docs/classics.md does not say what %s is", name)
		}
		for test, kind := range tests {
			if row := fmt.Sprintf("\n| %s | %s | %s | ", name, test, kind); !strings.Contains(string(page), row) {
				t.Errorf("docs/classics.md has no row%s", row)
			}
		}
	}
}

// A bug and its repair have the same tests, word for word.
func TestClassicTwins(t *testing.T) {
	t.Parallel()
	const root = "../../examples/classics/"
	buggy, err := filepath.Glob(root + "buggy/*/*.go")
	if err != nil || len(buggy) != 2*len(classics) {
		t.Fatalf("%d files, %v", len(buggy), err)
	}
	for _, file := range buggy {
		twin := root + "fixed/" + path.Base(filepath.ToSlash(filepath.Dir(file))) + "/" + filepath.Base(file)
		a, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(twin)
		if err != nil {
			t.Fatal(err)
		}
		if isTest := strings.HasSuffix(file, "_test.go"); isTest != (string(a) == string(b)) {
			t.Errorf("%s and its twin: tests must be equal, and what they test must not", file)
		}
		if strings.Contains(string(a)+string(b), "ravel") {
			t.Errorf("%s or its twin knows of Ravel", file)
		}
	}
}
