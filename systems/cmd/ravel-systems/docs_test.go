package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
)

// region is a part of a page that a command prints: <!-- ravel ... --> until
// <!-- end -->.
var region = regexp.MustCompile(`(?s)<!-- ravel ([^\n]*) -->\n(.*?)<!-- end -->`)

// The tables of these pages are what their commands print from the results that
// lie beside them. With -update they are.
func TestPages(t *testing.T) {
	t.Chdir("../../..") // the commands name files as from the root
	for _, page := range []string{
		"docs/benchmarks.md", "docs/state-space.md", "docs/explorers.md", "docs/samplers.md", "docs/migrating-table.md",
		"docs/pictures.md",
		"docs/shrinking.md", "docs/live.md", "docs/stress.md",
	} {
		t.Run(page, func(t *testing.T) { testPage(t, page) })
	}
}

func testPage(t *testing.T, page string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	got := region.ReplaceAllStringFunc(string(text), func(whole string) string {
		commands++
		command := region.FindStringSubmatch(whole)[1]
		return "<!-- ravel " + command + " -->\n" + printed(t, command) + "<!-- end -->"
	})
	if commands == 0 {
		t.Fatal("no commands on the page")
	}
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(text) {
		t.Errorf("%s differs; run with -update to rewrite it. It should be:\n%s", page, got)
	}
}

// The plot of docs/explorers.md is drawn from the same results.
func TestExplorersPicture(t *testing.T) {
	t.Chdir("../../..")
	const picture = "docs/explorers.svg"
	file := picture
	if !*update {
		file = filepath.Join(t.TempDir(), "plot.svg")
	}
	printed(t, "bench explorers --report docs/results/explorers.jsonl --svg="+file)
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := os.ReadFile(picture); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs from what its results make (%v); run with -update to rewrite it", picture, err)
	}
}

// printed is the output of a command, as Markdown.
func printed(t *testing.T, command string) string {
	picture := strings.Contains(command, "--format=mermaid")
	if !strings.Contains(command, "--report") && !picture {
		t.Fatalf("ravel %s: a command on the page has --report, or it would run for hours", command)
	}
	var out, errors bytes.Buffer
	s := &shell{out: &out, err: &errors, systems: catalog.Systems()}
	want := cli.Clean
	if picture { // of what is found
		want = cli.Found
	}
	if code := s.main(strings.Fields(command)); code != want {
		t.Fatalf("ravel %s: exit code %d, %s", command, code, &errors)
	}
	if picture {
		return "\n```mermaid\n" + out.String() + "```\n\n"
	}
	if strings.Contains(command, "--markdown") {
		return "\n" + out.String() + "\n"
	}
	return "\n```text\n$ ravel " + command + "\n" + out.String() + "```\n\n"
}
