package main

import (
	"slices"
	"strings"
)

// ranTests gathers how tests ended from what go test -json says.
type ranTests struct {
	ended   []*ranTest // in the order in which they ended
	running map[string]*ranTest
}

// ranTest is a test or a package that has ended, and what it printed.
type ranTest struct {
	Package string
	Test    string // "" for the package
	Action  string // pass, fail or skip; fail also of a test that its package did not wait for
	Seconds float64
	Output  []byte // without what package testing adds around it; of a package, what belongs to no test
	Cut     bool   // Output is only the beginning
	NoBuild bool   // the package did not compile
}

// mostOutput is how many bytes of what a test printed are kept.
const mostOutput = 1 << 20

func (r *ranTests) note(e *event) {
	if e.Package == "" {
		return
	}
	key := e.Package + " " + e.Test
	t := r.running[key]
	if t == nil {
		t = &ranTest{Package: e.Package, Test: e.Test}
		if r.running == nil {
			r.running = map[string]*ranTest{}
		}
		r.running[key] = t
	}
	switch e.Action {
	case "output":
		t.print(e.Output)
	case "pass", "fail", "skip":
		delete(r.running, key)
		t.Action, t.Seconds, t.NoBuild = e.Action, e.Elapsed, e.FailedBuild != ""
		if t.Test == "" {
			r.abandon(t.Package)
		}
		r.ended = append(r.ended, t)
	}
}

// abandon ends the tests that did not get to their end before their package did: its process died.
func (r *ranTests) abandon(pkg string) {
	var left []*ranTest
	for key, t := range r.running {
		if t.Package == pkg {
			delete(r.running, key)
			t.Action = "fail"
			left = append(left, t)
		}
	}
	slices.SortFunc(left, func(a, b *ranTest) int { return strings.Compare(b.Test, a.Test) }) // subtests first
	r.ended = append(r.ended, left...)
}

func (t *ranTest) print(line string) {
	if strings.HasPrefix(line, "=== ") || strings.HasPrefix(strings.TrimLeft(line, " "), "--- ") {
		return
	}
	if t.Test == "" && (line == "PASS\n" || line == "FAIL\n") {
		return
	}
	if room := mostOutput - len(t.Output); len(line) > room {
		line, t.Cut = line[:max(room, 0)], true
	}
	t.Output = append(t.Output, line...)
}
