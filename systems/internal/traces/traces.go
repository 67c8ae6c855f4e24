// Package traces keeps the traces of seeded bugs as golden files: what a developer is handed when the bug is found. A system's
// test names some of its bugs; for each of them testdata/traces has the schedule of a failure, and the text of its trace.
package traces

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
	"github.com/ravelgo/ravel/trace"
)

// dir is where the files are, from the folder of the system's test.
const dir = "testdata/traces"

// A Case is a test in which something is found.
type Case struct {
	Name   string // of the files
	Test   string // as the heading of the trace names it
	Config check.Config
	Body   func(*check.T)
	More   string // says how to see the steps that the text folds
}

// Bugs checks the traces of some bugs that the catalog has of a system.
func Bugs(t *testing.T, update bool, system string, bugs ...string) {
	t.Helper()
	for _, bug := range bugs {
		entries, err := catalog.Find(catalog.Systems(), system+"/"+bug)
		if err != nil {
			t.Fatal(err)
		}
		b := entries[0].Bug
		path := entries[0].Path()
		more := fmt.Sprintf("In this folder, ravel hunt %s --full --replay=%s shows them.", path, bug+schedule.Ext)
		Case{Name: bug, Test: path, Config: b.Settings, Body: b.Buggy, More: more}.Check(t, update)
	}
}

// Check runs the saved schedule again and compares the text of its trace with the golden file. An update writes the file; if the
// schedule is missing, or the program has changed so that it no longer fails as recorded, it looks for a failure first, and for
// a simpler one like it, and saves that.
func (c Case) Check(t *testing.T, update bool) {
	t.Helper()
	t.Run(c.Name, func(t *testing.T) {
		path := filepath.Join(dir, c.Name+schedule.Ext)
		f, err := c.replay(path)
		if err != nil && update {
			c.find(t, path)
			f, err = c.replay(path)
		}
		if err != nil {
			t.Fatalf("%v; run the test with -update to look for the bug again", err)
		}
		c.compare(t, c.text(f.Trace), update)
	})
}

// replay runs a saved schedule, which must fail as it did.
func (c Case) replay(path string) (*check.Failure, error) {
	saved, err := schedule.Load(path)
	if err != nil {
		return nil, err
	}
	s := strategy.NewFollow(saved.Follow)
	cfg := c.Config
	cfg.Steps, cfg.Threshold, cfg.Lasso = saved.MaxSteps, saved.Threshold, saved.Lasso
	cfg.Schedules, cfg.Workers, cfg.NoShrink = 1, 1, true
	cfg.Custom = func() strategy.Strategy { return s }
	r, err := check.Explore(c.Test, cfg, c.Body)
	switch {
	case err != nil:
		return nil, err
	case s.Err() != nil:
		return nil, s.Err()
	case r.Failure == nil:
		return nil, errors.New("the saved schedule passes")
	case failure.Of(r.Failure.Err).Kind().String() != saved.Failure:
		return nil, errors.New("the saved schedule fails in another way: " + r.Failure.Err.Error())
	}
	// How the failure was found belongs to its trace; that it was run again here does not.
	h := &r.Failure.Trace.Header
	h.Strategy, h.Seed, h.Execution = saved.Strategy, saved.Seed, saved.Execution
	return r.Failure, nil
}

// find looks for the bug and saves the schedule of its failure, simplified.
func (c Case) find(t *testing.T, path string) {
	t.Helper()
	cfg := c.Config
	cfg.Schedules = 100_000
	r, err := check.Explore(c.Test, cfg, c.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil || !r.Failure.Reproduced {
		t.Fatalf("%s was not found: %s", c.Test, r.Summary())
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	saved, err := schedule.Save(t.TempDir(), &r.Failure.Record)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(saved)
	if err == nil {
		err = os.WriteFile(path, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// compare compares a text with the golden file.
func (c Case) compare(t *testing.T, got string, update bool) {
	t.Helper()
	path := filepath.Join(dir, c.Name+".txt")
	if update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
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

// text is the text of a trace as it is printed, but for the folder that the repository lies in.
func (c Case) text(tr *trace.Trace) string {
	cut := *tr
	f := *tr.Failure
	f.Detail = strings.ReplaceAll(f.Detail, root(), "")
	cut.Failure = &f
	return cut.Text(trace.TextOptions{More: c.More})
}

// root is what the names of this repository's files begin with.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(file, "systems/internal/traces/traces.go")
}
