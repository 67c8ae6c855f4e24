package linear_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/spec/internal/spectest"
	"github.com/ravelgo/ravel/trace"
)

const page = "../../docs/specifications.md"

// marked is a fenced block with the hidden line above it that says what it shows.
var marked = regexp.MustCompile("(?ms)^<!-- ([^\n]*) -->\n```(\\w+)\n(.*?)^```\n")

// The code blocks of the page are the declarations of guide_test.go that begin with the texts above them, and its output
// is that of TestCache. -update rewrites them.
func TestPage(t *testing.T) {
	text := readFile(t, page)
	if n := strings.Count(text, "\n```") / 2; n != len(marked.FindAllString(text, -1)) {
		t.Errorf("the page has %d blocks, not all of which say what they show", n)
	}
	changed := marked.ReplaceAllStringFunc(text, func(block string) string {
		m := marked.FindStringSubmatch(block)
		want := lastLines(t)
		if m[1] != "output" {
			want = declarations(t, strings.Split(m[1], " | "))
		}
		if m[3] != want && !*update {
			t.Errorf("the block %q differs (-update rewrites it), want:\n%s", m[1], want)
		}
		return "<!-- " + m[1] + " -->\n```" + m[2] + "\n" + want + "```\n"
	})
	if *update {
		if err := os.WriteFile(page, []byte(changed), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// declarations returns those that begin with the given texts: from there to the first bracket at the start of a line.
func declarations(t *testing.T, prefixes []string) string {
	t.Helper()
	source := readFile(t, "guide_test.go")
	var found []string
	for _, prefix := range prefixes {
		_, rest, ok := strings.Cut(source, "\n"+prefix)
		end := regexp.MustCompile(`(?m)^[)}]\n`).FindStringIndex(rest)
		if !ok || end == nil {
			t.Fatalf("guide_test.go declares no %s", prefix)
		}
		found = append(found, prefix+rest[:end[1]])
	}
	return strings.Join(found, "\n")
}

// lastLines returns the end of the report of the careless database, without the place in this package that noticed it.
func lastLines(t *testing.T) string {
	t.Helper()
	f := spectest.Mutant(t, cached(true), careless)
	text := f.Trace.Text(trace.TextOptions{})
	from, to := strings.Index(text, "  logs: the history"), strings.Index(text, "\n    where:")
	if from < 0 || to < from {
		t.Fatalf("the report has another form:\n%s", text)
	}
	from = strings.LastIndex(text[:from], "  takes ")
	from = strings.LastIndex(text[:from], "\n") + 1
	return text[from : to+1]
}
