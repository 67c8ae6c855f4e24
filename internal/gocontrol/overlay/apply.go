package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// An edit replaces src[at:end]. Lines are inserted where at == end, the start of a line.
type edit struct {
	at, end int
	text    string
}

// plan turns splices of one file into edits of its text.
func plan(src string, list []splice) ([]edit, error) {
	var edits []edit
	var errs []error
	for _, s := range list {
		e, err := s.locate(src)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		edits = append(edits, e)
	}
	return edits, errors.Join(errs...)
}

func (s splice) locate(src string) (edit, error) {
	lo, hi := 0, len(src)
	if s.in != "" {
		decl := "\n" + s.in
		if n := strings.Count(src, decl); n != 1 {
			return edit{}, fmt.Errorf("%s: declaration %q occurs %d times, want once", s.file, s.in, n)
		}
		lo = strings.Index(src, decl) + 1
		n := strings.Index(src[lo:], "\n}\n")
		if n < 0 {
			return edit{}, fmt.Errorf("%s: declaration %q has no end", s.file, s.in)
		}
		hi = lo + n + len("\n}\n")
	}
	body := src[lo:hi]
	if s.how == top {
		n := strings.Index(body, "{\n")
		if n < 0 {
			return edit{}, fmt.Errorf("%s: declaration %q has no body", s.file, s.in)
		}
		at := lo + n + len("{\n")
		return edit{at, at, s.lines()}, nil
	}
	if n := strings.Count(body, s.anchor); n != 1 {
		return edit{}, fmt.Errorf("%s: anchor %q occurs %d times in %q, want once", s.file, s.anchor, n, s.in)
	}
	at := lo + strings.Index(body, s.anchor)
	switch s.how {
	case before:
		at = strings.LastIndexByte(src[:at], '\n') + 1
		return edit{at, at, s.lines()}, nil
	case after:
		at += len(s.anchor)
		at += strings.IndexByte(src[at:], '\n') + 1
		return edit{at, at, s.lines()}, nil
	default:
		return edit{at, at + len(s.anchor), s.text}, nil
	}
}

func (s splice) lines() string { return strings.TrimPrefix(s.text, "\n") + "\n" }

// importUnsafe adds an import of unsafe, on the line of the package clause, if the edits need it.
func importUnsafe(file, src string, edits []edit) ([]edit, error) {
	if !slices.ContainsFunc(edits, func(e edit) bool { return strings.Contains(e.text, "unsafe.") }) {
		return edits, nil
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ImportsOnly)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, i := range f.Imports {
		if i.Path.Value == `"unsafe"` && (i.Name == nil || i.Name.Name != "_") {
			return edits, nil
		}
	}
	at := fset.Position(f.Name.End()).Offset
	return append(edits, edit{at, at, `; import "unsafe"`}), nil
}

// apply makes the edits. Behind inserted lines a directive sets the position back to the original's.
func apply(src string, edits []edit) (string, error) {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].at < edits[j].at })
	var b strings.Builder
	pos, line := 0, 1
	for i, e := range edits {
		if e.at < pos {
			return "", fmt.Errorf("edits overlap at offset %d", e.at)
		}
		line += strings.Count(src[pos:e.at], "\n")
		b.WriteString(src[pos:e.at])
		b.WriteString(e.text)
		pos = e.end
		last := i+1 == len(edits) || edits[i+1].at > e.at
		if strings.HasSuffix(e.text, "\n") && last {
			fmt.Fprintf(&b, "//line :%d:1\n", line)
		}
	}
	b.WriteString(src[pos:])
	return b.String(), nil
}

// check parses a finished file.
func check(name string, text []byte) error {
	if filepath.Ext(name) != ".go" {
		return nil
	}
	if _, err := parser.ParseFile(token.NewFileSet(), name, bytes.NewReader(text), parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("the spliced %s does not parse: %w", name, err)
	}
	return nil
}
