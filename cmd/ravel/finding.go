package main

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/results"
	"github.com/ravelgo/ravel/trace"
)

// finding is why a test failed, as reports for other programs tell it: what an exploration found, or, of a test that was not
// explored, what it said.
type finding struct {
	pkg, test string
	kind      string // the word of a kind of failure, or plainFailure
	message   string // one sentence
	text      string // everything there is to say
	detail    string
	replay    string // a command; "" if there is none
	at        place
	trace     *trace.Trace // of the failing execution, or nil
	from      *results.Exploration
}

// plainFailure is the kind of what go test reports without Ravel.
const plainFailure = "go test"

// findings lists all that failed: what explorations found, and the tests that failed for nothing that an exploration knows
// of. A test does not count if one of its subtests does, nor a package if one of its tests does.
func (g *gathered) findings() []finding {
	var list []finding
	known := map[string]bool{} // by package and test, and whatever they are a part of
	for i := range g.explored {
		if e := &g.explored[i]; e.Failure != nil {
			list = append(list, g.explorationFinding(e))
			mark(known, e.Package, e.Test)
		}
	}
	for _, t := range g.tests {
		if t.Action == "fail" && !known[t.Package+" "+t.Test] {
			list = append(list, g.plainFinding(t))
			mark(known, t.Package, t.Test)
		}
	}
	slices.SortStableFunc(list, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.test, b.test))
	})
	return list
}

// mark notes that there is a reason for a test to have failed, and for everything that it is a part of.
func mark(known map[string]bool, pkg, test string) {
	for {
		known[pkg+" "+test] = true
		if test == "" {
			return
		}
		test = test[:max(strings.LastIndexByte(test, '/'), 0)]
	}
}

func (g *gathered) explorationFinding(e *results.Exploration) finding {
	f := e.Failure
	found := finding{
		pkg: e.Package, test: e.Test, kind: f.Kind, message: f.Message, detail: f.Detail, replay: f.Replay,
		text: cmp.Or(f.Text, f.Message), trace: e.Trace, from: e,
	}
	found.at = g.sources().place(e.Package, e.Dir, f.File, f.Line, f.Func)
	if found.at.line == 0 {
		found.at = g.lastPlace(e)
	}
	return found
}

// lastPlace is the line of the last thing that the failing execution did, for failures that have no line of their own.
func (g *gathered) lastPlace(e *results.Exploration) place {
	if e.Trace == nil {
		return place{}
	}
	for i := len(e.Trace.Events) - 1; i >= 0; i-- {
		if p := e.Trace.Events[i].Place; !p.IsZero() {
			return g.sources().place(e.Package, e.Dir, p.File, p.Line, p.Func)
		}
	}
	return place{}
}

// said is a line of what a test printed that package testing has marked with its place.
var said = regexp.MustCompile(`(?m)^[ \t]+([^\s:]+\.go):([0-9]+): (.*)$`)

// broke is the line of a compiler or of a stack trace.
var broke = regexp.MustCompile(`(?m)^[ \t]*((?:[A-Za-z]:)?[^\s:]*\.go):([0-9]+)\b`)

func (g *gathered) plainFinding(t *ranTest) finding {
	f := finding{pkg: t.Package, test: t.Test, kind: plainFailure, text: strings.TrimRight(string(t.Output), "\n")}
	switch {
	case t.NoBuild:
		f.message = "the package does not compile"
	case t.Test == "":
		f.message = cmp.Or(firstLine(t.Output), "the test process failed")
	default:
		f.message = "the test failed"
	}
	m := said.FindSubmatch(t.Output)
	if m != nil {
		f.message = cmp.Or(string(bytes.TrimSpace(m[3])), f.message)
	} else if m = broke.FindSubmatch(t.Output); m == nil {
		return f
	}
	line, _ := strconv.Atoi(string(m[2]))
	f.at = g.sources().place(t.Package, g.dirs[t.Package], string(m[1]), line, "")
	return f
}

func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.TrimSpace(line))
}

// explorationsOf returns what was explored in a test.
func (g *gathered) explorationsOf(pkg, test string) []*results.Exploration {
	var list []*results.Exploration
	for i := range g.explored {
		if e := &g.explored[i]; e.Package == pkg && e.Test == test && e.Outcome != attr.Plain {
			list = append(list, e)
		}
	}
	return list
}
