package overlay

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// environ is the environment of a go command that chooses its own toolchain: go test sets GOROOT.
func environ(more ...string) []string {
	return append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOROOT=") }), more...)
}

// toolchain returns the toolchain that GOTOOLCHAIN=release gives, "" for the installed one. It skips the test if there
// is none.
func toolchain(t *testing.T, release string, env ...string) Toolchain {
	t.Helper()
	env = environ(env...)
	if release != "" {
		env = append(env, "GOTOOLCHAIN="+release)
	}
	tc, err := FindToolchain(t.Context(), "", "", env)
	if err != nil {
		t.Skipf("toolchain %s cannot be fetched (through GOPROXY, as golang.org/toolchain): %v", release, err)
	}
	return tc
}

// releases that the splices are tried on: first and later ones of each minor release. 1.27.0 is the newest tried.
var releases = []string{"go1.25.0", "go1.25.14", "go1.26.0", "go1.26.8", "go1.27.0"}

// TestSplicesFit applies all splices to each release: every anchor occurs once, every result parses, and every
// declaration has the position it has in the original.
func TestSplicesFit(t *testing.T) {
	for _, release := range releases {
		t.Run(release, func(t *testing.T) {
			tc := toolchain(t, release)
			files, err := contents(tc)
			if err != nil {
				t.Fatal(err)
			}
			minor, err := tc.minor()
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range splices {
				if !inRange(minor, s.from, s.to) {
					continue
				}
				for _, line := range strings.Split(s.text, "\n") {
					if !strings.Contains(files[s.file], line) {
						t.Errorf("%s lacks %q", s.file, line)
					}
				}
			}
			for name, text := range files {
				original, err := os.ReadFile(filepath.Join(tc.GOROOT, "src", name))
				if err != nil {
					if strings.Contains(name, "zz_ravel_") {
						continue
					}
					t.Fatal(err)
				}
				if strings.HasSuffix(name, ".go") {
					samePositions(t, name, string(original), text)
				}
			}
		})
	}
}

// samePositions compares the lines of all identifiers of the original, as line directives tell them.
func samePositions(t *testing.T, name, original, spliced string) {
	t.Helper()
	replaced := ""
	for _, s := range splices {
		if s.file == name && s.how == replace {
			replaced += s.anchor + " "
		}
	}
	want, got := positions(t, name, original), positions(t, name, spliced)
	for _, p := range want {
		i := slices.Index(got, p) // in order, with ours between
		if raw := (position{p.line, "raw" + p.text}); i < 0 {
			i = slices.Index(got, raw) // a function of sync/atomic
		}
		if i < 0 && strings.Contains(replaced, p.text) {
			continue
		}
		if i < 0 {
			t.Errorf("%s: %q of line %d is gone or elsewhere", name, p.text, p.line)
			return
		}
		got = got[i+1:]
	}
}

type position struct {
	line int
	text string
}

func positions(t *testing.T, name, src string) []position {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var list []position
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			list = append(list, position{fset.Position(id.Pos()).Line, id.Name})
		}
		return true
	})
	return list
}

// TestUnsupported: releases before and after the supported ones, other kinds of toolchain and platforms are refused with
// the reason.
func TestUnsupported(t *testing.T) {
	root := t.TempDir()
	for _, tc := range []Toolchain{
		{root, "go1.24.3", "linux", "amd64", ""},
		{root, "go1.28.0", "linux", "amd64", ""},
		{root, "devel go1.27-abcdef", "linux", "amd64", ""},
		{root, "", "linux", "amd64", ""},
		{root, "go1.26.0", "js", "wasm", ""},
		{filepath.Join(root, "nowhere"), "go1.26.0", "linux", "amd64", ""},
	} {
		_, err := GenerateFor(tc, Config{CacheDir: t.TempDir()})
		if err == nil || !strings.HasPrefix(err.Error(), "overlay: ") {
			t.Errorf("%+v: error %v", tc, err)
		}
	}
}

// TestOtherPlatforms compiles the overlay, with the packages that it changes, for platforms on which it is not run.
func TestOtherPlatforms(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short, only the platform of the test")
	}
	for _, platform := range []string{"linux/arm64", "darwin/arm64", "windows/amd64"} {
		t.Run(platform, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(platform, "/")
			env := environ("GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
			o, err := Generate(t.Context(), Config{Env: env})
			if err != nil {
				t.Fatal(err)
			}
			cmd := o.Command(t.Context(), env, "build", "runtime", "sync", "sync/atomic", "crypto/internal/sysrand")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
