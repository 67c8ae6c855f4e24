package main

import (
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// Bugs that only the order of goroutines brings about are found, one is replayed, and the correct twin passes.
func TestGoroutines(t *testing.T) {
	t.Parallel()
	dir := fixture(t)
	r := ravel(t, dir, alone, "test", "./goroutines", "--seed=1", "--schedules=1000")
	has(t, "output", r.out, `^--- FAIL: TestLocks`, `the balance is [12]0`, `^--- FAIL: TestAtomics`, `^--- PASS: TestCorrect`)
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	saved, err := filepath.Glob(filepath.Join(dir, "goroutines/testdata/ravel/TestLocks/*.ravel"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("saved %v, %v:\n%s", saved, err, r.out)
	}
	r = ravel(t, t.TempDir(), alone, "replay", saved[0])
	has(t, "output", r.out, `replay fails as recorded`, `the balance is [12]0`)
	if r.code != cli.Found || r.err != "" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	// Where there is no control, the schedule is not taken for one that passes.
	r = ravel(t, t.TempDir(), alone, "replay", saved[0], "--control=off")
	if r.code != cli.Usage {
		t.Errorf("without control: exit %d\n%s%s", r.code, r.out, r.err)
	}
}
