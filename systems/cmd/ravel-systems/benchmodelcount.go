package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/catalog"
)

// librarySources are the packages of Ravel that models are made with.
var librarySources = []string{"github.com/ravelgo/ravel/model/", "github.com/ravelgo/ravel/spec/"}

// listed is what the go command says of a package.
type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

// count counts the lines of a system and its model, and what the model imports of the library.
func (m *modeled) count(ctx context.Context, code catalog.Code) error {
	all, err := listPackages(ctx, slices.Concat(code.System, code.Model))
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, p := range all {
		lines, err := p.lines()
		if err != nil {
			return err
		}
		if slices.Contains(code.System, p.ImportPath) {
			m.Lines += lines
			continue
		}
		m.ModelLines += lines
		for _, path := range p.Imports {
			if slices.ContainsFunc(librarySources, func(prefix string) bool { return strings.HasPrefix(path, prefix) }) && !slices.Contains(code.Model, path) {
				used[path] = true
			}
		}
	}
	if len(used) == 0 {
		return nil
	}
	shared, err := listPackages(ctx, slices.Sorted(maps.Keys(used)))
	if err != nil {
		return err
	}
	for _, p := range shared {
		name := strings.TrimPrefix(p.ImportPath, "github.com/ravelgo/ravel/")
		m.Library = append(m.Library, name)
		if m.librarySize[name], err = p.lines(); err != nil {
			return err
		}
	}
	return nil
}

// listPackages asks the go command about packages of this repository.
func listPackages(ctx context.Context, paths []string) (all []listed, err error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=ImportPath,Dir,GoFiles,Imports"}, paths...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("bench model counts the lines of a checkout of Ravel: run it inside one, with the go command at hand: %w: %s", err, bytes.TrimSpace(errs.Bytes()))
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, p)
	}
}

// lines counts the lines of a package with code on them; those of tests do not count.
func (p *listed) lines() (n int, err error) {
	for _, f := range p.GoFiles {
		source, err := os.ReadFile(filepath.Join(p.Dir, f))
		if err != nil {
			return 0, err
		}
		n += codeLines(source)
	}
	return n, nil
}

// codeLines counts the lines of a file that hold more than blanks and comments.
func codeLines(source []byte) int {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			return len(lines)
		case tok == token.SEMICOLON && text == "\n": // was put in by the scanner
			continue
		}
		first := file.Line(pos)
		for i := range 1 + strings.Count(text, "\n") {
			lines[first+i] = true
		}
	}
}
