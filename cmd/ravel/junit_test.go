package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"testing"
)

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := writeJUnit(&b, sampleRun()); err != nil {
		t.Fatal(err)
	}
	golden(t, "junit.xml", b.String())
	checkJUnit(t, b.Bytes())
}

// junitChildren are the elements that each element has, in the order of the schemas of Ant (the one that Windy Road has
// published) and of Jenkins' xUnit plugin.
var junitChildren = map[string][]string{
	"":           {"testsuites"},
	"testsuites": {"testsuite"},
	"testsuite":  {"properties", "testcase", "system-out", "system-err"},
	"properties": {"property"},
	"testcase":   {"skipped", "error", "failure", "system-out", "system-err"},
}

// junitAttributes are those that the schemas want.
var junitAttributes = map[string][]string{
	"testsuite": {"name", "id", "package", "tests", "failures", "errors", "time"},
	"testcase":  {"name", "classname", "time"},
	"property":  {"name", "value"},
	"failure":   {"type"},
	"error":     {"type"},
}

// checkJUnit looks at a report as a validator of its schema does.
func checkJUnit(t *testing.T, text []byte) {
	t.Helper()
	type open struct {
		name string
		last int // index in junitChildren of the last child
		has  map[string]int
	}
	stack := []open{{has: map[string]int{}}}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%.2000s", err, text)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, top := token.Name.Local, &stack[len(stack)-1]
			i := slices.Index(junitChildren[top.name], name)
			if i < 0 || i < top.last {
				t.Fatalf("%s in %s, behind %v", name, top.name, top.has)
			}
			top.last = i
			top.has[name]++
			var has []string
			for _, a := range token.Attr {
				if slices.Contains(has, a.Name.Local) {
					t.Errorf("%s has %s twice", name, a.Name.Local)
				}
				has = append(has, a.Name.Local)
				if n, err := strconv.Atoi(a.Value); a.Name.Local == "tests" && (err != nil || n < 0) {
					t.Errorf("%s has %s tests", name, a.Value)
				}
			}
			for _, want := range junitAttributes[name] {
				if !slices.Contains(has, want) {
					t.Errorf("%s has no %s", name, want)
				}
			}
			stack = append(stack, open{name: name, has: map[string]int{}})
		case xml.EndElement:
			top := stack[len(stack)-1]
			if n := top.has["skipped"] + top.has["error"] + top.has["failure"]; n > 1 {
				t.Errorf("a test that ends in %d ways", n)
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func checkHostileJUnit(t *testing.T, text string) {
	t.Helper()
	var b bytes.Buffer
	if err := writeJUnit(&b, hostileRun(text)); err != nil {
		t.Fatal(err)
	}
	checkJUnit(t, b.Bytes())
	var all junitSuites
	if err := xml.Unmarshal(b.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	c := all.Suites[0].Cases
	if len(c) != 3 || c[0].Failure == nil || c[1].Failure == nil || c[2].Skipped == nil {
		t.Fatalf("%q: %+v", text, c)
	}
	// Readers of XML take any end of line for a newline.
	if want := normalized(text); want != "" && normalized(c[0].Failure.Text) != want {
		t.Errorf("%q came as %q", text, c[0].Failure.Text)
	}
	if want := printable("Test/" + text); c[2].Name != want {
		t.Errorf("%q came as the name %q", text, c[2].Name)
	}
}

func normalized(s string) string {
	s = printable(s)
	return string(bytes.ReplaceAll(bytes.ReplaceAll([]byte(s), []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n")))
}

func TestHostileJUnit(t *testing.T) {
	for _, text := range hostile {
		checkHostileJUnit(t, text)
	}
}

func FuzzJUnit(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(checkHostileJUnit)
}
