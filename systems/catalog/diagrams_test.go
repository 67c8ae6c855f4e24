package catalog_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/coverage/statediagram"
	"github.com/ravelgo/ravel/systems/catalog"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// TestDiagrams draws the state diagrams of real systems, with what 40 executions have visited. The counts are the same on any
// machine, with any number of workers.
func TestDiagrams(t *testing.T) {
	for _, name := range []string{"vnext/repair", "chain/suspect"} {
		for _, s := range catalog.Systems() {
			for _, test := range s.Tests {
				if s.Name+"/"+test.Name != name {
					continue
				}
				cfg := test.Settings
				cfg.Strategy, cfg.Schedules, cfg.Seed, cfg.Seeded, cfg.Workers = "random", 40, 1, true, 2
				r, err := check.Explore(test.Name, cfg, test.Body)
				if err != nil {
					t.Fatal(err)
				}
				if r.Failure != nil {
					t.Fatal(r.Failure.Sentence())
				}
				for ext, draw := range map[string]func(io.Writer, *coverage.Coverage) error{"mmd": statediagram.Mermaid, "dot": statediagram.DOT} {
					var b bytes.Buffer
					if err := draw(&b, r.Coverage); err != nil {
						t.Fatal(err)
					}
					compare(t, s.Name+"-"+test.Name+"."+ext, b.Bytes())
				}
			}
		}
	}
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it), got:\n%s", path, got)
	}
}
