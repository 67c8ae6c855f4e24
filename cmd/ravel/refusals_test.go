package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// refusal is a module that cannot be tested under control, and what is said about it. White space in the pattern
// matches any. GOROOT stands for the toolchain's.
type refusal struct {
	name  string
	files files
	env   []string
	args  string
	want  string
	off   bool // --control=off is named
}

func refusals(t *testing.T) []refusal {
	goMod := func(line string) files { return small.with("go.mod", small["go.mod"]+"\n"+line+"\n") }
	const timers = ` asks for asynctimerchan=1, the timers of Go 1.22, and virtual time does not have them: take it out, or set GODEBUG=asynctimerchan=0 .*`
	clash := small.with("overlay.json", `{"Replace": {"`+filepath.ToSlash(goroot(t))+`/src/runtime/proc.go": "proc.go"}}`)
	const clashes = `: the overlay given by -overlay replaces GOROOT/src/runtime/proc.go \(with ".*proc.go"\), which Ravel has to change too: leave that file out .*`
	library := func(abi string) files {
		return goMod("require github.com/ravelgo/ravel v0.0.0\n\nreplace github.com/ravelgo/ravel => ./ravel").
			with("ravel/go.mod", "module github.com/ravelgo/ravel\n\ngo 1.25.0\n").
			with("ravel/internal/gocontrol/hooks.go", "package gocontrol\n\nconst abi = "+abi+"\n")
	}
	return []refusal{
		{"gccgo's compiler", small, nil, "test -- -compiler=gccgo", `.* -compiler=gccgo, .*: build with gc; .*`, true},
		{"in GOFLAGS", small, []string{"GOFLAGS=-compiler=gccgo"}, "test", `.* -compiler=gccgo, .*`, true},
		{"buildmode", small, nil, "test -- -buildmode c-shared", `.* with -buildmode=c-shared: build an ordinary executable.*`, true},
		{"linkshared", small, nil, "test -- -linkshared", `.* with -linkshared, .*: leave it out.*`, true},
		{"js", small, []string{"GOOS=js", "GOARCH=wasm"}, "test", `goroutines cannot be put under control: GOARCH=wasm is not supported: build for another platform.*`, true},
		{"wasip1", small, []string{"GOOS=wasip1", "GOARCH=wasm"}, "test", `.*GOARCH=wasm is not supported.*`, true},
		{"replay, too", small, []string{"GOOS=wasip1", "GOARCH=wasm"}, "replay --run TestWord " + aToken, `.*GOARCH=wasm is not supported.*`, true},

		{"timers in GODEBUG", small, []string{"GODEBUG=panicnil=1,asynctimerchan=1"}, "test", `the variable GODEBUG` + timers, true},
		{"timers in go.mod", goMod("godebug asynctimerchan=1"), nil, "test", `.*/go.mod` + timers, true},
		{"timers in another go.mod", small.with("other.mod", goMod("godebug asynctimerchan=2")["go.mod"]), nil,
			"test -- -modfile=other.mod", `other.mod` + timers, true},
		{"timers in go.work", small.with("go.work", "go 1.25.0\n\ngodebug (\n\tasynctimerchan=1\n)\n\nuse .\n"), nil, "test", `.*/go.work` + timers, true},
		{"timers in a test", small.with("x_test.go", "//go:debug asynctimerchan=1\npackage m\n"), nil, "test ./...", `.*/x_test.go` + timers, true},
		{"timers in a tagged test", small.with("x_test.go", "//go:build x\n\n//go:debug asynctimerchan=1\npackage m_test\n"), nil,
			"test -- -tags x ./...", `.*/x_test.go` + timers, true},

		{"clash", clash, nil, "test -- -overlay overlay.json", `.*` + clashes, true},
		{"clash in GOFLAGS", clash, []string{"GOFLAGS=-overlay=overlay.json"}, "test", `.*` + clashes, true},
		{"no such overlay", small, nil, "test -- -overlay none.json", `.*: reading the overlay given by -overlay: .*none.json.*`, true},

		{"older library", library("0"), nil, "test", `this command, .*, and the Ravel library of the tests, in .*/ravel/internal/gocontrol, do not fit: ` +
			`the library is the older one .* Use the library's command: go -C .*/ravel install ./cmd/ravel, or the command's library: go get github.com/ravelgo/ravel@.*`, true},
		{"newer library", library("99"), nil, "test", `.*: the command is the older one .* Use the library's command: go -C .*/ravel install ./cmd/ravel; .*`, true},
		{"another library", library("99+1"), nil, "test", `goroutines cannot be put under control by the library in .*: .*hooks.go does not declare the constant abi.*`, true},
	}
}

func goroot(t *testing.T) string {
	t.Helper()
	values, err := goEnv("GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	return values[0]
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range refusals(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.refused(t, c.files.module(t))
		})
	}
}

func (c *refusal) refused(t *testing.T, dir string) {
	t.Helper()
	r := ravel(t, dir, clean(c.env...), strings.Fields(c.args)...)
	if r.code != cli.Usage || r.out != "" {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
	matchesAll(t, "standard error", r.err, `ravel: `+strings.ReplaceAll(c.want, "GOROOT", goroot(t))+`\n`)
	if got := strings.Contains(strings.Join(strings.Fields(r.err), " "), "leave goroutines alone with --control=off"); got != c.off {
		t.Errorf("--control=off is named: %v\n%s", got, r.err)
	}
	for l := range strings.Lines(r.err) {
		path, _, _ := strings.Cut(strings.TrimSpace(l), " ") // a long one is not broken
		if len(l) > cli.Columns+1 && len(path) < cli.Columns-2 {
			t.Errorf("a line of %d columns: %s", len(l)-1, l)
		}
	}
}

// What control refuses and plain tests can do is done without control.
func TestWithoutControl(t *testing.T) {
	t.Parallel()
	for _, c := range refusals(t) {
		switch c.name {
		case "timers in GODEBUG", "timers in go.mod", "timers in go.work", "timers in a test", "newer library":
		default:
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			r := ravel(t, c.files.module(t), clean(c.env...), append(strings.Fields(c.args), "--control=off")...)
			if r.code != cli.Clean {
				t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
			}
		})
	}
}
