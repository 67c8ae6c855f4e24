package overlay

import (
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBuildFlags(t *testing.T) {
	o := Overlay{Toolchain: toolchain(t, "")}
	const off = " -d=ssa/intrinsics/off"
	for _, c := range []struct {
		user []string
		want []string // values of -gcflags behind the first, which is for all packages
	}{
		{nil, []string{"std="}},
		{[]string{"-N -l"}, []string{"-N -l" + off, "std="}},
		{[]string{""}, []string{"-d=ssa/intrinsics/off", "std="}},
		{[]string{" all=-N"}, []string{"all=-N" + off, "std=", "std=-N"}},
		{[]string{"std=-N"}, []string{"std=", "std=-N"}},
		{[]string{"./...=-N", "net/http=-l", "net/...=-m"}, []string{"./...=-N" + off, "std=", "net/http=-l", "net/...=-m"}},
		{[]string{"example.com/x=-N", "e...=-m"}, []string{"example.com/x=-N" + off, "e...=-m" + off, "std="}},
		{[]string{"all=-N", "fmt=", "example.com/x="}, []string{"all=-N" + off, "example.com/x=-d=ssa/intrinsics/off", "std=", "std=-N", "fmt="}},
		{[]string{"nonsense", "=-N"}, []string{"nonsense", "=-N", "std="}},
	} {
		got := o.BuildFlags(false, c.user...)
		want := []string{"-gcflags=all=-d=ssa/intrinsics/off"}
		for _, v := range c.want {
			want = append(want, "-gcflags="+v)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", c.user, got, want)
		}
	}
	if got := o.BuildFlags(true, "all=-N"); !slices.Equal(got, []string{"-gcflags=all=-N"}) {
		t.Errorf("with the race detector: %q", got)
	}
}

// TestBuildFlagsTakeEffect looks at the commands that the go command would run: the last match of several -gcflags wins.
func TestBuildFlagsTakeEffect(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":   "module example.com/m\n\ngo 1.25.0\n",
		"m.go":     "package m\n\nimport (\n\t_ \"example.com/m/dep\"\n\t_ \"sync/atomic\"\n)\n",
		"dep/d.go": "package dep\n",
	} {
		if err := write(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	o := Overlay{Toolchain: toolchain(t, "")}
	for _, c := range []struct {
		user           []string
		main, dep, std string // flags in order, of -d, -N and -l
	}{
		{nil, "-d", "-d", ""},
		{[]string{"-N"}, "-N -d", "-d", ""},
		{[]string{"all=-N"}, "-N -d", "-N -d", "-N"},
		{[]string{"all=-N", "example.com/m/...=-l"}, "-l -d", "-l -d", "-N"},
		{[]string{"std=-N", "./dep=-l"}, "-d", "-l -d", "-N"},
	} {
		args := slices.Concat([]string{"build", "-n", "-a"}, o.BuildFlags(false, c.user...), []string{"."})
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = dir, append(environ(), "GOWORK=off", "GOFLAGS=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for pkg, want := range map[string]string{"example.com/m": c.main, "example.com/m/dep": c.dep, "sync/atomic": c.std} {
			if got := compileFlags(string(out), pkg); got != want {
				t.Errorf("%q: %s is compiled with %q, want %q", c.user, pkg, got, want)
			}
		}
	}
}

// compileFlags finds -N, -l and the debug flag in the command that compiles a package.
func compileFlags(script, pkg string) string {
	var flags []string
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		i := slices.Index(words, "-p")
		if i < 0 || words[i+1] != pkg || !strings.Contains(words[0], "compile") {
			continue
		}
		for _, w := range words {
			switch w {
			case "-N", "-l":
				flags = append(flags, w)
			case noIntrinsics:
				flags = append(flags, "-d")
			}
		}
		return strings.Join(flags, " ")
	}
	return "not compiled"
}

func TestABI(t *testing.T) {
	ours, err := ABI()
	if err != nil || ours == 0 {
		t.Fatalf("%d, %v", ours, err)
	}
	if library, err := LibraryABI(".."); err != nil || library != ours {
		t.Errorf("the interface of package gocontrol is %d (%v), that of the overlay %d", library, err, ours)
	}
	dir := t.TempDir()
	if _, err := LibraryABI(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	for _, text := range []string{"package gocontrol\n", "package gocontrol\n\nconst abi = x\n", "nonsense"} {
		if err := write(filepath.Join(dir, "hooks.go"), []byte(text)); err != nil {
			t.Fatal(err)
		}
		if n, err := LibraryABI(dir); err == nil {
			t.Errorf("%q: interface %d", text, n)
		}
	}
}

func TestNewer(t *testing.T) {
	tc := toolchain(t, "")
	if tc.Newer() {
		t.Errorf("%s is newer than %s", tc.GOVERSION, Supported)
	}
	for version, want := range map[string]bool{"go1.27.0": false, "go1.28rc1": true, "go1.28-devel_0123abc": true, "go1.24": false, "nonsense": false} {
		tc.GOVERSION = version
		if got := tc.Newer(); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
	// It is tried: only its files decide.
	fake := fakeRoot(t)
	fake.GOVERSION = "go1.28.0"
	if _, err := GenerateFor(fake, Config{CacheDir: t.TempDir()}); err != nil {
		t.Error(err)
	}
	edited(t, fake, "runtime/proc.go", "mcall(park_m)", "mcall(park_2)")
	_, err := GenerateFor(fake, Config{CacheDir: t.TempDir()})
	for _, want := range []string{"go1.28.0", Supported, "newer Ravel", `anchor "mcall(park_m)"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
