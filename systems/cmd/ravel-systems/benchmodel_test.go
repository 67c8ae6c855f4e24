package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
)

func TestCodeLines(t *testing.T) {
	const source = "// Package p has comments.\npackage p\n\n/* one\n   and another */\nconst text = `three\nlines\n// of code`\n\nfunc f() { // a comment\n\treturn\n}\n"
	if got := codeLines([]byte(source)); got != 7 {
		t.Errorf("%d lines, want 7", got)
	}
}

func modelShell(args ...string) (out, errs *bytes.Buffer, code int) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	s := &shell{out: out, err: errs, systems: catalog.Systems()}
	return out, errs, s.main(append([]string{"bench", "model"}, args...))
}

// TestModelCounts measures a real system. All of its bugs are there, and there is more of the system than of its model.
func TestModelCounts(t *testing.T) {
	out, errs, code := modelShell("vnext", "--schedules=1", "--time=1ms", "--json")
	if code != cli.Clean {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var m modeled
	if err := json.Unmarshal(out.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	entries, err := catalog.Find(catalog.Systems(), "vnext")
	if err != nil {
		t.Fatal(err)
	}
	if m.Bugs != len(entries) || m.Found+len(m.Missed) != m.Bugs || m.Lines <= m.ModelLines || m.ModelLines < 100 {
		t.Errorf("bugs or lines: %+v", m)
	}
	if m.Machines < 4 || m.Monitors < 1 || m.States < m.Machines || m.Handlers < m.Machines || m.Transitions < 1 {
		t.Errorf("machines: %+v", m)
	}
	if !strings.Contains(strings.Join(m.Library, " "), "model/") {
		t.Errorf("nothing of the library: %q", m.Library)
	}
}

func TestModelMistakes(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"nosuch", "are cut into parts are vnext, mtable"},
		{"vnext --schedules=0", "want at least 1"},
		{"vnext --markdown --json", "exclude each other"},
	} {
		_, errs, code := modelShell(strings.Fields(tt.args)...)
		if got := strings.Join(strings.Fields(errs.String()), " "); code != cli.Usage || !strings.Contains(got, tt.want) {
			t.Errorf("bench model %s: exit code %d, %s", tt.args, code, errs)
		}
	}
}
