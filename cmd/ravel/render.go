package main

import (
	"io"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
)

// renderer turns the events of go test -json back into what go test prints, and adds what the passing Ravel tests say
// about what they explored.
type renderer struct {
	out, err  io.Writer
	raw       io.Writer // if set, events are passed on as they come
	verbose   bool      // everything is shown, as it comes
	verdict   *verdict
	reporting *reporting // nil if nothing is reported
	board     board
	tests     map[string]*testOutput // the running ones, by package and name
	order     []string
}

// testOutput is what a running test and its subtests have printed.
type testOutput struct {
	lines    []string
	children []string
	show     bool
}

func (r *renderer) show(e *event) {
	switch {
	case e.Action == "build-output":
		io.WriteString(r.err, e.Output)
	case r.verbose:
		if !strings.HasPrefix(e.Output, "=== ATTR  "+e.Test+" "+attr.Prefix) {
			io.WriteString(r.out, e.Output)
		}
	case e.Test == "":
		r.showPackage(e)
	default:
		r.showTest(e)
	}
}

func (r *renderer) showPackage(e *event) {
	switch e.Action {
	case "output":
		if strings.HasPrefix(e.Output, "FAIL\t") {
			r.end(e.Package)
		}
		if e.Output != "PASS\n" && e.Output != "FAIL\n" {
			io.WriteString(r.out, e.Output)
		}
	case "fail":
		r.end(e.Package)
	}
}

func (r *renderer) showTest(e *event) {
	key := e.Package + " " + e.Test
	t := r.tests[key]
	if t == nil {
		t = &testOutput{}
		if r.tests == nil {
			r.tests = map[string]*testOutput{}
		}
		r.tests[key] = t
		r.order = append(r.order, key)
	}
	switch e.Action {
	case "output":
		if !strings.HasPrefix(e.Output, "=== ") {
			t.lines = append(t.lines, e.Output)
		}
	case "attr":
		t.show = t.show || e.Key == attr.OutcomeKey && e.Value != string(attr.Plain)
	case "fail", "pass", "skip":
		t.show = t.show || e.Action == "fail"
		r.finish(key, t)
	}
}

// finish prints a test, or hands its text to the test that it is a part of.
func (r *renderer) finish(key string, t *testOutput) {
	delete(r.tests, key)
	if !t.show {
		return
	}
	text := t.text()
	if i := strings.LastIndexByte(key, '/'); i > strings.LastIndexByte(key, ' ') {
		if parent := r.tests[key[:i]]; parent != nil {
			if strings.HasPrefix(text, "--- ") { // it has ended
				text = indent(text)
			}
			parent.children = append(parent.children, text)
			parent.show = true
			return
		}
	}
	io.WriteString(r.out, text)
}

// indent moves the text of a subtest to where go test has it.
func indent(text string) string {
	const margin = "    "
	return margin + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+margin) + "\n"
}

// text is the result of the test, then what it printed, then its subtests: the order of go test.
func (t *testOutput) text() string {
	var head, body strings.Builder
	for _, l := range t.lines {
		if strings.HasPrefix(strings.TrimLeft(l, " "), "--- ") {
			head.WriteString(l)
		} else {
			body.WriteString(l)
		}
	}
	return head.String() + body.String() + strings.Join(t.children, "")
}

// end prints the tests of a package that never ended, last ones first, so that subtests come into their tests.
func (r *renderer) end(pkg string) {
	for i := len(r.order) - 1; i >= 0; i-- {
		key := r.order[i]
		if !strings.HasPrefix(key, pkg+" ") {
			continue
		}
		if t := r.tests[key]; t != nil {
			t.show = true
			r.finish(key, t)
		}
		r.order = slices.Delete(r.order, i, i+1)
	}
}
