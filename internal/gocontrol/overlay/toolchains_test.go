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
			files, err := contents(tc, Config{})
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

// platformsVariable, set to "all", makes TestOtherPlatforms try every platform of its list.
const platformsVariable = "RAVEL_TEST_BUILDS"

// TestOtherPlatforms compiles the overlay for platforms on which it is not run, links the tests of package gocontrol
// with it, and vets that package. The first build for a platform takes about a minute:
//
//	RAVEL_TEST_BUILDS=all go test -run TestOtherPlatforms -timeout 60m ./internal/gocontrol/overlay
func TestOtherPlatforms(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short, only the platform of the test")
	}
	for _, c := range []struct {
		platform string
		race     string // packages to build with -race as well
	}{
		{"linux/arm64", "runtime sync/atomic"},
		{"darwin/arm64", "runtime sync/atomic"},
		{"windows/amd64", "runtime sync/atomic"},
		{"darwin/amd64", "runtime sync/atomic"},
		{"windows/arm64", ""},
		{"linux/386", ""}, // no frame pointers
	} {
		t.Run(c.platform, func(t *testing.T) {
			if os.Getenv(platformsVariable) != "all" {
				t.Skipf("set %s=all", platformsVariable)
			}
			goos, goarch, _ := strings.Cut(c.platform, "/")
			env := environ("GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
			o, err := Generate(t.Context(), Config{Env: env})
			if err != nil {
				t.Fatal(err)
			}
			run := func(env []string, verb string, args ...string) {
				t.Helper()
				cmd := o.Command(t.Context(), env, verb, args...)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %v\n%s", cmd, err, out)
				}
			}
			const pkg = "github.com/ravelgo/ravel/internal/gocontrol"
			binary := filepath.Join(t.TempDir(), "gocontrol.test")
			run(env, "test", slices.Concat([]string{"-c", "-vet=off", "-o", binary}, o.BuildFlags(false), []string{pkg})...)
			run(env, "vet", pkg)
			if c.race != "" { // cgo is not used for these, but -race insists
				run(append(env, "CGO_ENABLED=1"), "build", append([]string{"-race"}, strings.Fields(c.race)...)...)
			}
		})
	}
}
