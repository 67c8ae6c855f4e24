// Package tutorial keeps the code and the outputs on a page of docs equal to files and runs.
package tutorial

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/trace"
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

// declarations returns those of a file that begin with the given texts, with their
// comments.
func (p *Page) declarations(t *testing.T, file, what string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(p.Root, file))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for begin := range strings.SplitSeq(what, " | ") {
		var texts []string
		ast.Inspect(tree, func(n ast.Node) bool {
			from, to := span(n)
			if from == nil {
				return true
			}
			start := fset.Position(n.Pos()).Offset
			if !strings.HasPrefix(string(source[start:]), begin) {
				return true
			}
			start = fset.Position(from.Pos()).Offset
			start -= fset.Position(from.Pos()).Column - 1
			end := fset.Position(to).Offset
			if rest, _, _ := strings.Cut(string(source[end:]), "\n"); strings.HasPrefix(rest, " //") {
				end += len(rest)
			}
			texts = append(texts, dedent(string(source[start:end])))
			return false
		})
		if len(texts) != 1 {
			t.Errorf("%s has %d places that begin with %q", file, len(texts), begin)
			continue
		}
		if n := len(found); n > 0 && !strings.Contains(texts[0], "\n") && !strings.Contains(found[n-1], "\n") {
			found[n-1] += "\n" + texts[0]
			continue
		}
		found = append(found, texts[0])
	}
	return strings.Join(found, "\n\n") + "\n"
}

// span returns where a declaration or statement begins, with its comment, and
// ends.
func span(n ast.Node) (from ast.Node, to token.Pos) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Doc != nil {
			return n.Doc, n.End()
		}
		return n, n.End()
	case *ast.GenDecl:
		if n.Doc != nil {
			return n.Doc, n.End()
		}
		return n, n.End()
	case ast.Stmt:
		return n, n.End()
	}
	return nil, 0
}

// dedent moves a text to the left as far as its first line allows.
func dedent(text string) string {
	indent := text[:len(text)-len(strings.TrimLeft(text, "\t"))]
	return strings.TrimPrefix(strings.ReplaceAll(text, "\n"+indent, "\n"), indent)
}

// pieces cuts parts out of an output.
func pieces(t *testing.T, text, what string) string {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimRight(text, "\n")+"\n", "\n")
	lines = lines[:len(lines)-1]
	var found []string
	for piece := range strings.SplitSeq(what, " | ") {
		begin, end, _ := strings.Cut(piece, " .. ")
		from := 0
		for from < len(lines) && !strings.Contains(lines[from], begin) {
			from++
		}
		for 0 < from && from < len(lines) && strings.HasPrefix(lines[from], "     ") {
			from--
		}
		to := from
		for to < len(lines) && !strings.Contains(lines[to], end) {
			to++
		}
		if to >= len(lines) {
			t.Fatalf("nothing from %q to %q in\n%s", begin, end, text)
		}
		for to++; to < len(lines) && strings.HasPrefix(lines[to], "     "); to++ {
		}
		found = append(found, strings.Join(lines[from:to], ""))
	}
	all := strings.Join(found, "   [...]\n")
	for line := range strings.Lines(all) {
		if utf8.RuneCountInString(line) > cli.Columns+1 {
			t.Errorf("wider than %d columns: %s", cli.Columns, line)
		}
	}
	return all
}

// output returns an output by its name.
func (p *Page) output(t *testing.T, name string) string {
	t.Helper()
	explore, ok := p.Explored[name]
	if !ok {
		return p.hunted(t, name)
	}
	r, err := explore()
	if err != nil {
		t.Fatal(err)
	}
	text := r.Summary() + "\n"
	if f := r.Failure; f != nil {
		text += cli.Wrap(f.Sentence(), cli.Columns) + "\n\n" + f.Trace.Text(trace.TextOptions{})
	}
	return stable(text)
}

// hunted returns what a command of the page prints. If that ends with a token,
// the replay of the token must end in the same failure.
func (p *Page) hunted(t *testing.T, name string) string {
	t.Helper()
	args, ok := p.Commands[name]
	if !ok {
		t.Fatalf("there is no output %q", name)
	}
	out := p.ravel(t, strings.Fields(args)...)
	if replay := regexp.MustCompile(`ravel (hunt \S+ --replay=\S+)`).FindStringSubmatch(out); replay != nil {
		again := p.ravel(t, strings.Fields(replay[1])...)
		_, want, _ := strings.Cut(out, "FAILURE: ")
		if _, got, _ := strings.Cut(again, "FAILURE: "); got != want {
			t.Errorf("the replay ends with\n%s\nwant\n%s", got, want)
		}
	}
	return stable(out)
}

func (p *Page) ravel(t *testing.T, args ...string) string {
	t.Helper()
	if p.binary == "" {
		path := filepath.Join(t.TempDir(), "ravel-systems.exe")
		build := exec.Command("go", "build", "-o", path, "./cmd/ravel-systems")
		build.Dir = filepath.Join(p.Root, "systems")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		p.binary = path
		t.Cleanup(func() { p.binary = "" })
	}
	cmd := exec.Command(p.binary, args...)
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code > cli.Found {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// What differs from run to run, from machine to machine, and with every change of
// a format.
var (
	elapsed = regexp.MustCompile(`; [0-9.]+(µs|ms|s)\n`)
	workers = regexp.MustCompile(`, [0-9]+ workers?\n`)
	tokens  = regexp.MustCompile(`rv1-[\w-]+`)
	place   = regexp.MustCompile(`line:\s+\S*?(systems/\S+:)\d+ in\n`)
	at      = regexp.MustCompile(`(\w+_?\w*\.go):\d+`)
)

func stable(text string) string {
	text = elapsed.ReplaceAllString(text, "\n")
	text = workers.ReplaceAllString(text, "\n")
	text = place.ReplaceAllString(text, "line: ${1} in\n")
	return tokens.ReplaceAllString(at.ReplaceAllString(text, "$1"), "rv1-...")
}
