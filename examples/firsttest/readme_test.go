package firsttest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/ravelgo/ravel/check" // TestNewcomer depends on it, and the test cache is to know
)

var update = flag.Bool("update", false, "rewrite the blocks of the README that are kept equal to files and outputs")

const readme = "../../README.md"

// fixed is the write of the third block of the README, with the fence.
const fixed = `func (s *Store) write(c *ravel.Context, w Write) {
	if w.Lease < s.newest {
		return
	}
	s.newest = w.Lease
	c.Notify(Written{w.Lease})
}
`

// block is a fenced block of the README.
type block struct {
	section, language string
	text              string
	from, to          int // of the text, in lines
}

// page is the README in lines, with its fenced blocks.
type page struct {
	lines  []string
	blocks []block
}

func load(t *testing.T) *page {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{lines: strings.SplitAfter(string(text), "\n")}
	section, open := "", -1
	for i, l := range p.lines {
		fence, ok := strings.CutPrefix(l, "```")
		switch {
		case ok && open < 0:
			open = i + 1
			p.blocks = append(p.blocks, block{section: section, language: strings.TrimSpace(fence), from: open})
		case ok:
			b := &p.blocks[len(p.blocks)-1]
			b.to, b.text = i, strings.Join(p.lines[open:i], "")
			open = -1
		case open < 0 && strings.HasPrefix(l, "#"):
			section = strings.TrimSpace(strings.TrimLeft(l, "#"))
		}
	}
	return p
}

// find returns the n-th block of a language in a section.
func (p *page) find(t *testing.T, section, language string, n int) *block {
	t.Helper()
	for i := range p.blocks {
		if b := &p.blocks[i]; b.section == section && b.language == language {
			if n == 0 {
				return b
			}
			n--
		}
	}
	t.Fatalf("README.md: too few %s blocks in section %q", language, section)
	return nil
}

// keep compares a block with what it must be, or rewrites it.
func (p *page) keep(t *testing.T, b *block, want string) {
	t.Helper()
	if masked(b.text) == masked(want) {
		return
	}
	if !*update {
		t.Errorf("README.md, section %q: the block differs (go test ./examples/firsttest -update rewrites it), want:\n%s", b.section, want)
		return
	}
	lines := append([]string(nil), p.lines[:b.from]...)
	lines = append(append(lines, want), p.lines[b.to:]...)
	if err := os.WriteFile(readme, []byte(strings.Join(lines, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	*p = *load(t)
}

// names are those of a schedule: the token, and the saved file. They change with every change of a format.
var names = regexp.MustCompile(`rv1-[\w-]+|-[0-9a-f]{12}\.ravel`)

func masked(text string) string { return names.ReplaceAllString(text, "*") }

// part cuts a file from the line that begins with from to the one that begins with to.
func part(t *testing.T, file, from, to string) string {
	t.Helper()
	text := read(t, file)
	i := strings.Index(text, "\n"+from)
	if i < 0 {
		t.Fatalf("%s has no line that begins with %q", file, from)
	}
	text = text[i+1:]
	if j := strings.Index(text, "\n"+to); to != "" && j >= 0 {
		text = text[:j]
	}
	return strings.TrimRight(text, "\n") + "\n"
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBlocksAreTheFiles(t *testing.T) {
	p := load(t)
	p.keep(t, p.find(t, "A first test", "go", 0), read(t, "lock.go"))
	p.keep(t, p.find(t, "A first test", "go", 1), testFile(t))
	p.keep(t, p.find(t, "Reading a failure", "go", 0), fixed)
	p.keep(t, p.find(t, "Wrapping existing code", "go", 0), part(t, "../wrapped/replica_test.go", "// node is", "// What a client"))
	p.keep(t, p.find(t, "Monitors and liveness", "go", 0), part(t, "../../example_test.go", "// Answers owes", "// A liveness monitor"))
	p.keep(t, p.find(t, "Strategies", "text", 0), command(t, "../..", 0, "go", "run", "./cmd/ravel", "strategies"))
}

// testFile is lock_test.go without the tag that keeps its failing test out of ordinary runs.
func testFile(t *testing.T) string {
	t.Helper()
	text, ok := strings.CutPrefix(read(t, "lock_test.go"), "//go:build firsttest\n\n")
	if !ok {
		t.Fatal("lock_test.go does not begin with its build tag")
	}
	return text
}

// TestNewcomer does what the README tells a newcomer to do, in a folder of its own: the test fails as shown, and after the
// mend it passes.
func TestNewcomer(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/firsttest\n\ngo 1.25.0\n\nrequire github.com/ravelgo/ravel v0.0.0\n\nreplace github.com/ravelgo/ravel => "+filepath.ToSlash(root)+"\n")
	write("lock.go", read(t, "lock.go"))
	write("lock_test.go", testFile(t))

	p := load(t)
	p.keep(t, p.find(t, "Reading a failure", "text", 0), tidy(command(t, dir, 1, "go", "test"), dir))

	old := part(t, "lock.go", "func (s *Store) write", "func ")
	write("lock.go", strings.Replace(read(t, "lock.go"), old, fixed, 1))
	out := command(t, dir, 0, "go", "test", "-v", "-ravel.schedules=20000")
	if !strings.Contains(out, "no failure found: 20,000 executions") || !strings.Contains(out, "saved failure") {
		t.Errorf("after the mend:\n%s", out)
	}
}

// A line of code and its function: the length of the folder's path decides where the report breaks its lines.
var place = regexp.MustCompile(`line:\s+(\S+:\d+)\s+in\s+(\S+)`)

var seconds = regexp.MustCompile(`\d+\.\d+s`)

// tidy takes out what differs from run to run and from machine to machine.
func tidy(out, dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		out = strings.ReplaceAll(out, real+string(filepath.Separator), "")
	}
	out = strings.ReplaceAll(out, dir+string(filepath.Separator), "")
	out = place.ReplaceAllString(out, "line: $1 in\n                $2")
	var b strings.Builder
	for l := range strings.Lines(seconds.ReplaceAllString(out, "0.01s")) {
		b.WriteString(strings.TrimRight(l, " \n") + "\n")
	}
	return b.String()
}

// command runs a command in dir, outside any workspace but with the settings of none.
func command(t *testing.T, dir string, code int, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"GOWORK=off"}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "RAVEL_") && !strings.HasPrefix(v, "GOWORK=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%s %s: %v, want exit code %d\n%s", name, strings.Join(args, " "), cmd.ProcessState, code, out)
	}
	return string(out)
}
