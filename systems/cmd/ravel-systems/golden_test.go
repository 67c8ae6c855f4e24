package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/catalog"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// TestGolden runs the command lines of testdata. A case is a command line behind
// "$ ", and what it printed: standard output, then standard error behind "! ",
// then the exit code if it is not 0. Times and seeds that depend on the machine
// are replaced.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runCases(string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("%s differs; run with -update to rewrite it. Got:\n%s", file, got)
			}
			for i, line := range strings.Split(got, "\n") {
				if len([]rune(strings.TrimPrefix(line, "! "))) > cli.Columns && !strings.Contains(line, "--replay=") && !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "$ ") && !strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "    Note over ") {
					t.Errorf("%s:%d is wider than %d columns", file, i+1, cli.Columns)
				}
			}
		})
	}
}

// runCases returns the text with every output replaced by the real one.
func runCases(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "#"):
			b.WriteString(line)
		case strings.HasPrefix(line, "$ "):
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") && strings.Contains(b.String(), "$ ") {
				b.WriteByte('\n')
			}
			b.WriteString(line)
			b.WriteString(runCase(strings.Fields(line)[2:]))
		}
	}
	return b.String()
}

func runCase(args []string) string {
	out, errors, code := run(args...)
	var b strings.Builder
	b.WriteString(out)
	for line := range strings.Lines(errors) {
		b.WriteString("! " + line)
	}
	if code != 0 {
		fmt.Fprintf(&b, "exit code %d\n", code)
	}
	return stable(b.String())
}

func run(args ...string) (out, errors string, code int) {
	var o, e bytes.Buffer
	s := &shell{out: &o, err: &e, systems: testSystems(), figures: testFigures, samplers: testSamplers}
	if slices.Contains(args, "explorers") {
		s.systems = paperSystems()
	}
	code = s.main(args)
	return o.String(), e.String(), code
}

// What differs from run to run and from machine to machine.
var unstable = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`; [0-9.]+(µs|ms|s)\n`), "; TIME\n"},
	{regexp.MustCompile(`[0-9]+\.[0-9]+ s\b`), "TIME"},
	{regexp.MustCompile(`"seconds":[0-9.e-]+`), `"seconds":TIME`},
	{regexp.MustCompile(`"((?:states|generated)_per_second)":[0-9.e+-]+`), `"$1":RATE`},
	{regexp.MustCompile(`rv1-[A-Za-z0-9_-]+`), "TOKEN"},
	{regexp.MustCompile(`[0-9]+ workers?`), "WORKERS"},
	{regexp.MustCompile(`go1\.[^,"]+, \w+/\w+, [0-9]+ processors?`), "PLACE"},
	{regexp.MustCompile(`"go":"[^"]*"`), `"go":"GO"`},
	{regexp.MustCompile(`"(arch|os)":"[^"]*"`), `"$1":"THIS"`},
	{regexp.MustCompile(`"cpus":[0-9]+`), `"cpus":CPUS`},
	{regexp.MustCompile(`and [0-9]+ can be used`), "and SOME can be used"},
	{regexp.MustCompile(`_test\.go:[0-9]+`), "_test.go:LINE"},
	{regexp.MustCompile(`line:\s+\S+\s+in\s+\S+`), "line: PLACE"},
}

func stable(s string) string {
	for _, u := range unstable {
		s = u.re.ReplaceAllString(s, u.to)
	}
	return s
}

// testSystems are small enough for golden outputs.
func testSystems() []catalog.System {
	return []catalog.System{
		{Name: "coin", Summary: "two coins that a long sentence describes, so long that it has to be broken", Bugs: []catalog.Bug{
			{
				Name: "C1", Summary: "both coins may show heads",
				Shows: []failure.Kind{failure.KindAssertion}, Buggy: coins(2), Correct: coins(0),
			},
			{
				Name: "C2", Summary: "one coin may show heads, which nobody expects of a coin that is as fair as it is correct",
				Shows: []failure.Kind{failure.KindMonitor}, Buggy: coins(1), Correct: coins(0),
			},
		}, Tests: []catalog.Test{
			{Name: "fair", Summary: "nobody expects anything", Body: coins(0)},
			{Name: "loaded", Summary: "somebody expects too much", Body: coins(2)},
		}},
	}
}

func coins(n int) func(*check.T) {
	return func(t *check.T) {
		t.Go("tosser", func(c *ravel.Context) {
			heads := 0
			for range 2 {
				if c.Bool() {
					heads++
				}
			}
			c.Assert(n == 0 || heads != n, "%d coins show heads", heads)
		})
	}
}
