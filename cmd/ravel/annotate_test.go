package main

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAnnotations(t *testing.T) {
	var b bytes.Buffer
	if err := annotate(&b, sampleRun()); err != nil {
		t.Fatal(err)
	}
	golden(t, "annotations.txt", b.String())
}

// readCommand undoes what a workflow command has escaped, as the runner does.
func readCommand(t *testing.T, line string) (properties map[string]string, data string) {
	t.Helper()
	m := regexp.MustCompile(`^::error ([^\r\n]*?)::([^\r\n]*)$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("no command: %q", line)
	}
	data = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(m[2])
	properties = map[string]string{}
	for _, p := range strings.Split(m[1], ",") {
		k, v, ok := strings.Cut(p, "=")
		if !ok {
			t.Fatalf("no property: %q in %q", p, line)
		}
		properties[k] = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(v)
	}
	return properties, data
}

func checkAnnotations(t *testing.T, text string) {
	t.Helper()
	var b bytes.Buffer
	g := hostileRun(text)
	if err := annotate(&b, g); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b.Bytes()) {
		t.Errorf("%q: not UTF-8", text)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	found := g.findings()
	if len(lines) != len(found) {
		t.Fatalf("%q: %d lines for %d findings:\n%s", text, len(lines), len(found), b.String())
	}
	for i, f := range found {
		p, data := readCommand(t, lines[i])
		if p["file"] != printable(f.at.file) || p["title"] != printable(f.test+": "+f.kind) {
			t.Errorf("%q: properties %q", text, p)
		}
		if p["line"] != strconv.Itoa(f.at.line) && f.at.line > 0 && f.at.file != "" {
			t.Errorf("%q: line %s", text, p["line"])
		}
		if len(f.message) < mostAnnotation && !strings.HasPrefix(data, printable(f.message)) {
			t.Errorf("%q came as %q", f.message, data)
		}
	}
}

func TestHostileAnnotations(t *testing.T) {
	for _, text := range hostile {
		checkAnnotations(t, text)
	}
}

func FuzzAnnotations(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(checkAnnotations)
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain, é and →": "plain, é and →", "a\tb\r\nc": "a\tb\r\nc", "\x00\x1b[0m\x7f": `\x00\x1b[0m\x7f`,
		"\xff\xe2\x82": `\xff\xe2\x82`, "\u0085\uffff": `\x85\uffff`, "\ufffd": "\ufffd", "\ufffd\x01": "\ufffd\\x01",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
