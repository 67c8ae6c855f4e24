package results_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/results"
	"github.com/ravelgo/ravel/trace"
)

func passing() *trace.Trace {
	h := trace.Header{Package: "example.com/kv", Test: "TestA"}
	return trace.New(h, []trace.Event{{Step: 1, Kind: trace.Began, Who: "root"}}, nil)
}

func samples() []results.Exploration {
	failing := passing()
	failing.Failure = &trace.Failure{Kind: failure.KindAssertion, Error: "1 is not 2"}
	return []results.Exploration{
		{Package: "example.com/kv", Test: "TestA", Nth: 1, Outcome: attr.Found, Seed: 1<<64 - 1, Failure: &results.Failure{
			Kind: "assertion", Message: "<1> is not \"2\"", Found: results.Size{Steps: 90, Choices: 80, Switches: 9, Faults: 1}, Shrunk: results.Size{Steps: 7},
		}, Trace: failing, Passing: passing(), Deciding: 3},
		{Package: "example.com/kv", Test: "TestA", Nth: 2, Outcome: attr.Passed, Executions: 10_000},
		{Package: "example.com/kv", Test: "TestA/../" + strings.Repeat("x", 300), Nth: 1, Outcome: attr.Found, Trace: passing(), Deciding: -1},
		{Package: "example.com/kv/b", Test: "TestA", Nth: 1, Outcome: attr.Passed},
	}
}

// TestRoundTrip saves from many goroutines, as many processes may.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	want := samples()
	var all sync.WaitGroup
	for i := range want {
		for range 3 { // the last one counts, and they are the same
			e := want[i]
			all.Go(func() {
				if err := e.Save(dir); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	got, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Version = results.Version
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.part"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"{":                    "unexpected end",
		"{}":                   "different releases",
		`{"ravel_results": 9}`: "version 9",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.result.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := results.Load(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
	if err := (&results.Exploration{}).Save(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing folder is no error")
	}
	if list, err := results.Load(t.TempDir()); err != nil || len(list) > 0 {
		t.Errorf("an empty folder has %v, %v", list, err)
	}
}
