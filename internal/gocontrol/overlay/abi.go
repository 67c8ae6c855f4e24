package overlay

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
)

// Package gocontrol and the overlay are two halves that meet in one binary: the overlay comes with the ravel command, the
// package with the module under test. Both hold the number of the interface between them.

// ABI returns the number of the interface that overlays made by this package have.
func ABI() (uint64, error) {
	text, err := sources.ReadFile("_files/runtime/ctl_run.go")
	if err != nil {
		return 0, fmt.Errorf("overlay: %w", err)
	}
	return constant("ctl_run.go", text, "ctlABI")
}

// LibraryABI returns the number of the interface that package gocontrol wants, by its source in dir. The error is one
// of package [io/fs] if there is none.
func LibraryABI(dir string) (uint64, error) {
	name := filepath.Join(dir, "hooks.go")
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("overlay: %w", err)
	}
	return constant(name, text, "abi")
}

// constant finds the declaration "const name = number".
func constant(file string, text []byte, name string) (uint64, error) {
	f, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return 0, fmt.Errorf("overlay: %w", err)
	}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, n := range v.Names {
				if n.Name != name || i >= len(v.Values) {
					continue
				}
				if lit, ok := v.Values[i].(*ast.BasicLit); ok {
					return strconv.ParseUint(lit.Value, 0, 64)
				}
			}
		}
	}
	return 0, fmt.Errorf("overlay: %s does not declare the constant %s", file, name)
}
