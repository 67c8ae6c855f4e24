package check_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// module is a copy of testdata/module, so that what its failing tests save stays out of the repository.
type module struct{ dir string }

func newModule(t *testing.T) module {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	m := module{t.TempDir()}
	if err := os.CopyFS(m.dir, os.DirFS("testdata/module")); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	m.edit(t, "go.mod", "../../..", filepath.ToSlash(root))
	return m
}

func (m module) edit(t *testing.T, file, old, new string) {
	t.Helper()
	path := filepath.Join(m.dir, file)
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s: no %q, %v", file, old, err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, new)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in a folder of the module, with variables; it is a line for the shell if it has one word.
func (m module) run(t *testing.T, sub string, env []string, args ...string) result {
	t.Helper()
	if len(args) == 1 {
		args = []string{"sh", "-c", args[0]}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = filepath.Join(m.dir, sub)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "RAVEL_") && !strings.HasPrefix(kv, "GOFLAGS=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	cmd.Env = append(cmd.Env, env...)
	return finished(t, cmd)
}

var replayLines = regexp.MustCompile(`(?m)^\s*replay: (go test .*)$`)

// The replay lines of a report work when they are pasted, in the module's root and in the package's folder.
func TestReplayLineCanBePasted(t *testing.T) {
	m := newModule(t)
	r := m.run(t, "", nil, "go", "test", "./order")
	r.ours(t)
	lines := replayLines.FindAllStringSubmatch(r.out, -1)
	if len(lines) != 4 {
		t.Fatalf("%d replay lines:\n%s", len(lines), r.out)
	}
	for i, line := range lines {
		for _, sub := range []string{"", "order"} {
			again := m.run(t, sub, nil, line[1])
			again.has(t, `--- FAIL: Test`, `replay fails as recorded: assertion:$`, `client \d finished as number \d`, `line: .*order_test\.go:24 in`)
			if n := strings.Count(again.out, "replay fails as recorded"); n != 1 {
				t.Errorf("%d tests ran:\n%s\n%s", n, line[1], again.out)
			}
			if sub == "" && i > 0 {
				break
			}
		}
	}
	saved, _ := filepath.Glob(filepath.Join(m.dir, "order/testdata/ravel/*/*.ravel"))
	if len(saved) != 4 {
		t.Errorf("saved %q", saved)
	}

	// The bug is fixed: the saved schedules are stale, or pass, and the test passes.
	m.edit(t, "order/order_test.go", "d.who == i,", "d.who < clients,")
	r = m.run(t, "", nil, "go", "test", "-v", "-run", "Test", "./order")
	r.has(t, `^ok `, `saved failure .*\(assertion\) passes now`, `no failure found: `)
	m.edit(t, "order/order_test.go", "clients = 3", "clients = 1")
	r = m.run(t, "", nil, "go", "test", "-v", "-run", "TestOrder", "./order")
	r.has(t, `^ok `, `saved failure .*\(assertion\) is stale: `, `no failure found: `)
}

// The test cache knows the variables and the saved failures.
func TestCache(t *testing.T) {
	m := newModule(t)
	const cached = `^ok .*\(cached\)`
	for _, c := range []struct {
		env  string
		want bool
	}{{"", false}, {"", true}, {"RAVEL_SEED=2", false}, {"RAVEL_SEED=2", true}, {"RAVEL_SEED=3", false}, {"RAVEL_SCHEDULES=7", false}, {"RAVEL_STEPS=70", false}, {"RAVEL_V=1", false}, {"RAVEL_STUCK=5s", false}, {"", true}} {
		r := m.run(t, "", []string{c.env}, "go", "test", "./calm")
		r.has(t, `^ok `)
		if matches(r.out, cached) != c.want {
			t.Errorf("%q: cached %v, want %v:\n%s", c.env, !c.want, c.want, r.out)
		}
	}
	dir := filepath.Join(m.dir, "calm/testdata/ravel/TestCalm")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.ravel"), []byte("hello\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r := m.run(t, "", nil, "go", "test", "./calm")
	r.has(t, `^--- FAIL: TestCalm`, `x\.ravel:1: file is not a schedule of Ravel`)
}

// Go's fuzzer finds the bug through the choice stream, and its saved input shows it again.
func TestFuzz(t *testing.T) {
	m := newModule(t)
	r := m.run(t, "order", nil, "go", "test", "-run", "xxx", "-fuzz", "FuzzOrder", "-fuzztime", "60s", ".")
	r.ours(t)
	r.has(t, `--- FAIL: FuzzOrder`, `ravel: assertion found by fuzzing`, `found 11, `, `FAILURE: assertion`)
	inputs, _ := filepath.Glob(filepath.Join(m.dir, "order/testdata/fuzz/FuzzOrder/*"))
	if len(inputs) != 1 {
		t.Fatalf("inputs %q:\n%s", inputs, r.out)
	}
	r = m.run(t, "order", nil, "go", "test", "-run", "FuzzOrder/"+filepath.Base(inputs[0]), ".")
	r.has(t, `--- FAIL: FuzzOrder/`+filepath.Base(inputs[0]), `found 11, `)
	if strings.Contains(r.out, "-ravel.replay") {
		t.Errorf("a fuzz input is replayed by Go's own means:\n%s", r.out)
	}
}

func TestBench(t *testing.T) {
	m := newModule(t)
	r := m.run(t, "order", nil, "go", "test", "-run", "xxx", "-bench", ".", "-benchtime", "200x", ".")
	r.has(t, `^BenchmarkOrder\S* 200 .* ns/op .* ns/step .* 4\.000 steps/op .* B/op .* allocs/op`,
		`^--- FAIL: BenchmarkBug`, `ravel: assertion found by random in execution \d+`, `finished as number`)
}
