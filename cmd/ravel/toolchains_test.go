package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// The toolchain is the one that the go command of the folder chooses.
func TestToolchain(t *testing.T) {
	t.Parallel()
	const release = "go1.25.14"
	dir := small.with("go.mod", "module example.com/m\n\ngo 1.25.0\n\ntoolchain "+release+"\n").
		with("m_test.go", "package m\n\nimport (\n\t\"runtime\"\n\t\"testing\"\n)\n\nfunc TestRelease(t *testing.T) { t.Log(runtime.Version()) }\n").module(t)
	env := clean("GOROOT=", "GOTOOLCHAIN="+release)
	cmd := exec.Command("go", "version")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), release) {
		t.Skipf("toolchain %s cannot be fetched (through GOPROXY, as golang.org/toolchain): %v\n%s", release, err, out)
	}
	r := ravel(t, dir, env, "test", "--", "-v")
	has(t, "output", r.out, `m_test.go:8: `+release+`$`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// pretend puts a go command on the PATH that says it is of another version.
func pretend(t *testing.T, version string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := `#!/bin/sh
[ "$1" = env ] || exec "` + real + `" "$@"
"` + real + `" "$@" | sed 's/"GOVERSION": ".*"/"GOVERSION": "` + version + `"/'
`
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

func TestOtherToolchains(t *testing.T) {
	t.Parallel()
	dir := small.module(t)
	for _, c := range []refusal{
		{want: `the go command in this folder is go1.24.3, and Ravel needs Go 1.25 or newer: install one from .*, or .* GOTOOLCHAIN=.*`, name: "go1.24.3"},
		{want: `the go command on the PATH is that of gccgo \(go1.18 gccgo .*\), with which Ravel does not work: put one of https://go.dev/dl before it`, name: "go1.18 gccgo (GCC) 12.2.0"},
		{want: `.*toolchain "weekly" is not a release of Go: use Go 1.25 to .*`, name: "weekly", off: true},
	} {
		c.env, c.args = []string{pretend(t, c.name)}, "test"
		t.Run(c.name, func(t *testing.T) { c.refused(t, dir) })
	}
	// One that is newer than the splices is tried.
	r := ravel(t, dir, clean(pretend(t, "go1.99.0")), "test", "--", "-n")
	matchesAll(t, "standard error", r.err, `(?s:.*)ravel: go1.99.0 is newer than what control of goroutines is tested with, `+overlay.Supported+`\. It is tried: .*\n(?s:.*)`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}

// doctored is a GOROOT of symbolic links in which one file of package runtime is another one.
func doctored(t *testing.T, file string, change func(string) string) string {
	t.Helper()
	real, root := goroot(t), t.TempDir()
	links := func(dir, but string) {
		t.Helper()
		entries, err := os.ReadDir(filepath.Join(real, dir))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() == but {
				continue
			}
			if err := os.Symlink(filepath.Join(real, dir, e.Name()), filepath.Join(root, dir, e.Name())); err != nil {
				t.Skipf("needs symbolic links: %v", err)
			}
		}
	}
	links(".", "src")
	links("src", "runtime")
	links("src/runtime", file)
	text, err := os.ReadFile(filepath.Join(real, "src/runtime", file))
	if err != nil {
		t.Fatal(err)
	}
	other := change(string(text))
	if other == string(text) {
		t.Fatalf("nothing has changed in %s", file)
	}
	write(t, filepath.Join(root, "src/runtime", file), other)
	return root
}

func TestMovedAnchor(t *testing.T) {
	t.Parallel()
	dir := small.module(t)
	root := doctored(t, "proc.go", func(s string) string { return strings.Replace(s, "mcall(park_m)", "mcall(park_2)", 1) })
	c := refusal{env: []string{"GOROOT=" + root}, args: "test", off: true,
		want: `goroutines cannot be put under control: the standard library of go1.* in ` + root + ` is not the one .*: use an unmodified release of ` +
			overlay.Supported + ` \(set GOTOOLCHAIN\), or a newer Ravel: .*runtime/proc.go: anchor "mcall\(park_m\)" occurs 0 times in "func gopark\(", want once; .*`}
	c.refused(t, dir)
}

// A runtime in which every anchor is there and which is another one all the same.
func TestRuntimeDoesNotCompile(t *testing.T) {
	t.Parallel()
	dir := small.module(t)
	root := doctored(t, "slice.go", func(s string) string { return s + "\nvar nonsense int = \"text\"\n" })
	r := ravel(t, dir, clean("GOROOT="+root), "test")
	has(t, "standard error", r.err, `slice.go:\d+:\d+: cannot use "text"`)
	matchesAll(t, "standard error", r.err, `(?s:.*)ravel: package runtime of go1.* does not compile with control of goroutines, which is made for `+overlay.Supported+
		`: use one of those \(set GOTOOLCHAIN\), or a newer Ravel; or leave goroutines alone with --control=off: .*\n`)
	if r.code != cli.Usage {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}
