package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/results"
	"github.com/ravelgo/ravel/trace"
)

// sampleRun is a run with everything in it: tests that were explored and others, subtests, a package that does not compile,
// one whose process dies.
func sampleRun() *gathered {
	const dir = "/src/repo/kv"
	line := func(n int) failure.Place {
		return failure.Place{File: dir + "/kv.go", Line: n, Func: "example.com/kv.(*Store).Put"}
	}
	deadlock := trace.New(trace.Header{Package: "example.com/kv", Test: "TestPut"}, []trace.Event{
		{Step: 1, Kind: trace.Spawned, Who: "g0 (test body)", Peer: "g1 (kv.go:7)", Place: failure.Place{File: dir + "/kv_test.go", Line: 7, Func: "example.com/kv.TestPut"}},
		{Step: 2, Kind: trace.Did, Who: "g1 (kv.go:7)", Type: "Lock", Peer: "mutex #1", Place: line(30)},
		{Step: 3, Kind: trace.Blocked, Who: "g0 (test body)", Type: "Lock", Peer: "mutex #1", Place: line(41)},
	}, nil)
	explored := []results.Exploration{{
		Package: "example.com/kv", Test: "TestPut", Nth: 1, Dir: dir, Outcome: attr.Found, Strategy: "pos", Seed: 7, Executions: 12, Distinct: 12, Steps: 99,
		Failure: &results.Failure{
			Kind: "deadlock", Message: "nothing can move any more: 100% of {goroutines} wait [both]", Detail: "cycle: g1 → g0 → g1\nfix: unlock, then wait",
			Text: "deadlock found by pos in execution 11:\n  nothing can move", File: dir + "/kv.go", Line: 41, Func: "example.com/kv.(*Store).Put",
			Strategy: "pos", Execution: 11, Reproduced: true, Found: results.Size{Steps: 9}, Shrunk: results.Size{Steps: 3}, Token: "rv1-AbC_-1",
			Saved: "testdata/ravel/TestPut/deadlock-1.ravel", Replay: "ravel replay --run '^TestPut$' rv1-AbC_-1 example.com/kv",
		}, Trace: deadlock,
	}, {
		Package: "example.com/kv", Test: "TestGet", Nth: 1, Dir: dir, Outcome: attr.Passed, Strategy: "pos", Seed: 8, Executions: 10_000, Distinct: 9_000, Steps: 70_000,
	}}
	tests := []*ranTest{
		{Package: "example.com/kv", Test: "TestPut", Action: "fail", Seconds: 0.25, Output: []byte("    kv_test.go:5: ravel: deadlock found by pos in execution 11:\n")},
		{Package: "example.com/kv", Test: "TestGet", Action: "pass", Seconds: 1.5, Output: []byte("    kv_test.go:19: ravel: no failure found: 10,000 executions\n")},
		{Package: "example.com/kv", Test: "TestOld/small", Action: "fail", Seconds: 0.001, Output: []byte("        old_test.go:12: got 1, want <2> & \"more\"\n        old_test.go:13: and so on\n")},
		{Package: "example.com/kv", Test: "TestOld", Action: "fail", Seconds: 0.002},
		{Package: "example.com/kv", Test: "TestLater", Action: "skip", Output: []byte("    old_test.go:30: needs a network\n")},
		{Package: "example.com/kv", Action: "fail", Seconds: 2},
		{Package: "example.com/kv/broken", Action: "fail", NoBuild: true},
		{Package: "example.com/kv/dies", Test: "TestInit", Action: "pass", Output: []byte("half a line"), Cut: true},
		{Package: "example.com/kv/dies", Action: "fail", Seconds: 0.1, Output: []byte("panic: out of luck\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/repo/kv/dies/main.go:8 +0x1d\nexit status 2\n")},
	}
	return &gathered{explored: explored, tests: tests, source: sources{"/src/repo"}, dirs: map[string]string{"example.com/kv": dir, "example.com/kv/dies": dir + "/dies"}}
}

// hostileRun has one test, everything about which is the text.
func hostileRun(text string) *gathered {
	tr := trace.New(trace.Header{Test: text}, []trace.Event{
		{Step: 1, Kind: trace.Sent, Who: text, Peer: text, Type: text, Value: text, Place: failure.Place{File: text, Line: 3, Func: text}},
	}, nil)
	return &gathered{
		explored: []results.Exploration{{Package: "p", Test: "TestA", Nth: 1, Dir: "/src", Outcome: attr.Found, Failure: &results.Failure{
			Kind: "panic", Message: text, Detail: text, Text: text, File: text, Line: 1, Func: text, Token: text, Saved: text, Replay: text,
		}, Trace: tr}},
		tests: []*ranTest{
			{Package: "p", Test: "TestA", Action: "fail", Output: []byte(text)},
			{Package: "p", Test: "TestB", Action: "fail", Output: []byte("    a_test.go:1: " + text)},
			{Package: "p", Test: "Test/" + text, Action: "skip", Output: []byte(text)},
			{Package: "p", Action: "fail"},
		},
		source: sources{"/src"},
	}
}

// hostile are texts that break formats: markup, ends of CDATA, control characters, bytes that are no UTF-8, workflow
// commands of GitHub.
var hostile = []string{
	"", "<script>alert(1)</script>", "]]>", "a\x00b\x1b[31mred\x07", "\xff\xfe\xc0\x80 half \xe2\x82", "\ufffe\uffff", "\ud7ff\U0010ffff",
	"%0A::error file=x::y", "one\r\n::stop-commands::x\ntwo", "a,b:c=d%", "{0} {{1}} [link](1) \\[", strings.Repeat("é", mostAnnotation), "\u0085\u2028\u2029",
}

func TestFindings(t *testing.T) {
	var got []string
	for _, f := range sampleRun().findings() {
		got = append(got, fmt.Sprintf("%s %s|%s|%s|%s:%d", f.pkg, f.test, f.kind, f.message, f.at.file, f.at.line))
	}
	want := []string{
		"example.com/kv TestOld/small|go test|got 1, want <2> & \"more\"|kv/old_test.go:12",
		"example.com/kv TestPut|deadlock|nothing can move any more: 100% of {goroutines} wait [both]|kv/kv.go:41",
		"example.com/kv/broken |go test|the package does not compile|:0",
		"example.com/kv/dies |go test|panic: out of luck|kv/dies/main.go:8",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A failure without a line of its own has the last one of the trace.
func TestFindingWithoutLine(t *testing.T) {
	g := sampleRun()
	g.explored[0].Failure.File, g.explored[0].Failure.Line = "", 0
	g.explored[0].Trace.Events[2].Place = failure.Place{}
	if f := g.findings()[1]; f.at.file != "kv/kv.go" || f.at.line != 30 {
		t.Errorf("%+v", f.at)
	}
	g.explored[0].Trace = nil
	if f := g.findings()[1]; f.at != (place{}) {
		t.Errorf("%+v", f.at)
	}
}

func TestPlaces(t *testing.T) {
	s := sources{filepath.FromSlash("/src/repo")}
	for _, c := range []struct{ pkg, dir, file, want, uri string }{
		{"m/p", "/src/repo/p", "/src/repo/p/a b.go", "p/a b.go", "p/a%20b.go"},
		{"m/p", "/src/repo/p", "m/p/a.go", "p/a.go", "p/a.go"}, // -trimpath
		{"m/p", "/src/repo/p", "a.go", "p/a.go", "p/a.go"},
		{"m/p", "/src/repo/p", "../q/a.go", "q/a.go", "q/a.go"},
		{"m/p", "/src/repo/p", "/usr/go/src/sync/mutex.go", "/usr/go/src/sync/mutex.go", "file:///usr/go/src/sync/mutex.go"},
		{"m/p", "", "a.go", "a.go", "a.go"},
		{"m/p", "/src/repo/p", "/src/repo/p/a:b.go", "p/a:b.go", "p/a:b.go"},
		{"m/p", "/src/repo", "/src/repo/a:b.go", "a:b.go", "./a:b.go"},
	} {
		p := s.place(c.pkg, filepath.FromSlash(c.dir), filepath.FromSlash(c.file), 1, "")
		if p.file != c.want {
			t.Errorf("%s from %s is %s, want %s", c.file, c.dir, p.file, c.want)
		}
		if got := p.uri(); got != c.uri {
			t.Errorf("%s from %s is %s, want %s", c.file, c.dir, got, c.uri)
		}
	}
	if got := fileURI("/src/a b"); got != "file:///src/a%20b/" {
		t.Error(got)
	}
}

func TestRepository(t *testing.T) {
	root := t.TempDir()
	in := filepath.Join(root, "mod", "pkg")
	if err := os.MkdirAll(in, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "mod", "go.mod"), "module m\n")
	if got := repository(in).root; got != filepath.Join(root, "mod") {
		t.Errorf("of a module: %s", got)
	}
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	if got := repository(in).root; got != root {
		t.Errorf("of a clone: %s", got)
	}
	t.Setenv("GITHUB_WORKSPACE", filepath.Join(root, "mod", "pkg"))
	if got := repository(in).root; got != in {
		t.Errorf("in a workflow: %s", got)
	}
	t.Setenv("GITHUB_WORKSPACE", t.TempDir())
	if got := repository(in).root; got != root {
		t.Errorf("in a workflow of another folder: %s", got)
	}
}
