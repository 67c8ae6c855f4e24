package overlay

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeRoot copies the files that are spliced below a new GOROOT, which a test may change.
func fakeRoot(t *testing.T) Toolchain {
	t.Helper()
	tc := toolchain(t, "")
	fake := tc
	fake.GOROOT = t.TempDir()
	names := make(map[string]bool)
	for _, name := range splicedFiles(tc) {
		names[name] = true
	}
	for name := range names {
		text, err := os.ReadFile(filepath.Join(tc.GOROOT, "src", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := write(filepath.Join(fake.GOROOT, "src", name), text); err != nil {
			t.Fatal(err)
		}
	}
	return fake
}

func edited(t *testing.T, tc Toolchain, name, old, new string) {
	t.Helper()
	file := filepath.Join(tc.GOROOT, "src", name)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), old, new)), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestMissingAnchor(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"changed line", "runtime/proc.go", "mcall(park_m)", "mcall(park_2)", `runtime/proc.go: anchor "mcall(park_m)" occurs 0 times`},
		{"twice", "runtime/chan.go", "\tif b := getg().bubble; b != nil {\n",
			"\tif b := getg().bubble; b != nil {\n\t}\n\tif b := getg().bubble; b != nil {\n", "occurs 2 times"},
		{"renamed function", "sync/cond.go", "func (c *Cond) Signal(", "func (c *Cond) Signal2(", `sync/cond.go: declaration "func (c *Cond) Signal(" occurs 0 times`},
		{"fewer methods", "sync/atomic/type.go", "And(", "and(", "sync/atomic/type.go: 38 exported methods"},
		{"fewer functions", "sync/atomic/doc.go", "\nfunc Or", "\nfunc or", "sync/atomic: 36 functions"},
		{"function with a body", "sync/atomic/doc.go", "func LoadInt32(addr *int32) (val int32)", "func LoadInt32(addr *int32) (val int32) { return *addr }",
			"LoadInt32 is not a declaration without body"},
		{"functions of a platform", "sync/atomic/doc_32.go", "func AddInt64(addr *int64, delta", "func AddInt64(addr *int64, d", "declare different functions"},
		{"assembly of another name", "sync/atomic/asm.s", "TEXT ·AddInt64(SB)", "TEXT ·Add64(SB)", "sync/atomic/asm.s: sync/atomic.AddInt64 is defined 0 times"},
		{"assembly for the race detector", "runtime/race_" + runtime.GOARCH + ".s", "TEXT\tsync∕atomic·OrUint64(SB)", "TEXT\tsync∕atomic·Or64(SB)",
			"sync/atomic.OrUint64 is defined 0 times"},
		{"access of memory", "runtime/race_" + runtime.GOARCH + ".s", "runtime·racewrite<ABIInternal>", "runtime·racewrite1<ABIInternal>",
			"racewrite<ABIInternal>(SB), NOSPLIT, $0-\" occurs 0 times"},
		{"function of the runtime", "runtime/atomic_pointer.go", "sync/atomic.StorePointer", "sync/atomic.StoreP", "sync/atomic.StorePointer is defined 0 times"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tc := fakeRoot(t)
			edited(t, tc, c.file, c.old, c.new)
			cache := t.TempDir()
			_, err := GenerateFor(tc, Config{CacheDir: cache})
			for _, want := range []string{c.want, tc.GOVERSION, tc.GOROOT, "GOTOOLCHAIN"} {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one with %q", err, want)
				}
			}
			if left, _ := os.ReadDir(cache); len(left) > 0 {
				t.Errorf("files were written: %v", left)
			}
		})
	}
	// All misses at once.
	tc := fakeRoot(t)
	edited(t, tc, "runtime/proc.go", "mcall(park_m)", "mcall(park_2)")
	edited(t, tc, "runtime/rand.go", "func rand() uint64 {", "func rand2() uint64 {")
	_, err := GenerateFor(tc, Config{CacheDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "park_m") || !strings.Contains(err.Error(), "func rand()") {
		t.Errorf("error %v, want both misses", err)
	}
	if err := os.Remove(filepath.Join(tc.GOROOT, "src/runtime/chan.go")); err != nil {
		t.Fatal(err)
	}
	if _, err := GenerateFor(tc, Config{CacheDir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "chan.go") {
		t.Errorf("error %v, want one that names chan.go", err)
	}
}

// TestReuse: the same inputs give the same directory, untouched; any other input gives another one.
func TestReuse(t *testing.T) {
	tc := fakeRoot(t)
	before := listing(t, tc.GOROOT)
	cache := t.TempDir()
	generate := func(tc Toolchain, user string) Overlay {
		t.Helper()
		o, err := GenerateFor(tc, Config{CacheDir: cache, User: user})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := generate(tc, "")
	if first.Reused {
		t.Error("a new overlay is said to be reused")
	}
	written := listing(t, first.Dir)
	if again := generate(tc, ""); !again.Reused || again.JSON != first.JSON {
		t.Errorf("the second overlay is %+v, the first %+v", again, first)
	}
	if now := listing(t, first.Dir); now != written {
		t.Errorf("the second call wrote:\n%s\n%s", written, now)
	}
	if now := listing(t, tc.GOROOT); now != before {
		t.Errorf("GOROOT was written to:\n%s\n%s", before, now)
	}
	seen := map[string]string{first.Dir: "the first"}
	other := func(why string, o Overlay) {
		if prev, ok := seen[o.Dir]; ok {
			t.Errorf("%s has the directory of %s", why, prev)
		}
		seen[o.Dir] = why
	}
	arm, version := tc, tc
	arm.GOARCH = "arm64"
	version.GOVERSION += "-X:aliastypeparams"
	other("another architecture", generate(arm, ""))
	other("another version", generate(version, ""))
	user := filepath.Join(t.TempDir(), "user.json")
	if err := os.WriteFile(user, []byte(`{"Replace": {"/a/b.go": "/c/d.go"}}`), 0o666); err != nil {
		t.Fatal(err)
	}
	other("a user's overlay", generate(tc, user))
	edited(t, tc, "runtime/proc.go", "package runtime", "package runtime // changed")
	other("a changed file", generate(tc, ""))
}

// listing names all files with their sizes and times.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b.WriteString(path + " " + info.ModTime().Format(time.RFC3339Nano) + "\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestConcurrent lets many generators race for one directory.
func TestConcurrent(t *testing.T) {
	tc := toolchain(t, "")
	cache := filepath.Join(t.TempDir(), "not", "there", "yet")
	var wg sync.WaitGroup
	overlays, errs := make([]Overlay, 16), make([]error, 16)
	for i := range overlays {
		wg.Go(func() { overlays[i], errs[i] = GenerateFor(tc, Config{CacheDir: cache}) })
	}
	wg.Wait()
	made := 0
	for i, o := range overlays {
		if errs[i] != nil || o.JSON != overlays[0].JSON {
			t.Fatalf("generator %d: %+v, %v", i, o, errs[i])
		}
		if !o.Reused {
			made++
		}
	}
	entries, err := os.ReadDir(cache)
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.Type()&os.ModeSymlink != 0 }) // to a toolchain
	if err != nil || len(entries) != 1 || made != 1 {
		t.Errorf("%d generators made the overlay; the cache holds %v (%v), want one directory", made, entries, err)
	}
	for _, to := range replaced(t, overlays[0].JSON) {
		if _, err := os.Stat(to); err != nil {
			t.Error(err)
		}
	}
}

func replaced(t *testing.T, file string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f overlayFile
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f.Replace
}

func TestUserOverlay(t *testing.T) {
	tc := toolchain(t, "")
	dir := t.TempDir()
	user := func(text string) string {
		t.Helper()
		file := filepath.Join(dir, "user.json")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	cfg := Config{CacheDir: t.TempDir(), Dir: dir}
	cfg.User = user(`{"Replace": {"x.go": "new/x.go", "/abs/y.go": "", "` + filepath.Join(tc.GOROOT, "src/fmt/print.go") + `": "p.go"}}`)
	o, err := GenerateFor(tc, cfg)
	if err != nil {
		t.Fatal(err)
	}
	m := replaced(t, o.JSON)
	for from, to := range map[string]string{
		filepath.Join(dir, "x.go"): filepath.Join(dir, "new/x.go"),
		"/abs/y.go":                "",
		filepath.Join(tc.GOROOT, "src/fmt/print.go"):               filepath.Join(dir, "p.go"),
		filepath.Join(o.Toolchain.GOROOT, "src/runtime/proc.go"):   filepath.Join(o.Dir, "runtime/proc.go"),
		filepath.Join(o.Toolchain.GOROOT, "src/sync/waitgroup.go"): filepath.Join(o.Dir, "sync/waitgroup.go"),
	} {
		if got, ok := m[from]; !ok || got != to {
			t.Errorf("%s is replaced by %q, want %q", from, got, to)
		}
	}
	cfg.User = "user.json" // relative to Dir
	if again, err := GenerateFor(tc, cfg); err != nil || again.Dir != o.Dir {
		t.Errorf("a relative name: %v, %v", again, err)
	}
	for text, want := range map[string]string{
		`{"Replace": {"` + filepath.Join(tc.GOROOT, "src/runtime/proc.go") + `": "/p.go"}}`: "runtime/proc.go",
		`not json`: "is not an overlay file",
	} {
		cfg.User = user(text)
		if _, err := GenerateFor(tc, cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
	cfg.User = filepath.Join(dir, "missing.json")
	if _, err := GenerateFor(tc, cfg); err == nil {
		t.Error("a missing file was accepted")
	}
}

func TestFindToolchain(t *testing.T) {
	if _, err := FindToolchain(t.Context(), filepath.Join(t.TempDir(), "go"), "", nil); err == nil {
		t.Error("a missing go command was accepted")
	}
	if _, err := FindToolchain(t.Context(), "", "", environ("GOTOOLCHAIN=nonsense")); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("error %v, want the go command's", err)
	}
}
