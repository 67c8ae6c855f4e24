package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// stressShell has a stress test that is made up: it notices V3, at once, and nothing else.
func stressShell(calls *[]drill.Config) (s *shell, out, errs *bytes.Buffer, cleaned *bool) {
	out, errs, cleaned = &bytes.Buffer{}, &bytes.Buffer{}, new(bool)
	s = &shell{out: out, err: errs, systems: catalog.Systems(), stress: func(context.Context) (stressRun, func(), error) {
		return func(_ context.Context, cfg drill.Config, seed uint64) (drill.Result, error) {
			*calls = append(*calls, cfg)
			r := drill.Result{Rounds: 2, Elapsed: 90 * time.Second, Messages: 1000 * int64(seed), Lines: 50, Faults: 7}
			if cfg.Bugs == extmgr.V3 {
				r.Failure = &drill.Failure{Kind: drill.FewReplicas}
			}
			return r, nil
		}, func() { *cleaned = true }, nil
	}}
	return s, out, errs, cleaned
}

// The table has both sides, and says what was not found. Results are kept in the file and not made again.
func TestStress(t *testing.T) {
	var calls []drill.Config
	s, out, errs, cleaned := stressShell(&calls)
	file := filepath.Join(t.TempDir(), "stress.jsonl")
	args := []string{"bench", "stress", "--bugs=none,V3,V8", "--seeds=2", "--time=1m", "--patience=7s", "--workers=1", "--out=" + file}
	if code := s.main(args); code != cli.Clean || !*cleaned {
		t.Fatalf("exit code %d, %s; cleaned: %v", code, errs, *cleaned)
	}
	if len(calls) != 6 || calls[0].Bugs != 0 || calls[2].Bugs != extmgr.V3 || calls[4].NodeBugs != extnode.V8 || calls[4].Patience != 7*time.Second {
		t.Errorf("called with %+v", calls)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		if len(line) > cli.Columns+1 {
			t.Errorf("wider than %d columns: %s", cli.Columns, line)
		}
		if f := strings.Fields(line); len(f) > 1 {
			rows[f[0]] = f[1:]
		}
	}
	for name, want := range map[string]string{"none": "- - - - not found - - - -", "V3": "90 2 2000 50 few replicas", "V8": "- - - - not found"} {
		if got := strings.Join(rows[name], " "); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s ...", name, got, want)
		}
	}
	if hunted := rows["V3"]; len(hunted) != 10 || hunted[6] == "-" || hunted[8] == "0" {
		t.Errorf("V3 was not hunted: %q", hunted)
	}
	if want := "V8, stress: not found with 2 of 2 seeds, in 4 rounds and 180 s."; !strings.Contains(out.String(), want) {
		t.Errorf("%q is missing in\n%s", want, out)
	}
	first := out.String()
	out.Reset()
	if code := s.main(append(args, "--report")); code != cli.Clean || out.String() != first || len(calls) != 6 {
		t.Errorf("reported, with exit code %d, %s:\n%s\nwhen it was run:\n%s", code, errs, out, first)
	}
}

func TestStressJSON(t *testing.T) {
	var calls []drill.Config
	s, out, errs, _ := stressShell(&calls)
	if code := s.main([]string{"bench", "stress", "--bugs=V3", "--json", "--workers=1"}); code != cli.Clean {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("want two lines:\n%s", out)
	}
	var stress, ravel stressed
	if err := json.Unmarshal([]byte(lines[0]), &stress); err != nil {
		t.Fatal(err)
	}
	want := stressed{Bug: "vnext/V3", Side: stressSide, Seed: 1, Result: found, Seconds: 90, Shows: drill.FewReplicas, Rounds: 2, Faults: 7, Messages: 1000, Lines: 50}
	if stress != want {
		t.Errorf("%+v, want %+v", stress, want)
	}
	if err := json.Unmarshal([]byte(lines[1]), &ravel); err != nil || ravel.Result != found || ravel.Shows != "livelock" || ravel.Schedules == 0 || ravel.Steps == 0 {
		t.Errorf("%+v, %v", ravel, err)
	}
}

// What makes no sense is an error that says what to do.
func TestStressUsage(t *testing.T) {
	for args, want := range map[string]string{
		"--bugs=V99":            `there is no bug "V99" in vnext`,
		"--bugs=v3":             "did you mean V3?, or none for the correct code",
		"--seeds=0":             "--seeds=0: want at least 1",
		"--seeds=x":             "--seeds=x: want a number of at least 1",
		"--time=0s":             "--time=0s: want a positive duration",
		"--patience=-1s":        "--patience=-1s: want a positive duration",
		"--report":              "--report goes with --out=FILE",
		"--markdown --json":     "--markdown and --json exclude each other",
		"--report --out=no.txt": "no.txt has no results of these",
	} {
		var calls []drill.Config
		s, _, errs, _ := stressShell(&calls)
		code := s.main(append([]string{"bench", "stress"}, strings.Fields(args)...))
		if text := strings.Join(strings.Fields(errs.String()), " "); code != cli.Usage || !strings.Contains(text, want) || len(calls) > 0 {
			t.Errorf("%s: exit code %d, %q, want %q", args, code, text, want)
		}
	}
}
