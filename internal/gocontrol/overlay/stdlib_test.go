package overlay

import (
	"os"
	"strings"
	"testing"
)

type shard struct {
	name     string
	run      string // "" for all
	packages []string
}

// shards are the packages of the standard library whose own tests must pass in a program with the overlay, and which of
// their tests.
var shards = []shard{
	{"sync", "", []string{"sync", "internal/sync", "context", "iter"}},
	{"atomic", "", []string{"sync/atomic"}},
	{"time", "", []string{"time"}},
	{"synctest", "", []string{"testing/synctest", "internal/synctest"}},
	{"runtime", "Chan|Select|Sema|Coro|Timer|Sched|Panic|Goexit|Lock|Defer|Stack|Map|Rand", []string{"runtime"}},
}

// stdlibVariable, set to "std", makes TestStandardLibrary try the installed release, set to "all" every minor release.
const stdlibVariable = "RAVEL_TEST_BUILDS"

// TestStandardLibrary runs tests of the standard library itself, built with the overlay, on goroutines that are not
// controlled: what the overlay changes must not show. For every supported minor release:
//
//	RAVEL_TEST_BUILDS=all go test -run TestStandardLibrary -timeout 60m ./internal/gocontrol/overlay
func TestStandardLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short, the standard library is not built")
	}
	if os.Getenv(stdlibVariable) == "" {
		t.Skipf("set %s=std, or all: the tests of the standard library are compiled for it", stdlibVariable)
	}
	releases := []string{""}
	if os.Getenv(stdlibVariable) == "all" {
		releases = []string{"go1.25.0", "go1.26.0", "go1.27.0"}
	}
	for _, release := range releases {
		t.Run("release "+release, func(t *testing.T) {
			tc := toolchain(t, release)
			o, err := GenerateFor(tc, Config{})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range shards {
				t.Run(s.name, func(t *testing.T) { s.test(t, o) })
			}
		})
	}
}

func (s shard) test(t *testing.T, o Overlay) {
	// Vet would look at files that are not the ones which are built.
	args := []string{"-vet=off", "-short", "-count=1"}
	if s.run != "" {
		args = append(args, "-run="+s.run)
	}
	cmd := o.Command(t.Context(), environ(), "test", append(args, s.packages...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, p := range s.packages {
		if !strings.Contains(string(out), "ok  \t"+p+"\t") {
			t.Errorf("no tests of %s have run:\n%s", p, out)
		}
	}
	t.Logf("%s", out)
}
