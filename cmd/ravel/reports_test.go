package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/results"
)

func reportTo(path string, write reportWriter) *reportFile {
	return &reportFile{flag: "--report", path: path, write: write}
}

// TestReports leaves results as a test process does and looks at what comes of them.
func TestReports(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.txt")
	var out, errs bytes.Buffer
	s := &shell{out: &out, err: &errs}
	p := &reporting{files: []*reportFile{
		reportTo(path, func(w io.Writer, g *gathered) error {
			_, err := io.WriteString(w, g.explored[0].Test+" "+g.tests[0].Action)
			return err
		}),
		reportTo(filepath.Join(dir, "nothing.txt"), func(io.Writer, *gathered) error { return errNothing }),
	}, print: []reportWriter{func(w io.Writer, g *gathered) error {
		_, err := io.WriteString(w, "printed")
		return err
	}}}
	if err := p.begin(); err != nil {
		t.Fatal(err)
	}
	p.ran.note(&event{Package: "a", Test: "TestA", Action: "pass"})
	folder, _ := strings.CutPrefix(p.environ()[0], results.Variable+"=")
	if err := (&results.Exploration{Package: "a", Test: "TestA", Nth: 1, Outcome: attr.Found}).Save(folder); err != nil {
		t.Fatal(err)
	}
	if err := p.end(s, false); err != nil {
		t.Fatal(err)
	}
	p.close()
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "TestA pass" || out.String() != "printed" {
		t.Errorf("%q was written, %q printed, %v", text, out.String(), err)
	}
	if !strings.Contains(errs.String(), "nothing to show") {
		t.Errorf("the report of nothing says %q", errs.String())
	}
	if left := namesIn(t, dir); len(left) != 1 {
		t.Errorf("files: %v", left)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the results is still there: %v", err)
	}
}

// TestReportsRefused names files that cannot be written, which must be said before any test runs.
func TestReportsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "missing", "report"), dir} {
		p := &reporting{files: []*reportFile{reportTo(filepath.Join(dir, "fine"), nil), reportTo(path, nil)}}
		var e environmentError
		if err := p.begin(); !errors.As(err, &e) || !strings.Contains(err.Error(), "--report: ") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left := namesIn(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// TestRanTests has a package whose process dies while two tests run.
func TestRanTests(t *testing.T) {
	var r ranTests
	for _, e := range []event{
		{Action: "run", Package: "a", Test: "TestA"},
		{Action: "output", Package: "a", Test: "TestA", Output: "=== RUN   TestA\n"},
		{Action: "output", Package: "a", Test: "TestA", Output: strings.Repeat("x", mostOutput)},
		{Action: "output", Package: "a", Test: "TestA", Output: "more"},
		{Action: "output", Package: "a", Test: "TestA", Output: "--- PASS: TestA (0.00s)\n"},
		{Action: "pass", Package: "a", Test: "TestA", Elapsed: 1.5},
		{Action: "run", Package: "a", Test: "TestB"},
		{Action: "run", Package: "a", Test: "TestB/sub"},
		{Action: "output", Package: "a", Output: "panic: out of luck\n"},
		{Action: "output", Package: "a", Output: "FAIL\n"},
		{Action: "fail", Package: "a"},
		{Action: "fail", Package: "b", FailedBuild: "b [b.test]"},
	} {
		r.note(&e)
	}
	var got []string
	for _, e := range r.ended {
		got = append(got, e.Package+" "+e.Test+" "+e.Action)
	}
	want := "a TestA pass|a TestB/sub fail|a TestB fail|a  fail|b  fail"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("ended: %s, want %s", s, want)
	}
	if a := r.ended[0]; len(a.Output) != mostOutput || !a.Cut || a.Seconds != 1.5 {
		t.Errorf("TestA: %d bytes, cut %v, %v s", len(a.Output), a.Cut, a.Seconds)
	}
	if a := r.ended[3]; string(a.Output) != "panic: out of luck\n" || !r.ended[4].NoBuild {
		t.Errorf("package a printed %q, b does not build: %v", a.Output, r.ended[4].NoBuild)
	}
}
