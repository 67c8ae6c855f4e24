package view

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// file is a source of one file.
type file struct {
	name  string
	lines []string
}

func (f file) Lines(name string) ([]string, bool) { return f.lines, name == f.name }

func numbered(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d", i+1)
	}
	return lines
}

func at(line int) failure.Place {
	return failure.Place{File: "/src/a.go", Line: line, Func: "example.com/a.F"}
}

func sample() *trace.Trace {
	return &trace.Trace{
		Header: trace.Header{Package: "example.com/a", Test: "TestA"},
		Events: []trace.Event{
			{Step: 1, Kind: trace.Began, Who: "test"},
			{Step: 2, Kind: trace.Sent, Who: "a", Peer: "b", Type: "x.E", Value: "{N: 1}", Place: at(10), Stack: []failure.Place{at(10), at(90)}},
			{Step: 3, Kind: trace.Took, Who: "b", Peer: "a", Type: "x.E", Value: "{N: 1}", Sent: 2, After: []int{1}},
			{Step: 3, Kind: trace.Heard, Who: "M", Peer: "b", Type: "x.Done", After: []int{2}},
			{Step: 3, Kind: trace.Logged, Who: "b", Value: "done"},
		},
		Failure: &trace.Failure{Kind: failure.KindAssertion, Error: "it broke", Site: failure.Site{Place: at(12)}},
	}
}

func page(t *testing.T, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elementOf is what stands in the element of an id.
func elementOf(t *testing.T, page, id string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `id="`+id+`">`)
	if !ok {
		t.Fatalf("no element %s", id)
	}
	text, _, _ := strings.Cut(rest, "</script>")
	return text
}

func dataIn(t *testing.T, page string) (d pageData) {
	t.Helper()
	if err := json.Unmarshal([]byte(elementOf(t, page, "ravel-page")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPageHoldsTraceWordsAndSources(t *testing.T) {
	text := page(t, Page{Failures: []Failure{{Trace: sample(), Command: "ravel replay x"}}, Sources: file{"/src/a.go", numbered(100)}})
	read, err := trace.ReadJSON(strings.NewReader(elementOf(t, text, "ravel-failing-0")))
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Events) != 5 || read.Events[1].Value != "{N: 1}" || read.Failure.Error != "it broke" {
		t.Errorf("the lines of the trace are another one: %+v", read)
	}
	d := dataIn(t, text)
	f := d.Failures[0]
	if f.Title != "TestA" || f.Command != "ravel replay x" || f.Passing != nil || f.Deciding != -1 {
		t.Errorf("failure: %+v", f)
	}
	var names []string
	for _, l := range f.Failing.Lanes {
		names = append(names, l.Name)
	}
	if got := strings.Join(names, " "); got != "test a b M" {
		t.Errorf("lanes %s: monitors stand behind the others", got)
	}
	words := func(i int) string {
		d := f.Failing
		middle := [...]string{"", read.Events[i].Value, "(" + read.Events[i].Value + ")"}[d.Payload[i]]
		return d.Lanes[d.Lane[i]].Name + " " + d.Texts[d.Before[i]] + middle + d.Texts[d.After[i]]
	}
	for i, want := range []string{"test starts", "a sends E{N: 1} to b", "b takes E{N: 1} from a (sent in step 2)", "M hears Done from b", "b logs: done"} {
		if got := words(i); got != want {
			t.Errorf("event %d: %q, want %q", i, got, want)
		}
	}
	got := d.Sources["/src/a.go"]
	if len(got) != 2 || got[0].First != 4 || len(got[0].Lines) != 15 || got[1].First != 84 || got[1].Lines[6] != "line 90" {
		t.Errorf("sources: %+v", got)
	}
}

func TestPassingTraceAndDecidingEvent(t *testing.T) {
	for _, c := range []struct{ given, want int }{{2, 2}, {-1, -1}, {99, -1}} {
		d := dataIn(t, page(t, Page{Failures: []Failure{{Trace: sample(), Passing: sample(), Deciding: c.given}}}))
		if f := d.Failures[0]; f.Deciding != c.want || f.Passing == nil || f.Passing.Element != "ravel-passing-0" {
			t.Errorf("deciding %d: %+v", c.given, f)
		}
	}
}

// The policy names the very script and style that are in the page.
func TestPolicy(t *testing.T) {
	text := page(t, Page{Title: "<b>&", Failures: []Failure{{Trace: sample()}}})
	for _, kind := range []string{"script", "style"} {
		_, rest, _ := strings.Cut(text, "<"+kind+">")
		body, _, _ := strings.Cut(rest, "</"+kind+">")
		sum := sha256.Sum256([]byte(body))
		if want := kind + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(text, want) {
			t.Errorf("the policy does not have %s", want)
		}
	}
	if !strings.Contains(text, "default-src 'none'") || !strings.Contains(text, "<title>"+html.EscapeString("<b>&")+"</title>") {
		t.Error("head:", text[:800])
	}
	if m := regexp.MustCompile(`(?i)<(link|img|iframe|base)\b|\b(src|href)="`).FindString(text); m != "" {
		t.Errorf("the page may load something: %s", m)
	}
}

func TestHostileTextsStayData(t *testing.T) {
	hostile := "</script><script>alert(1)</script><!-- \u2028\u2029 \xff"
	s := sample()
	for i := range s.Events {
		ev := &s.Events[i]
		ev.Who, ev.Type, ev.Value = hostile, hostile, hostile
	}
	s.Test, s.Failure.Error = hostile, hostile
	text := page(t, Page{Title: hostile, Failures: []Failure{{Title: hostile, Note: hostile, Command: hostile, Trace: s}}, Sources: file{"/src/a.go", []string{hostile, hostile, hostile, hostile, hostile, hostile, hostile}}})
	if n := strings.Count(text, "<script"); n != 3 {
		t.Errorf("%d begins of script elements, want 3: two of data and the viewer", n)
	}
	if _, body, _ := strings.Cut(text, "<body>"); strings.Contains(body, "<!--") || strings.ContainsAny(body, "\u2028\u2029") {
		t.Error("a comment or a separator of lines got into the page")
	}
	if got := dataIn(t, text).Failures[0].Title; got != strings.ToValidUTF8(hostile, "\uFFFD") {
		t.Errorf("title %q", got)
	}
}

func TestHugeTextsAreCut(t *testing.T) {
	s := sample()
	s.Events[1].Value = strings.Repeat("ä", 1<<20)
	s.Events[4].Value = strings.Repeat("<", 1<<20)
	s.Failure.Detail = strings.Repeat("x", 1<<20)
	text := page(t, Page{Failures: []Failure{{Trace: s}}})
	if len(text) > 1<<20 {
		t.Errorf("the page has %d bytes", len(text))
	}
	if !strings.Contains(text, "ä … (2097152 bytes in all)") {
		t.Error("the cut is not said")
	}
	if s.Events[4].Value[maxText:] == "" {
		t.Error("the trace of the caller has changed")
	}
}

func TestMistakes(t *testing.T) {
	for want, p := range map[string]Page{
		"there is no failure":           {},
		"failure 1 (lost) has no trace": {Failures: []Failure{{Title: "lost"}}},
	} {
		if err := Write(&bytes.Buffer{}, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := Write(broken{}, Page{Failures: []Failure{{Trace: sample()}}}); err == nil {
		t.Error("a writer that fails is not noticed")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

// What is embedded was made of the sources that are here. npm run check compares it with a fresh build.
func TestViewerIsBuilt(t *testing.T) {
	sums, err := os.ReadFile("page/sources.sum")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = true
		text, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v: run npm run build in view", err)
			continue
		}
		sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
		if hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has changed since the viewer was built: run npm run build in view, and commit view/page", name)
		}
	}
	sources, err := os.ReadDir("src")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range sources {
		if !listed["src/"+e.Name()] {
			t.Errorf("src/%s is not in the built viewer: run npm run build in view, and commit view/page", e.Name())
		}
	}
	if len(script) > 80<<10 || len(style) > 20<<10 {
		t.Errorf("the viewer has %d bytes of script and %d of style: pages carry all of it", len(script), len(style))
	}
}
