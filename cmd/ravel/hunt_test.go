package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// fakeSystems stands for the command of the systems: it shows what it got and ends with the exit code 3.
const fakeSystems = `package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Printf("%q\n", os.Args[1:])
	fmt.Fprintln(os.Stderr, "hunting")
	os.Exit(3)
}
`

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func checkHunt(t *testing.T, r result) {
	t.Helper()
	if r.code != 3 || r.out != `["hunt" "vnext/V1" "--json" "-seed" "5"]`+"\n" || r.err != "hunting\n" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// Inside a workspace, or a module that has the systems, they are built from there. Their command gets the arguments as they
// are, and its exit code is that of ours.
func TestHuntInWorkspace(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module "+systemsModule+"\n\ngo 1.25.0\n")
	write(t, filepath.Join(dir, "cmd/ravel-systems/main.go"), fakeSystems)
	env := []string{"GOWORK=off", "GOFLAGS=", "XDG_CACHE_HOME=" + t.TempDir(), "HOME=" + t.TempDir(), "GOCACHE=" + goCache(t)}
	checkHunt(t, ravel(t, dir, env, "hunt", "vnext/V1", "--json", "-seed", "5"))

	for _, args := range [][]string{{"hunt", "--help"}, {"bench", "--help"}, {"bench"}, {"bench", "speed", "-h", "--", "-x", "a b"}} {
		r := ravel(t, dir, env, args...)
		if r.code != cli.NotReproduced || r.out != fmt.Sprintf("%q\n", args) {
			t.Errorf("%q: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
	}

	write(t, filepath.Join(dir, "cmd/ravel-systems/main.go"), "package main\n\nfunc main() { undefined() }\n")
	r := ravel(t, dir, env, "hunt", "vnext/V1")
	if r.code != cli.Usage || !strings.Contains(r.err, "undefined: undefined") || strings.Contains(r.err, "usage") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// Elsewhere they are fetched as a module, here from a module proxy in a folder.
func TestHuntElsewhere(t *testing.T) {
	proxy := t.TempDir()
	serve(t, proxy, coreModule, map[string]string{"go.mod": "module " + coreModule + "\n\ngo 1.25.0\n", "ravel.go": "package ravel\n"})
	serve(t, proxy, systemsModule, map[string]string{
		"go.mod":                    "module " + systemsModule + "\n\ngo 1.25.0\n\nrequire " + coreModule + " v0.0.0\n\nreplace " + coreModule + " => ../\n",
		"cmd/ravel-systems/main.go": strings.Replace(fakeSystems, `"os"`, "\"os\"\n\n\t_ \""+coreModule+"\"", 1),
	})
	cache := t.TempDir()
	env := []string{"GOWORK=off", "GOFLAGS=-modcacherw", "GONOSUMDB=*", "GONOSUMCHECK=1", "GOSUMDB=off", "GOPROXY=file://" + filepath.ToSlash(proxy),
		"GOMODCACHE=" + t.TempDir(), "XDG_CACHE_HOME=" + cache, "HOME=" + cache, "GOCACHE=" + goCache(t)}
	checkHunt(t, ravel(t, t.TempDir(), env, "hunt", "vnext/V1", "--json", "-seed", "5"))

	env = append(env, "GOPROXY=off", "GOMODCACHE="+t.TempDir(), "XDG_CACHE_HOME="+t.TempDir())
	r := ravel(t, t.TempDir(), env, "hunt", "vnext/V1")
	if r.code != cli.Usage || !strings.Contains(r.err, "module lookup disabled") || !strings.Contains(r.err, "ravel: go get of") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func goCache(t *testing.T) string {
	t.Helper()
	if c := os.Getenv("GOCACHE"); c != "" {
		return c
	}
	c, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(c, "go-build")
}

// serve puts version v0.1.0 of a module into a module proxy in a folder.
func serve(t *testing.T, proxy, module string, files map[string]string) {
	t.Helper()
	dir := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	write(t, filepath.Join(dir, "list"), "v0.1.0\n")
	write(t, filepath.Join(dir, "v0.1.0.info"), `{"Version":"v0.1.0"}`)
	write(t, filepath.Join(dir, "v0.1.0.mod"), files["go.mod"])
	f, err := os.Create(filepath.Join(dir, "v0.1.0.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(fmt.Sprintf("%s@v0.1.0/%s", module, name))
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
