package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A package whose TestMain calls goleak.VerifyTestMain has said there which goroutines its tests may leave. goleak looks when
// all tests are over, where nothing is left of their executions; so its options are read from the source, and
// every execution is judged by them.

const goleakPath = "go.uber.org/goleak"

// goleak passes the options to the tests, and returns what is to be said about those that cannot be read. What is wrong with
// the files is left to go test to say.
func (b *build) goleak(l listing) (says []string) {
	var lines []string
	for i := range l.tests {
		p := &l.tests[i]
		for _, names := range [][]string{p.TestGoFiles, p.XTestGoFiles} {
			r := goleakReader{pkg: p.ImportPath, fset: token.NewFileSet()}
			if !r.parse(p.Dir, names) {
				continue
			}
			if len(p.XTestGoFiles) == 0 || !slices.Equal(names, p.XTestGoFiles) {
				r.parse(p.Dir, slices.Concat(p.GoFiles, p.CgoFiles)) // for constants
			}
			r.read()
			lines, says = append(lines, r.lines...), append(says, r.says...)
		}
	}
	if len(lines) > 0 {
		b.env = append(b.env, variablePrefix+"GOLEAK="+strings.Join(lines, "\n"))
	}
	return says
}

// goleakReader reads the options of one package.
type goleakReader struct {
	pkg    string
	fset   *token.FileSet
	files  []*ast.File
	goleak string // what the file that is read calls the package

	lines []string // see goleakVariable of package check
	says  []string
}

// parse parses files of a package, and reports whether one of them may import goleak.
func (r *goleakReader) parse(dir string, names []string) (imported bool) {
	for _, n := range names {
		text, err := os.ReadFile(filepath.Join(dir, n))
		if err != nil {
			continue
		}
		imported = imported || bytes.Contains(text, []byte(strconv.Quote(goleakPath)))
		if f, err := parser.ParseFile(r.fset, filepath.Join(dir, n), text, parser.SkipObjectResolution); err == nil {
			r.files = append(r.files, f)
		}
	}
	return imported
}

func (r *goleakReader) read() {
	for _, f := range r.files {
		if r.goleak = importedAs(f, goleakPath); r.goleak == "" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && r.calls(call) == "VerifyTestMain" && len(call.Args) > 1 {
				for _, option := range call.Args[1:] {
					r.option(option, 0)
				}
			}
			return true
		})
	}
}

// importedAs returns the name by which a file calls a package, "" if it does not import it.
func importedAs(f *ast.File, path string) string {
	for _, s := range f.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err != nil || p != path {
			continue
		}
		if s.Name != nil {
			return s.Name.Name
		}
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	return ""
}

// calls returns the function of goleak that is called, "" if it is another one.
func (r *goleakReader) calls(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == r.goleak {
			return f.Sel.Name
		}
	case *ast.Ident:
		if r.goleak == "." {
			return f.Name
		}
	}
	return ""
}

// maxResolved bounds how many names are looked up for one option: they may be each other's values.
const maxResolved = 10

// option reads an option, or a list of them.
func (r *goleakReader) option(e ast.Expr, depth int) {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if f, ok := x.Fun.(*ast.Ident); ok && f.Name == "append" {
			for _, arg := range x.Args {
				r.option(arg, depth)
			}
			return
		}
		kind := ""
		switch r.calls(x) {
		case "IgnoreCurrent": // goroutines that are none of an execution
			return
		case "Cleanup": // not about leaks
			return
		case "IgnoreTopFunction":
			kind = "top"
		case "IgnoreAnyFunction":
			kind = "any"
		}
		if kind != "" && len(x.Args) == 1 {
			if name, ok := r.text(x.Args[0], depth); ok && name != "" && !strings.ContainsAny(name, " \t\r\n") {
				r.lines = append(r.lines, r.pkg+" "+kind+" "+name)
				return
			}
		}
	case *ast.CompositeLit:
		for _, v := range x.Elts {
			r.option(v, depth)
		}
		return
	case *ast.Ident:
		if v := r.value(x.Name); v != nil && depth < maxResolved {
			r.option(v, depth+1)
			return
		}
	}
	r.say(e)
}

func (r *goleakReader) say(e ast.Expr) {
	at := r.fset.Position(e.Pos())
	r.says = append(r.says, fmt.Sprintf("%s: an option of goleak.VerifyTestMain is not literal and cannot be honoured (%s:%d): allow the "+
		"goroutines that it is about with --allow-leak", r.pkg, filepath.Base(at.Filename), at.Line))
}

// text is the value of a constant text.
func (r *goleakReader) text(e ast.Expr, depth int) (s string, ok bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, oka := r.text(x.X, depth)
		b, okb := r.text(x.Y, depth)
		return a + b, oka && okb && x.Op == token.ADD
	case *ast.Ident:
		if v := r.value(x.Name); v != nil && depth < maxResolved {
			return r.text(v, depth+1)
		}
	}
	return "", false
}

// value is what a constant or variable is declared to be; nil if that is not known: if there are several of that name, or it
// is assigned to elsewhere.
func (r *goleakReader) value(name string) (value ast.Expr) {
	n := 0
	found := func(id ast.Expr, list []ast.Expr, i, of int) {
		if x, ok := id.(*ast.Ident); ok && x.Name == name {
			if n++; len(list) == of {
				value = list[i]
			}
		}
	}
	for _, f := range r.files {
		ast.Inspect(f, func(node ast.Node) bool {
			switch d := node.(type) {
			case *ast.ValueSpec:
				for i, id := range d.Names {
					found(id, d.Values, i, len(d.Names))
				}
			case *ast.AssignStmt:
				for i, id := range d.Lhs {
					found(id, d.Rhs, i, len(d.Lhs))
				}
			}
			return true
		})
	}
	if n != 1 {
		return nil
	}
	return value
}
