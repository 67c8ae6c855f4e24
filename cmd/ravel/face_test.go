package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// The trace of a replay goes to standard output alone, or to a file, and a saved one is shown in any format.
func TestFaces(t *testing.T) {
	t.Parallel()
	dir := fixture(t)
	r := ravel(t, dir, alone, "test", "./bad", "--seed", "1", "--schedules", "500")
	saved, err := filepath.Glob(filepath.Join(dir, "bad/testdata/ravel/TestOrder/*.ravel"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("saved %v, %v:\n%s", saved, err, r.out)
	}

	r = ravel(t, t.TempDir(), alone, "replay", saved[0], "--format=mermaid")
	diagram := r.out
	has(t, "standard output", r.out, `^sequenceDiagram\n`, `client 2 was faster`, `participant p\d+ as client`)
	has(t, "standard error", r.err, `replay fails as recorded`)
	if r.code != cli.Found || strings.Contains(r.out, "replay fails") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}

	file := filepath.Join(t.TempDir(), "trace.jsonl")
	r = ravel(t, t.TempDir(), alone, "replay", saved[0], "--format=json", "-o", file)
	has(t, "standard output", r.out, `replay fails as recorded`)
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r = ravel(t, "", nil, "trace", file, "--format=mermaid"); r.out != diagram || r.code != 0 {
		t.Errorf("exit %d, the saved trace gives another diagram:\n%s%s", r.code, r.out, r.err)
	}
	r = ravel(t, "", nil, "trace", file)
	has(t, "standard output", r.out, `^ +1  test  `, `FAILURE: .*client 2 was faster|client 2 was faster`)

	t.Run("not a trace", func(t *testing.T) {
		if err := os.WriteFile(file, []byte("{}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		r := ravel(t, "", nil, "trace", file)
		has(t, "standard error", r.err, `this is no\s+trace`, `ravel replay\s+--format json`)
		if r.code != cli.Usage || r.out != "" {
			t.Errorf("exit %d, %s", r.code, r.out)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		r := ravel(t, dir, alone, "replay", saved[0], "--format=dot", "--output", dir)
		has(t, "standard error", r.err, `is a folder: name a file in it`)
		if r.code != cli.Usage || r.out != "" {
			t.Errorf("exit %d, %s", r.code, r.out)
		}
	})
}
