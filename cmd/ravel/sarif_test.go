package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/failure"
)

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := writeSARIF(&b, sampleRun()); err != nil {
		t.Fatal(err)
	}
	golden(t, "sarif.json", b.String())
	checkSARIF(t, b.Bytes())
}

func TestSARIFOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := writeSARIF(&b, &gathered{source: sources{"/src"}}); err != nil {
		t.Fatal(err)
	}
	checkSARIF(t, b.Bytes())
	if !strings.Contains(b.String(), `"results": []`) {
		t.Errorf("a run without failures has to have results, so that alerts are closed:\n%s", b.String())
	}
}

// Every kind of failure has a rule of its own that says what it is.
func TestSARIFRules(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range failure.Kinds() {
		r := sarifRuleOf(k.String())
		if sarifLines[k.String()] == "" || seen[r.ID] || !regexp.MustCompile(`^ravel/[a-z-]+$`).MatchString(r.ID) || !regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(r.Name) {
			t.Errorf("%s: rule %+v", k, r)
		}
		seen[r.ID] = true
	}
	if r := sarifRuleOf("of the future"); r.ID != "ravel/of-the-future" || r.Short.Text == "" {
		t.Errorf("%+v", r)
	}
}

// The fingerprint stays when lines move and numbers differ, and differs with everything else.
func TestFingerprint(t *testing.T) {
	base := finding{pkg: "p", test: "T", kind: "panic", message: "index 3 of 2", at: place{file: "a.go", line: 3}}
	same := base
	same.message, same.at.line = "index 5 of 4", 9
	if base.fingerprint() != same.fingerprint() {
		t.Error("another line makes another failure")
	}
	for _, change := range []func(*finding){
		func(f *finding) { f.test = "U" }, func(f *finding) { f.kind = "exit" }, func(f *finding) { f.at.file = "b.go" }, func(f *finding) { f.message = "nil map" },
	} {
		other := base
		change(&other)
		if base.fingerprint() == other.fingerprint() {
			t.Errorf("%+v has the fingerprint of %+v", other, base)
		}
	}
}

// object is a JSON object that is looked at as the schema of SARIF does.
type object map[string]any

func (o object) text(t *testing.T, name string) string {
	t.Helper()
	s, ok := o[name].(string)
	if !ok || s == "" {
		t.Errorf("%s is %v in %v", name, o[name], o)
	}
	return s
}

func (o object) objects(t *testing.T, name string) (list []object) {
	t.Helper()
	all, ok := o[name].([]any)
	if !ok && o[name] != nil {
		t.Errorf("%s is no list in %v", name, o)
	}
	for _, v := range all {
		list = append(list, v.(map[string]any))
	}
	return list
}

func (o object) object(name string) object {
	v, _ := o[name].(map[string]any)
	return v
}

func (o object) number(name string) int {
	n, ok := o[name].(float64)
	if !ok {
		return -1
	}
	return int(n)
}

// placeholder is what must not stand in a message that has no arguments: see sections 3.11.5 and 3.11.6.
var placeholder = regexp.MustCompile(`(^|[^{])(\{\{)*\{($|[^{])|(^|[^\\])(\\\\)*\[`)

// checkSARIF looks at a report as a validator of its schema does, and at what the standard demands beyond that.
func checkSARIF(t *testing.T, text []byte) {
	t.Helper()
	var log object
	if err := json.Unmarshal(text, &log); err != nil || !utf8.Valid(text) {
		t.Fatalf("no JSON: %v\n%.2000s", err, text)
	}
	if log["version"] != "2.1.0" || log.text(t, "$schema") == "" {
		t.Errorf("version %v", log["version"])
	}
	run := log.objects(t, "runs")[0]
	driver := run.object("tool").object("driver")
	driver.text(t, "name")
	for _, r := range driver.objects(t, "rules") {
		r.text(t, "id")
		r.object("shortDescription").text(t, "text")
		r.object("help").text(t, "text")
	}
	for name, v := range run.object("originalUriBaseIds") {
		if u := object(v.(map[string]any)).text(t, "uri"); !strings.HasPrefix(u, "file:///") || !strings.HasSuffix(u, "/") {
			t.Errorf("%s is %s", name, u)
		}
	}
	for _, r := range run.objects(t, "results") {
		rules := driver.objects(t, "rules")
		if i := r.number("ruleIndex"); i < 0 || i >= len(rules) || rules[i]["id"] != r["ruleId"] {
			t.Errorf("rule %v has index %v", r["ruleId"], r["ruleIndex"])
		}
		checkSARIFMessage(t, r.object("message"))
		r.object("partialFingerprints").text(t, "ravelFailure/v1")
		for _, l := range append(r.objects(t, "locations"), r.objects(t, "relatedLocations")...) {
			checkSARIFLocation(t, l)
		}
		ids := map[int]bool{}
		for _, l := range r.objects(t, "relatedLocations") {
			if id := l.number("id"); id < 1 || ids[id] {
				t.Errorf("related location %d", id)
			}
			ids[l.number("id")] = true
		}
		for _, f := range r.objects(t, "codeFlows") {
			checkSARIFMessage(t, f.object("message"))
			threads := f.objects(t, "threadFlows")
			orders := map[int]bool{}
			for _, th := range threads {
				steps := th.objects(t, "locations")
				for _, s := range steps {
					checkSARIFLocation(t, s.object("location"))
					if n := s.number("executionOrder"); n < 1 || orders[n] {
						t.Errorf("execution order %d", n)
					}
					orders[s.number("executionOrder")] = true
				}
				if len(steps) == 0 {
					t.Error("a thread without locations")
				}
			}
			if len(threads) == 0 {
				t.Error("a code flow without threads")
			}
		}
	}
}

func checkSARIFMessage(t *testing.T, m object) {
	t.Helper()
	if s := m.text(t, "text"); placeholder.MatchString(s) {
		t.Errorf("a placeholder or a link in %q", s)
	}
}

func checkSARIFLocation(t *testing.T, l object) {
	t.Helper()
	if m := l.object("message"); m != nil {
		checkSARIFMessage(t, m)
	}
	p := l.object("physicalLocation")
	if p == nil {
		return
	}
	a := p.object("artifactLocation")
	u, err := url.Parse(a.text(t, "uri"))
	if err != nil || a["uriBaseId"] != nil && (u.IsAbs() || strings.HasPrefix(u.Path, "/")) {
		t.Errorf("URI %v of base %v, %v", a["uri"], a["uriBaseId"], err)
	}
	if r := p.object("region"); r != nil && r.number("startLine") < 1 {
		t.Errorf("line %d", r.number("startLine"))
	}
}

func checkHostileSARIF(t *testing.T, text string) {
	t.Helper()
	var b bytes.Buffer
	if err := writeSARIF(&b, hostileRun(text)); err != nil {
		t.Fatal(err)
	}
	checkSARIF(t, b.Bytes())
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	read := strings.NewReplacer("{{", "{", "}}", "}", `\\`, `\`, `\[`, "[", `\]`, "]").Replace(log.Runs[0].Results[0].Message.Text)
	if !strings.Contains(read, printable(text)) {
		t.Errorf("%q came as %q", text, read)
	}
}

func TestHostileSARIF(t *testing.T) {
	for _, text := range hostile {
		checkHostileSARIF(t, text)
	}
}

func FuzzSARIF(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(checkHostileSARIF)
}
