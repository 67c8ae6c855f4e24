package statediagram_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/coverage/statediagram"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it), got:\n%s", path, got)
	}
}

// hostile would mean something in either language, if it were not written as a text.
const hostile = "A\"]) --> B;\n</b>#quot;\\ & `%%` | end\x00\xff"

func load(t *testing.T) *coverage.Coverage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "coverage.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := coverage.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func odd() *coverage.Coverage {
	return &coverage.Coverage{Machines: []coverage.Machine{{
		Package: hostile, Name: hostile, Kind: coverage.IsMachine,
		States:      []coverage.State{{Name: hostile, Start: true, Count: coverage.Count{Times: 1, Executions: 1}}},
		Pairs:       []coverage.Pair{{State: hostile, Event: hostile, Does: coverage.On}, {State: hostile, Event: hostile, Does: coverage.Defer}},
		Transitions: []coverage.Transition{{From: hostile, Event: hostile, Does: coverage.Goto, To: hostile}, {From: "nowhere", Event: "e", Does: coverage.Goto, To: "nowhere"}},
	}}}
}

func TestMermaid(t *testing.T) {
	for name, c := range map[string]*coverage.Coverage{"sample": load(t), "hostile": odd()} {
		var b strings.Builder
		if err := statediagram.Mermaid(&b, c); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".mmd", b.String())
		if strings.Contains(b.String(), "</b>#") || strings.ContainsAny(b.String(), "\x00`&\\") || strings.Contains(b.String(), "\xff") {
			t.Errorf("%s: not escaped:\n%s", name, b.String())
		}
	}
}

func TestDOT(t *testing.T) {
	for name, c := range map[string]*coverage.Coverage{"sample": load(t), "hostile": odd()} {
		var b strings.Builder
		if err := statediagram.DOT(&b, c); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".dot", b.String())
		if strings.Contains(b.String(), `A"]`) || strings.Contains(b.String(), "\x00") || strings.Contains(b.String(), "\xff") {
			t.Errorf("%s: not escaped:\n%s", name, b.String())
		}
	}
}
