package main

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/internal/cli"
)

// TestStreamOfHostileTests: whatever tests print, and whoever prints it, each line of the stream is an event, tests are those
// that there are, and each ends as it does.
func TestStreamOfHostileTests(t *testing.T) {
	t.Parallel()
	dir := fixture(t)
	r := ravel(t, dir, append(alone, "GITHUB_ACTIONS=true"), "test", "./hostile", "--json", "--junit", "junit.xml", "--sarif", "sarif.json")
	if r.code != cli.Found {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	checkStream(t, r.out, map[string]string{
		"TestMachines": "fail", "TestProcesses": "fail", "TestPlain": "fail", "TestPlain/sub": "fail", "TestPasses": "pass",
	})
	checkSavedReports(t, dir)
	for line := range strings.Lines(r.err) {
		if strings.HasPrefix(line, "::error ") {
			if p, _ := readCommand(t, strings.TrimSuffix(line, "\n")); p["file"] != "hostile/hostile_test.go" {
				t.Errorf("annotation of %q", p)
			}
		}
	}
	if n := strings.Count("\n"+r.err, "\n::error "); n != 3 {
		t.Errorf("%d annotations, want 3:\n%s", n, r.err)
	}
}

// checkStream looks at the output of go test -json.
func checkStream(t *testing.T, text string, want map[string]string) {
	t.Helper()
	actions := []string{"start", "run", "pause", "cont", "pass", "bench", "fail", "output", "skip", "attr", "build-output", "build-fail"}
	ended := map[string]string{}
	for line := range strings.Lines(text) {
		var e event
		d := json.NewDecoder(strings.NewReader(line))
		if err := d.Decode(&e); err != nil || !slices.Contains(actions, e.Action) {
			t.Fatalf("no event: %q, %v", line, err)
		}
		if _, err := d.Token(); err != io.EOF || !utf8.ValidString(line) {
			t.Errorf("more than an event: %q", line)
		}
		switch e.Action {
		case "pass", "fail", "skip":
			if e.Test != "" {
				ended[e.Test] += e.Action
			}
		case "output", "attr":
			if strings.Contains(e.Output, "ravel: ") && !strings.HasPrefix(e.Test, "Test") {
				t.Errorf("said by no test: %q", line)
			}
		}
		if e.Test != "" && want[e.Test] == "" {
			t.Errorf("an event of a test that does not exist: %q", line)
		}
	}
	for test, action := range want {
		if ended[test] != action {
			t.Errorf("%s: %q, want %q", test, ended[test], action)
		}
	}
}

// checkSavedReports looks at the files.
func checkSavedReports(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	checkJUnit(t, text)
	var all junitSuites
	if err := xml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if all.Tests != 5 || all.Failures != 4 || all.Errors != 0 {
		t.Errorf("%d tests, %d failures, %d errors", all.Tests, all.Failures, all.Errors)
	}
	if text, err = os.ReadFile(filepath.Join(dir, "sarif.json")); err != nil {
		t.Fatal(err)
	}
	checkSARIF(t, text)
	var log sarifLog
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	if n := len(log.Runs[0].Results); n != 3 {
		t.Errorf("%d results", n)
	}
	for _, r := range log.Runs[0].Results {
		if r.Locations[0].Physical.Artifact.URI != "hostile/hostile_test.go" {
			t.Errorf("location %+v", r.Locations[0].Physical)
		}
		if r.Properties["kind"] == "assertion" && (r.Properties["token"] == nil || len(r.Flows) == 0) {
			t.Errorf("no token or no flow: %v", r.Properties)
		}
	}
}
