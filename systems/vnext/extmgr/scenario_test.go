package extmgr_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// TestScenarios runs the files of testdata. A file is a list of comments (#) and
// cases; a case is a command line, a line ----, and the expected output up to
// the next blank line. The output of a command is what the manager logged, the
// messages it sent (->) and the invariants that are broken after it (!!).
//
//	config [target=3] [heartbeat=5s] [expire=10s] [sync=20s] [deadline=40s]
//	       [inflight=2] [warmup=none] [inc=1] [fix=membership,fencing]
//	       [bugs=V1,V2]    start a manager; an earlier one is gone
//	compare bugs=V1,V2 ... start two, the first without the bugs; each of the
//	                       following commands is for both
//	heartbeat NODE [inc=1] [free=1000] [seq=0] [at=addr-NODE]
//	sync NODE [inc=1] [seq=1] [EXTENT@VERSION[:LENGTH]]...
//	ack NODE [inc=1] [task=1.1] done|failed [EXTENT@VERSION]
//	tick expire|repair [n=1]   expire first moves the clock by a heartbeat period
//	meanwhile COMMAND...       do it during the next tick, where the manager lets
//	                           go of its mutex; if it does not, after the tick
//	advance DURATION
//	refuse NODE | accept NODE  whether the engine takes messages for the node
//	view                       print the state
//
// What two managers both put out is printed once. If they differ, the output of
// the first, which may be empty, follows "correct:" and that of the second the
// names of its bugs. It is an error if they never differ.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScenario(t, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("%s differs at line %s\nrun with -update to rewrite it", file, firstDifference(string(text), got))
			}
		})
	}
}

// runScenario returns the text with every expected output replaced by the real
// one.
func runScenario(t *testing.T, text string) string {
	var out strings.Builder
	s := newScript(t)
	skipping := false // the old output of a case
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case skipping:
			skipping = line != ""
			if skipping {
				continue
			}
		case line == "----":
			t.Fatalf("---- without a command")
		case line != "" && !strings.HasPrefix(line, "#"):
			output, err := s.run(strings.Fields(line))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			fmt.Fprintf(&out, "%s\n----\n%s", line, output)
			skipping = true
			continue
		}
		fmt.Fprintln(&out, line)
	}
	if err := s.endComparison(); err != nil {
		t.Error(err)
	}
	return out.String()
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) && i < len(g); i++ {
		if w[i] != g[i] {
			return fmt.Sprintf("%d:\n want %s\n  got %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d: one is longer", min(len(w), len(g)))
}
