package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// What go test takes, it takes with the overlay as well. Every output is one that the test would not have without the
// flag, or in another module.
func TestModules(t *testing.T) {
	t.Parallel()
	workspace := files{
		"go.work":     "go 1.25.0\n\nuse (\n\t./a\n\t./b\n)\n",
		"a/go.mod":    "module example.com/a\n\ngo 1.25.0\n",
		"a/a.go":      "package a\n\nfunc Word() string { return \"from the workspace\" }\n",
		"b/go.mod":    "module example.com/b\n\ngo 1.25.0\n\nrequire example.com/a v1.0.0\n",
		"b/b_test.go": "package b\n\nimport (\n\t\"testing\"\n\n\t\"example.com/a\"\n)\n\nfunc TestWord(t *testing.T) { t.Log(a.Word()) }\n",
	}
	vendored := files{
		"go.mod":                       "module example.com/b\n\ngo 1.25.0\n\nrequire example.com/a v1.0.0\n",
		"vendor/modules.txt":           "# example.com/a v1.0.0\n## explicit; go 1.25.0\nexample.com/a\n",
		"vendor/example.com/a/word.go": "package a\n\nfunc Word() string { return \"vendored\" }\n",
		"b_test.go":                    workspace["b/b_test.go"],
	}
	// A binary that says of which functions it is made.
	tagged := small.with("tag_test.go", "//go:build special\n\n"+testHead+"func TestTagged(t *testing.T) {}\n")
	cgo := small.with("m.go", "package m\n\n// static int seven(void) { return 7; }\nimport \"C\"\n\nfunc word() int { return int(C.seven()) }\n")
	racy := small.with("race_test.go", testHead+`func TestRace(t *testing.T) {
	n, done := 0, make(chan bool)
	go func() { n++; done <- true }()
	n++
	<-done
	t.Log(n)
}
`)
	other := small.with("overlay.json", `{"Replace": {"m.go": "other.txt"}}`).
		with("other.txt", "package m\n\nfunc word() string { return \"replaced\" }\n")
	modfile := vendored.with("other.mod", vendored["go.mod"]+"\nreplace example.com/a => ./a\n").
		with("a/go.mod", workspace["a/go.mod"]).with("a/a.go", "package a\n\nfunc Word() string { return \"of the other go.mod\" }\n")
	for _, c := range []struct {
		name  string
		files files
		env   []string
		args  string
		code  int
		out   string
	}{
		{"plain", small, nil, "test -- -v", cli.Clean, `the word is plain`},
		{"C", files{"x/y": ""}.with("m/go.mod", small["go.mod"]).with("m/m.go", small["m.go"]).with("m/m_test.go", small["m_test.go"]), nil,
			"test -- -C m -v", cli.Clean, `the word is plain`},
		{"workspace", workspace, nil, "test ./a ./b -- -v", cli.Clean, `from the workspace`},
		{"vendored", vendored, nil, "test -- -mod=vendor -v", cli.Clean, `b_test.go:9: vendored`},
		{"vendored by default", vendored, nil, "test -- -v", cli.Clean, `b_test.go:9: vendored`},
		{"modfile", modfile, nil, "test -- -modfile=other.mod -mod=mod -v", cli.Clean, `of the other go.mod`},
		{"modfile in GOFLAGS", modfile, []string{"GOFLAGS=-modfile=other.mod -mod=mod"}, "test -- -v", cli.Clean, `of the other go.mod`},
		{"tags", tagged, nil, "test -- -tags special -v", cli.Clean, `--- PASS: TestTagged`},
		{"tags in GOFLAGS", tagged, []string{"GOFLAGS='-tags=special other'"}, "test -- -v", cli.Clean, `--- PASS: TestTagged`},
		{"cgo", cgo, []string{"CGO_ENABLED=1"}, "test -- -v", cli.Clean, `the word is 7`},
		{"race", racy, []string{"CGO_ENABLED=1"}, "test -- -race -v", cli.Found, `data race found by`},
		{"race as a flag", racy, []string{"CGO_ENABLED=1"}, "test -race", cli.Found, `replay: ravel replay --race --run '\^TestRace\$' rv1-`},
		{"race without control", racy, []string{"CGO_ENABLED=1"}, "test --race --control=off", cli.Found, `WARNING: DATA RACE`},
		{"cover", small, nil, "test -- -cover", cli.Clean, `coverage: 100.0% of statements`},
		{"covermode", small, nil, "test -- -covermode=atomic -coverprofile=c.out", cli.Clean, `coverage: 100.0% of statements`},
		{"overlay", other, nil, "test -- -overlay=overlay.json -v", cli.Clean, `the word is replaced`},
		{"overlay in GOFLAGS", other, []string{"GOFLAGS=-overlay=overlay.json"}, "test -- -v", cli.Clean, `the word is replaced`},
		{"no overlay", other, []string{"GOFLAGS=-overlay=overlay.json"}, "test -- -overlay= -v", cli.Clean, `the word is plain`},
		{"json", small, nil, "test -- -json", cli.Clean, `"Action":"pass"`},
		{"exec", small, nil, "test -- -exec echo", cli.Clean, `-test.count=1`},
		{"vet", small.with("m.go", "package m\n\nimport \"fmt\"\n\nfunc word() string { return fmt.Sprintf(\"%d\", \"x\") }\n"), nil,
			"test", cli.Usage, `\[build failed\]`},
		{"vet off", small.with("m.go", "package m\n\nimport \"fmt\"\n\nfunc word() string { return fmt.Sprintf(\"%d\", \"x\") }\n"), nil,
			"test -- -vet=off -v", cli.Clean, `the word is %!d`},
		{"files", small, nil, "test m.go m_test.go -- -v", cli.Clean, `the word is plain`},
	} {
		t.Run(c.name, func(t *testing.T) {
			needsC := len(c.env) > 0 && c.env[0] == "CGO_ENABLED=1"
			if _, err := exec.LookPath("cc"); needsC && err != nil {
				t.Skipf("needs a C compiler: %v", err)
			}
			if c.name == "exec" && runtime.GOOS == "windows" {
				t.Skip("needs the command echo")
			}
			r := ravel(t, c.files.module(t), clean(c.env...), strings.Fields(c.args)...)
			has(t, "output", r.out+r.err, c.out)
			if r.code != c.code {
				t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
			}
		})
	}
}

// A module that says go 1.21 keeps its language, where loops share their variable, and every default of GODEBUG but one:
// rand.Seed has an effect, which it would not have by the defaults of today.
func TestOldModule(t *testing.T) {
	t.Parallel()
	old := small.with("go.mod", "module example.com/m\n\ngo 1.21\n").with("m_test.go", `package m

import (
	"math/rand"
	"testing"
	"time"
)

func TestOld(t *testing.T) {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { return i })
	}
	rand.Seed(1)
	first := rand.Int()
	rand.Seed(1)
	t.Log("shared variable:", fs[0]() == 3, "seeded:", first == rand.Int(), "synchronous:", cap(time.NewTimer(time.Hour).C) == 0)
}
`)
	dir := old.module(t)
	const note = "go.mod says go 1.21"
	r := ravel(t, dir, clean(), "test", "--", "-v")
	has(t, "output", r.out, `shared variable: true seeded: true synchronous: true`)
	if r.code != cli.Clean || strings.Count(r.err, note) != 1 || !strings.Contains(r.err, "GODEBUG=asynctimerchan=0") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	r = ravel(t, dir, clean(), "test", "--control=off", "--", "-v")
	has(t, "output", r.out, `shared variable: true seeded: true synchronous: false`)
	if r.code != cli.Clean || strings.Contains(r.err, note) {
		t.Errorf("without control: exit %d\n%s%s", r.code, r.out, r.err)
	}
	// The variable says what else it says.
	r = ravel(t, dir, clean("GODEBUG=randseednop=1"), "test", "--", "-v")
	has(t, "output", r.out, `seeded: false synchronous: true`)
	// Who has chosen the timers of today need not be told.
	for _, env := range [][]string{clean("GODEBUG=asynctimerchan=1,asynctimerchan=0"), clean()} {
		r = ravel(t, dir, env, "test", "--", "-v")
		has(t, "output", r.out, `seeded: true synchronous: true`)
		if strings.Contains(r.err, note) {
			t.Errorf("it was said again:\n%s", r.err)
		}
		write(t, filepath.Join(dir, "go.mod"), old["go.mod"]+"\ngodebug asynctimerchan=0\n")
	}
}
