// Package docs tests that the documents say what is so.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	fenced = regexp.MustCompile("(?ms)^```.*?^```$")
	link   = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
)

// Every relative link leads somewhere.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md", "../.ci/README.md") {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, page), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
		}
	}
}

// proof is the name of a row in a table of the semantics suite: (TestDequeue: first in first out).
var proof = regexp.MustCompile("`(Test\\w+)(?:/([^`]+))?`")

// Every test that semantics.md names exists.
func TestProofs(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{"../internal/engine", "../internal/engine/difftest", "../check", "..", "../internal/digest"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			source.WriteString(read(t, f))
		}
	}
	code := source.String()
	found := proof.FindAllStringSubmatch(read(t, "semantics.md"), -1)
	if len(found) < 50 {
		t.Errorf("semantics.md names %d tests", len(found))
	}
	for _, m := range found {
		if !strings.Contains(code, "func "+m[1]+"(") {
			t.Errorf("semantics.md names %s, which does not exist", m[1])
		}
		if m[2] != "" && !strings.Contains(code, `"`+m[2]+`"`) {
			t.Errorf("semantics.md names the row %q of %s, which does not exist", m[2], m[1])
		}
	}
}

// The strategy that writing-a-strategy.md shows is the example of package strategy.
func TestStrategyIsTheExample(t *testing.T) {
	example := read(t, "../strategy/example_test.go")
	from, to := strings.Index(example, "// RoundRobin "), strings.Index(example, "// A strategy of one's own")
	if from < 0 || to < from {
		t.Fatal("the example has moved")
	}
	if page := read(t, "writing-a-strategy.md"); !strings.Contains(page, "```go\n"+strings.TrimSpace(example[from:to])+"\n```") {
		t.Errorf("writing-a-strategy.md does not show:\n%s", example[from:to])
	}
}

// The explorer that delaying-explorers.md shows is the one of examples/explorer.
func TestExplorerIsTheExample(t *testing.T) {
	example := read(t, "../examples/explorer/explorer.go")
	from := strings.Index(example, "// Phases is")
	if from < 0 {
		t.Fatal("the example has moved")
	}
	page := read(t, "delaying-explorers.md")
	if !strings.Contains(page, "```go\n"+strings.TrimSpace(example[from:])+"\n```") {
		t.Errorf("delaying-explorers.md does not show:\n%s", example[from:])
	}
	tests := regexp.MustCompile("(?s)```go\n(func TestPhasesIsSound.*?)```").FindStringSubmatch(page)
	if tests == nil || !strings.Contains(read(t, "../examples/explorer/explorer_test.go"), tests[1]) {
		t.Error("delaying-explorers.md does not show TestPhasesIsSound of examples/explorer")
	}
}
