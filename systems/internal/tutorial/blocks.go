package tutorial

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/internal/cli"
)

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
