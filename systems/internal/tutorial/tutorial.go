// Package tutorial keeps the code and the outputs on a page of docs equal to files and runs.
package tutorial

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/check"
)

// Page is a page, with the outputs that it shows.
type Page struct {
	Root string // of the repository, from the folder of the test
	File string // from there

	// Explored are explorations that give an output: a summary, and the trace if there is a failure.
	Explored map[string]func() (*check.Report, error)

	// Commands are the arguments of ravel that give an output. The page tells the reader to type them.
	Commands map[string]string

	binary string // of ravel-systems, which ravel hunt builds and runs
}

// Check compares the blocks of the page with what they show. A hidden
// line above each block says what that is:
//
//	<!-- systems/vnext/pace.go:type pace | func (p *pace) sleep -->
//
// are declarations, or statements in a function, of a file, by how they begin;
//
//	<!-- output list: vnext: .. V1 | 12 .. -->
//
// are parts of an output, each from the step or line that contains the first text
// to the end of the one that contains the second text. A block of language sh is a
// command for the reader to type.
//
// The prose between the blocks tells what they show: read it after -update.
func (p *Page) Check(t *testing.T, update bool) {
	t.Helper()
	tutorial := filepath.Join(p.Root, p.File)
	text, err := os.ReadFile(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	outputs := map[string]string{}
	var b strings.Builder
	parts := block.Split(string(text), -1)
	for i, m := range block.FindAllStringSubmatch(string(text), -1) {
		prose(t, parts[i])
		mark, language, old := m[1], m[2], m[3]
		want := old
		switch {
		case language == "sh":
		case strings.HasPrefix(mark, "output "):
			name, what, _ := strings.Cut(strings.TrimPrefix(mark, "output "), ": ")
			if testing.Short() && p.Commands[name] != "" {
				break // needs the go command
			}
			if _, ok := outputs[name]; !ok {
				outputs[name] = p.output(t, name)
			}
			want = pieces(t, outputs[name], what)
		case language == "go" && mark != "":
			file, what, _ := strings.Cut(mark, ":")
			want = p.declarations(t, file, what)
		default:
			t.Errorf("nothing says what this block shows:\n%s", old)
		}
		if want != old && !update {
			t.Errorf("the block %q differs (-update rewrites it), want:\n%s", mark, want)
		}
		b.WriteString(parts[i] + strings.TrimSuffix(m[0], old+"```\n") + want + "```\n")
	}
	prose(t, parts[len(parts)-1])
	b.WriteString(parts[len(parts)-1])
	for _, args := range p.Commands {
		if line := "go run ./cmd/ravel " + args; !strings.Contains(string(text), line+"\n") {
			t.Errorf("the page does not say how to get an output: %s", line)
		}
	}
	if update && b.String() != string(text) {
		if err := os.WriteFile(tutorial, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// block is a fenced block with the hidden line above it, if there is one.
var block = regexp.MustCompile("(?ms)^(?:<!-- ([^\n]*) -->\n)?```(\\w+)\n(.*?)^```\n")

// prose checks the width of what is in no block and no table.
func prose(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 120 && !strings.HasPrefix(line, "|") {
			t.Errorf("wider than 120 columns: %s", line)
		}
	}
}
