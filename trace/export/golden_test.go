package export_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/trace/export"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// samples reads the traces of this folder, and those of package trace: all kinds of events, and awkward ones.
func samples(t testing.TB) map[string]*trace.Trace {
	t.Helper()
	all := map[string]*trace.Trace{}
	for _, pattern := range []string{"../testdata/*.jsonl", "../testdata/run-*.json", "testdata/*.jsonl"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no traces %s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tr, err := trace.ReadJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			name := filepath.Base(path)
			all[strings.TrimSuffix(name, filepath.Ext(name))] = tr
		}
	}
	return all
}

// written returns a trace in a format.
func written(t testing.TB, format string, tr *trace.Trace, o export.Options) string {
	t.Helper()
	var b strings.Builder
	if err := export.Write(&b, format, tr, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The pictures of a message that comes late, of a crash that takes a write with it, of a deadlock of goroutines, and of one of
// full inboxes.
func TestGolden(t *testing.T) {
	all := samples(t)
	for _, name := range []string{"repair", "crash", "deadlock", "room"} {
		for _, format := range []string{"mermaid", "dot", "shiviz", "perfetto"} {
			got := written(t, format, all[name], export.Options{})
			path := filepath.Join("testdata", name+"."+format)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; make it with -update", err)
			}
			if got != string(want) {
				t.Errorf("%s differs; look at it, and accept it with -update. Got:\n%s", path, got)
			}
		}
	}
}

// Text and JSON are what package trace writes, and the names are those that the errors list.
func TestFormats(t *testing.T) {
	tr := samples(t)["repair"]
	if got := written(t, "text", tr, export.Options{Limit: 9}); got != tr.Text(trace.TextOptions{Limit: 9}) {
		t.Errorf("text:\n%s", got)
	}
	var b strings.Builder
	if err := tr.WriteJSON(&b); err != nil || written(t, "json", tr, export.Options{}) != b.String() {
		t.Errorf("JSON differs, %v", err)
	}
	for _, format := range export.Formats() {
		if err := export.Known(format); err != nil {
			t.Error(err)
		}
		if written(t, format, tr, export.Options{}) == "" {
			t.Errorf("%s is empty", format)
		}
	}
	err := export.Write(&b, "pdf", tr, export.Options{})
	if err == nil || !strings.Contains(err.Error(), `"pdf"`) || !strings.Contains(err.Error(), strings.Join(export.Formats(), ", ")) {
		t.Errorf("the error of an unknown format is %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

// An error of the writer comes back from every format.
func TestWriterFails(t *testing.T) {
	tr := samples(t)["repair"]
	for _, format := range export.Formats() {
		if err := export.Write(full{}, format, tr, export.Options{}); err == nil || !strings.Contains(err.Error(), os.ErrClosed.Error()) {
			t.Errorf("%s: %v", format, err)
		}
	}
}
