package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/internal/results"
)

// JUnit's report, in the form that Ant's task and Jenkins' plugin agree on: elements come in the order of their schemas,
// and what only one of them knows is left out, but for file and line of a test, which GitLab shows.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     junitTime    `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string           `xml:"name,attr"`
		ID         int              `xml:"id,attr"`
		Package    string           `xml:"package,attr"`
		Tests      int              `xml:"tests,attr"`
		Failures   int              `xml:"failures,attr"`
		Errors     int              `xml:"errors,attr"`
		Skipped    int              `xml:"skipped,attr"`
		Time       junitTime        `xml:"time,attr"`
		Properties *junitProperties `xml:"properties"`
		Cases      []junitCase      `xml:"testcase"`
	}
	junitProperties struct {
		List []junitProperty `xml:"property"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      junitTime     `xml:"time,attr"`
		File      string        `xml:"file,attr,omitempty"`
		Line      int           `xml:"line,attr,omitempty"`
		Skipped   *junitMessage `xml:"skipped"`
		Error     *junitMessage `xml:"error"`
		Failure   *junitMessage `xml:"failure"`
		Output    *junitText    `xml:"system-out"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	junitText struct {
		Text string `xml:",cdata"`
	}
	junitTime float64 // seconds
)

// MarshalXMLAttr writes seconds as all readers of such files can read them.
func (t junitTime) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: fmt.Sprintf("%.3f", float64(t))}, nil
}

// writeJUnit writes all tests as JUnit does: a suite for each package, a case for each test.
func writeJUnit(w io.Writer, g *gathered) error {
	all := junitSuites{Name: "ravel"}
	for _, pkg := range g.packages() {
		s := g.suite(pkg)
		s.ID = len(all.Suites)
		all.Suites = append(all.Suites, s)
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
		all.Time += s.Time
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// packages are those of which something has ended, in that order.
func (g *gathered) packages() (list []string) {
	seen := map[string]bool{}
	for _, t := range g.tests {
		if !seen[t.Package] {
			seen[t.Package] = true
			list = append(list, t.Package)
		}
	}
	return list
}

func (g *gathered) suite(pkg string) junitSuite {
	s := junitSuite{Name: printable(pkg), Package: printable(pkg)}
	var properties []junitProperty
	found := map[string][]finding{}
	for _, f := range g.findings() {
		if f.pkg == pkg {
			found[f.test] = append(found[f.test], f)
		}
	}
	for _, t := range g.tests {
		if t.Package != pkg {
			continue
		}
		if t.Test == "" {
			s.Time = junitTime(t.Seconds)
			if len(found[""]) == 0 {
				continue
			}
		}
		c := t.junitCase(found[t.Test])
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
		properties = append(properties, g.explorationProperties(pkg, t.Test)...)
	}
	if len(properties) > 0 {
		s.Properties = &junitProperties{properties}
	}
	return s
}

// junitCase is the test, with what is known of its failures. A package that failed without a failing test is a case, too.
func (t *ranTest) junitCase(found []finding) junitCase {
	c := junitCase{Name: printable(cmp.Or(t.Test, "(package)")), ClassName: printable(t.Package), Time: junitTime(t.Seconds)}
	output := string(t.Output)
	switch {
	case t.Action == "skip":
		message := cmp.Or(firstSaid(t.Output), "skipped")
		c.Skipped = &junitMessage{Message: printable(message)}
	case t.Action == "fail":
		m := junitFailure(found)
		if len(found) > 0 {
			c.File, c.Line = printable(found[0].at.file), found[0].at.line
		}
		if t.Test == "" {
			c.Error = m
		} else {
			c.Failure = m
		}
		if len(found) > 0 && found[0].from == nil {
			output = "" // it is the text of the failure
		}
	}
	if t.Cut && output != "" {
		output += "\n... the rest was left out\n"
	}
	if output != "" {
		c.Output = &junitText{printable(output)}
	}
	return c
}

// junitFailure tells all failures of a test in one element, as some readers take no more.
func junitFailure(found []finding) *junitMessage {
	if len(found) == 0 {
		return &junitMessage{Message: "one of its subtests failed", Type: plainFailure}
	}
	m := &junitMessage{Message: printable(found[0].message), Type: printable(found[0].kind)}
	var texts []string
	for _, f := range found {
		texts = append(texts, f.text)
	}
	m.Text = printable(strings.Join(texts, "\n\n"))
	return m
}

// firstSaid is the first thing that a test logged.
func firstSaid(output []byte) string {
	if m := said.FindSubmatch(output); m != nil {
		return string(m[3])
	}
	return ""
}

// explorationProperties are the figures of what was explored in a test.
func (g *gathered) explorationProperties(pkg, test string) (list []junitProperty) {
	for _, e := range g.explorationsOf(pkg, test) {
		name := "ravel." + e.Test
		if e.Nth > 1 {
			name += fmt.Sprintf("#%d", e.Nth)
		}
		list = append(list, junitProperty{printable(name), printable(figures(e))})
	}
	return list
}

// figures is what an exploration did, in a line that programs can read as well.
func figures(e *results.Exploration) string {
	text := fmt.Sprintf("outcome=%s executions=%d distinct=%d steps=%d", e.Outcome, e.Executions, e.Distinct, e.Steps)
	if e.Strategy != "" {
		text += fmt.Sprintf(" strategy=%s seed=%d", e.Strategy, e.Seed)
	}
	if f := e.Failure; f != nil {
		text += fmt.Sprintf(" kind=%q found.steps=%d shrunk.steps=%d", f.Kind, f.Found.Steps, f.Shrunk.Steps)
		if f.Token != "" {
			text += " token=" + f.Token
		}
	}
	return text
}
