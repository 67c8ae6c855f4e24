package trace_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/trace"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const more = "With -ravel.v the trace has all of them."

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, and accept it with -update. Got:\n%s", path, got)
	}
}

// handWritten reads the traces of testdata.
func handWritten(t testing.TB) map[string]*trace.Trace {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(paths) == 0 {
		t.Fatal("no traces in testdata", err)
	}
	all := map[string]*trace.Trace{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := trace.ReadJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".jsonl")] = tr
	}
	return all
}

func TestHandWritten(t *testing.T) {
	for name, tr := range handWritten(t) {
		golden(t, name+".txt", tr.Text(trace.TextOptions{More: more}))
	}
}

func TestOptions(t *testing.T) {
	all := handWritten(t)
	for _, c := range []struct {
		file, trace string
		o           trace.TextOptions
	}{
		{"kinds-ascii-places.txt", "kinds", trace.TextOptions{ASCII: true, Places: true}},
		{"kinds-fields.txt", "kinds", trace.TextOptions{Fields: true, ASCII: true}},
		{"kinds-color.txt", "kinds", trace.TextOptions{Color: true}},
		{"repair-50.txt", "repair", trace.TextOptions{Width: 50}},
		{"repair-short.txt", "repair", trace.TextOptions{Limit: 9, ASCII: true, More: more}},
		{"awkward-all.txt", "awkward", trace.TextOptions{Limit: -1, Width: 100}},
	} {
		golden(t, c.file, all[c.trace].Text(c.o))
	}
}

func TestRuns(t *testing.T) {
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			tr := record(t, p)
			text := tr.Text(trace.TextOptions{More: more})
			golden(t, "run-"+p.name+".txt", text)
			if again := record(t, p).Text(trace.TextOptions{More: more}); again != text {
				t.Errorf("a second run gives another text:\n%s", again)
			}
		})
	}
}

func TestJSONGolden(t *testing.T) {
	for _, p := range programs {
		if p.name == "crash" || p.name == "passes" {
			golden(t, "run-"+p.name+".json", encode(t, record(t, p)))
		}
	}
}

func encode(t testing.TB, tr *trace.Trace) string {
	t.Helper()
	var b bytes.Buffer
	if err := tr.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
