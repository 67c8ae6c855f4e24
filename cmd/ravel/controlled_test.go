package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// files are the files of a module by name. The modules of these tests need nothing beyond the standard library, so that
// little is compiled; in TestControl one imports package check.
type files map[string]string

func (f files) module(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir := t.TempDir()
	for name, text := range f {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func (f files) with(name, text string) files {
	g := files{name: text}
	for n, t := range f {
		if n != name {
			g[n] = t
		}
	}
	return g
}

const testHead = "package m\n\nimport \"testing\"\n\n"

// small is a module with a function that a test prints.
var small = files{
	"go.mod":    "module example.com/m\n\ngo 1.25.0\n",
	"m.go":      "package m\n\nfunc word() string { return \"plain\" }\n",
	"m_test.go": testHead + "func TestWord(t *testing.T) { t.Log(\"the word is\", word()) }\n",
}

// environment of the command: no settings of the machine that the tests run on but the caches, which are shared.
func clean(more ...string) []string {
	return append([]string{"GOWORK=", "GOFLAGS=", "GOENV=off", "GODEBUG=", "RAVEL_FAILURES=" + savedByTests}, more...)
}

// isControlled reports whether a test binary was built with the overlay.
func isControlled(t *testing.T, binary string) bool {
	t.Helper()
	text, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("runtime.selectgo")) {
		t.Fatalf("%s does not hold the names of functions", binary)
	}
	return bytes.Contains(text, []byte("runtime.ctlUnwindAll"))
}

// Test binaries can control goroutines unless that is switched off.
func TestControl(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	for _, c := range []struct {
		name string
		env  []string
		args string
		want bool
	}{
		{"default", nil, "", true},
		{"on", nil, "--control=on", true},
		{"off", nil, "--control off", false},
		{"off by variable", []string{"RAVEL_CONTROL=off"}, "", false},
		{"the flag counts", []string{"RAVEL_CONTROL=off"}, "--control=on", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "good.test.exe")
			args := append(append([]string{"test", "./good"}, strings.Fields(c.args)...), "--", "-c", "-o", binary)
			r := ravel(t, dir, clean(append(c.env, "GOWORK=off")...), args...)
			if r.code != cli.Clean || r.out != "" || r.err != "" {
				t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
			}
			if got := isControlled(t, binary); got != c.want {
				t.Errorf("controlled: %v", got)
			}
		})
	}
}

// Control works in what is built: package gocontrol says so itself, in a workspace.
func TestControlTakesEffect(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	r := ravel(t, "../..", clean(), "test", "./internal/gocontrol", "--run", "^TestSelfTest$", "--ordinary=off", "--", "-v")
	has(t, "output", r.out, `^--- PASS: TestSelfTest`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// The user's compiler flags reach what they are for, and calls of sync/atomic are calls all the same.
func TestCompilerFlags(t *testing.T) {
	t.Parallel()
	dir := small.module(t)
	for _, c := range []struct{ goflags, flags, user, std string }{
		{"", "", " -d=ssa/intrinsics/off ", ""},
		{"", "-gcflags=-N", " -N -d=ssa/intrinsics/off ", ""},
		{"-gcflags=-l", "", " -l -d=ssa/intrinsics/off ", ""},
		{"-gcflags=-l", "-gcflags=all=-N", " -N -d=ssa/intrinsics/off ", " -N "},
	} {
		r := ravel(t, dir, clean("GOFLAGS="+c.goflags), append([]string{"test", "--", "-n", "-a"}, strings.Fields(c.flags)...)...)
		if r.code != cli.Clean {
			t.Fatalf("exit %d\n%s", r.code, r.err)
		}
		for pkg, want := range map[string]string{"example.com/m": c.user, "sync": c.std} {
			line := compileCommand(r.out+r.err, pkg)
			if line == "" || !strings.Contains(line, want) || want == c.std && strings.Contains(line, "intrinsics") {
				t.Errorf("GOFLAGS=%s %s: %s is compiled by\n%s", c.goflags, c.flags, pkg, line)
			}
		}
	}
}

func compileCommand(script, pkg string) string {
	for line := range strings.Lines(script) {
		if strings.Contains(line, " -p "+pkg+" ") && strings.Contains(line, "compile") {
			return line
		}
	}
	return ""
}
