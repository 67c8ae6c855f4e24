package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/systems/catalog"
)

// A failure that does not come back has an exit code of its own.
func TestNotReproducible(t *testing.T) {
	runs := 0
	body := func(t *check.T) {
		runs++
		fails := runs == 40 // once in the life of the process
		t.Go("clock", func(c *ravel.Context) {
			c.Bool()
			c.Assert(!fails, "it is time")
		})
	}
	for _, args := range [][]string{{"--json"}, nil} {
		runs = 0
		var out, errors bytes.Buffer
		s := &shell{out: &out, err: &errors, systems: []catalog.System{{Name: "clock", Bugs: []catalog.Bug{{Name: "K1", Buggy: body}}}}}
		code := s.main(append([]string{"hunt", "clock/K1", "--workers=1", "--schedules=60"}, args...))
		if code != cli.NotReproduced {
			t.Errorf("%v: exit code %d:\n%s%s", args, code, &out, &errors)
		}
		if !strings.Contains(out.String(), `"replayed":false`) && !strings.Contains(out.String(), "did not happen again") {
			t.Errorf("%v: %s", args, &out)
		}
	}
}

// A token shows the same failure again, and the twin passes under it.
func TestReplay(t *testing.T) {
	out, _, code := run("hunt", "coin/C1", "--json", "--seed=3")
	var l line
	if err := json.Unmarshal([]byte(out), &l); err != nil || code != cli.Found || l.Token == "" {
		t.Fatalf("exit code %d, %v: %s", code, err, out)
	}
	out, errors, code := run("hunt", "coin/C1", "--replay="+l.Token)
	if code != cli.Found || !strings.Contains(out, "2 coins show heads") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
	if out, errors, code = run("hunt", "coin/C1", "--correct", "--replay="+l.Token); code != cli.Clean {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
	out, errors, code = run("hunt", "coin/C2", "--replay="+l.Token)
	if code != cli.Usage || !strings.Contains(errors, "another test") && !strings.Contains(errors, "does not belong") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

// So does the file of a saved schedule.
func TestReplayOfFile(t *testing.T) {
	entries, err := catalog.Find(testSystems(), "coin/C1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := check.Explore("coin/C1", check.Config{Schedules: 1000, Workers: 1}, entries[0].Bug.Buggy)
	if err != nil || r.Failure == nil {
		t.Fatal(r, err)
	}
	file, err := schedule.Save(t.TempDir(), &r.Failure.Record)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args, file string
		code       int
		says       string
	}{
		{"coin/C1", file, cli.Found, "2 coins show heads"},
		{"coin/C1 --correct", file, cli.Clean, "othing found"},
		{"coin/C2", file, cli.Usage, "coin/C1"},
		{"coin/C1", "none.ravel", cli.Usage, `"none.ravel" is neither a token, which begins with rv1-, nor the name of a file`},
		{"coin/C1", "hunt_test.go", cli.Usage, "hunt_test.go"},
	} {
		out, errors, code := run(append(strings.Fields("hunt "+tt.args), "--replay="+tt.file)...)
		if code != tt.code || !strings.Contains(strings.Join(strings.Fields(out+errors), " "), tt.says) {
			t.Errorf("%s --replay=%s: exit code %d, want %d and %q:\n%s%s", tt.args, tt.file, code, tt.code, tt.says, out, errors)
		}
	}
}

// --seed=random says which seed it was.
func TestRandomSeed(t *testing.T) {
	seeds := map[uint64]bool{}
	for range 3 {
		out, _, _ := run("hunt", "coin/C1", "--json", "-seed", "random")
		var l line
		if err := json.Unmarshal([]byte(out), &l); err != nil {
			t.Fatal(err, out)
		}
		seeds[l.Seed] = true
	}
	if len(seeds) != 3 {
		t.Errorf("seeds %v", seeds)
	}
}

func TestExitCodes(t *testing.T) {
	tests := []struct{ a, b, want int }{
		{cli.Clean, cli.Clean, cli.Clean},
		{cli.Clean, cli.NotReproduced, cli.NotReproduced},
		{cli.NotReproduced, cli.Found, cli.Found},
		{cli.Found, cli.NotReproduced, cli.Found},
		{cli.Found, cli.Clean, cli.Found},
	}
	for _, test := range tests {
		if got := worse(test.a, test.b); got != test.want {
			t.Errorf("worse(%d, %d) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// How far it is shows while it explores, and nothing is left behind.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	s := &shell{line: cli.NewLine(&out)}
	var cfg check.Config
	end := s.show(&cfg, "vnext/V1")
	cfg.Progress(check.Progress{Executions: 12, Steps: 3_000_000, Elapsed: 2 * time.Second})
	if !strings.Contains(out.String(), "vnext/V1: 12 schedules, 1.5 M steps/s, 2s") {
		t.Errorf("%q", out.String())
	}
	end()
	before := out.Len()
	cfg.Progress(check.Progress{})
	if !strings.HasSuffix(out.String(), "\r\x1b[K") || out.Len() != before {
		t.Errorf("%q", out.String())
	}
}

// The built-in systems are what the command works on.
func TestBuiltIn(t *testing.T) {
	var out bytes.Buffer
	s := &shell{out: &out, err: &out, systems: catalog.Systems()}
	if code := s.main([]string{"hunt"}); code != cli.Clean || !strings.Contains(out.String(), "vnext/V1") {
		t.Errorf("exit code %d:\n%s", code, &out)
	}
}
