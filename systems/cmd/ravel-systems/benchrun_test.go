package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
)

// fileLines are the lines of a file of results, without the head.
func fileLines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")[1:]
}

// runOn runs a command line on one system.
func runOn(s catalog.System, args ...string) (out, errors string, code int) {
	var o, e bytes.Buffer
	sh := &shell{out: &o, err: &e, systems: []catalog.System{s}}
	code = sh.main(args)
	return o.String(), e.String(), code
}

// dice is a system with a bug that takes about a hundred schedules, and with
// settings of its own. All runs are counted.
func dice(runs *atomic.Int64) catalog.System {
	body := func(sixes int) func(*check.T) {
		return func(t *check.T) {
			runs.Add(1)
			t.Go("thrower", func(c *ravel.Context) {
				n := 0
				for range 2 {
					if c.Int(10) == 6 {
						n++
					}
				}
				c.Assert(n < sixes, "%d sixes", n)
			})
		}
	}
	return catalog.System{
		Name: "dice", Summary: "two dice",
		Bugs: []catalog.Bug{{
			Name: "D1", Summary: "both may show six", Shows: []failure.Kind{failure.KindAssertion},
			Settings: check.Config{Steps: 50}, Buggy: body(2), Correct: body(3),
		}},
		Tests: []catalog.Test{
			{Name: "right", Summary: "they may", Settings: check.Config{Steps: 50}, Body: body(3)},
			{Name: "wrong", Summary: "they may not", Body: body(2)},
		},
	}
}

// The number of schedules is that of a hunt with the same seed, however many
// workers there are.
func TestDifficultyIsThatOfAHunt(t *testing.T) {
	var runs atomic.Int64
	for _, workers := range []string{"--workers=1", "--workers=2"} {
		out, errors, code := runOn(dice(&runs), "bench", "difficulty", "--seeds=3", "--json", workers)
		var d difficultyLine
		if err := json.Unmarshal([]byte(out), &d); err != nil || code != cli.Clean || d.Found != 3 || len(d.Trials) != 3 {
			t.Fatalf("exit code %d, %v:\n%s%s", code, err, out, errors)
		}
		out, _, _ = runOn(dice(&runs), "hunt", "dice/D1", "--seed=3", "--strategy=random", "--json")
		var l line
		if err := json.Unmarshal([]byte(out), &l); err != nil || !l.Found {
			t.Fatalf("%v: %s", err, out)
		}
		if r := d.Trials[2]; r.Schedules != l.Schedules || r.Steps != l.Steps || r.Kind != l.Kind || r.Bound != 50 {
			t.Errorf("%s: %+v, a hunt says %+v", workers, r, l)
		}
	}
}

// A second run does what is missing and nothing else. A result that was not
// written to its end is made again.
func TestDifficultyGoesOn(t *testing.T) {
	var runs atomic.Int64
	system := dice(&runs)
	file := filepath.Join(t.TempDir(), "my results.jsonl")
	bench := func(seeds string, more ...string) (string, int64) {
		t.Helper()
		runs.Store(0)
		out, errors, code := runOn(system, append([]string{"bench", "difficulty", "--seeds=" + seeds, "--out=" + file}, more...)...)
		if code != cli.Clean {
			t.Fatalf("exit code %d: %s", code, errors)
		}
		return out, runs.Load()
	}
	_, first := bench("2", "--cap=5000")
	before := fileLines(t, file)
	if len(before) != 2 || first == 0 {
		t.Fatalf("%d executions: %s", first, before)
	}
	out, ran := bench("2")
	if ran != 0 || !strings.Contains(out, "2/2") || !strings.Contains(out, "5000\n") {
		t.Errorf("%d executions although there was nothing to do:\n%s", ran, out)
	}
	if _, ran := bench("4"); ran == 0 || len(fileLines(t, file)) != 4 {
		t.Errorf("%d executions: %s", ran, fileLines(t, file))
	}
	whole, _ := os.ReadFile(file)
	if err := os.WriteFile(file, whole[:len(whole)-9], 0o666); err != nil {
		t.Fatal(err)
	}
	if _, ran := bench("4"); ran == 0 {
		t.Error("half a result was taken for one")
	}
	after := fileLines(t, file)
	if len(after) != 4 || strings.Join(after[:2], "\n") != strings.Join(before, "\n") {
		t.Errorf("the file was changed:\n%s\n%s", before, after)
	}
	for i, l := range after {
		var r trial
		if json.Unmarshal([]byte(l), &r) != nil || r.Seed != uint64(i+1) || r.Result != found {
			t.Errorf("%s", l)
		}
	}
}

// What time has cut is done again when there is more time.
func TestDifficultyCut(t *testing.T) {
	var runs atomic.Int64
	system := dice(&runs)
	quick := system.Bugs[0].Buggy
	system.Bugs[0].Buggy = func(t *check.T) { time.Sleep(time.Millisecond); quick(t) }
	file := filepath.Join(t.TempDir(), "results.jsonl")
	bench := func(args ...string) string {
		t.Helper()
		out, errors, code := runOn(system, append([]string{"bench", "difficulty", "--seeds=1", "--out=" + file}, args...)...)
		if code != cli.Clean {
			t.Fatalf("exit code %d: %s", code, errors)
		}
		return out
	}
	if out := bench("--time=5ms"); !strings.Contains(out, "dice/D1 was cut by --time with seed 1:") || !strings.Contains(out, "0/1") {
		t.Errorf("not cut:\n%s", out)
	}
	if bench("--time=4ms"); len(fileLines(t, file)) != 1 {
		t.Error("it was done again for less time")
	}
	if out := bench(); len(fileLines(t, file)) != 2 || !strings.Contains(out, "1/1") {
		t.Errorf("not done again:\n%s", out)
	}
	bench("--time=4ms") // the later result counts
	if n := len(fileLines(t, file)); n != 2 {
		t.Errorf("%d results", n)
	}
}

// A failure that the bug is not known for is none of its own, and neither is one
// that does not happen again.
func TestDifficultyCountsOnlyTheBug(t *testing.T) {
	var runs atomic.Int64
	system := dice(&runs)
	system.Bugs[0].Shows = []failure.Kind{failure.KindLivelock}
	out, _, code := runOn(system, "bench", "difficulty", "--seeds=2")
	if code != cli.Clean || !strings.Contains(out, "0/2") || !strings.Contains(out, "showed as assertion") || !strings.Contains(out, "seeds 1, 2.") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	system.Bugs[0].Buggy = func(t *check.T) {
		fails := runs.Add(1) == 40
		t.Go("clock", func(c *ravel.Context) {
			c.Bool()
			c.Assert(!fails, "it is time")
		})
	}
	runs.Store(0)
	out, _, code = runOn(system, "bench", "difficulty", "--seeds=1", "--cap=60", "--workers=1")
	if code != cli.NotReproduced || !strings.Contains(out, "0/1") || !strings.Contains(out, "did not do so again") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// An interrupt loses nothing that was finished, and says how to go on.
func TestInterrupt(t *testing.T) {
	for _, command := range []string{"difficulty", "correct"} {
		t.Run(command, func(t *testing.T) {
			var runs atomic.Int64
			ctx, interrupt := context.WithCancel(t.Context())
			release := make(chan struct{})
			defer close(release)
			system := dice(&runs)
			slow := func(*check.T) { // the second thing to do is never finished
				interrupt()
				<-release
			}
			system.Bugs = append(system.Bugs, catalog.Bug{Name: "D2", Shows: system.Bugs[0].Shows, Buggy: slow})
			system.Tests[1].Body = slow
			file := filepath.Join(t.TempDir(), "results.jsonl")
			var out, errors bytes.Buffer
			s := &shell{out: &out, err: &errors, systems: []catalog.System{system}, ctx: ctx}
			args := map[string][]string{"difficulty": {"--seeds=1", "--cap=500"}, "correct": {"--schedules=500"}}[command]
			if code := s.main(append([]string{"bench", command, "--out=" + file}, args...)); code != interrupted {
				t.Errorf("exit code %d", code)
			}
			if n := len(fileLines(t, file)); n != 1 {
				t.Errorf("%d results in the file", n)
			}
			if want := "when 1 of 2 were done. To go on:\n  ravel bench " + command + " "; !strings.Contains(errors.String(), want) {
				t.Errorf("got %q, want %q in it", &errors, want)
			}
			if !strings.Contains(errors.String(), "--out="+quoted(file)) || !strings.Contains(out.String(), "dice/") {
				t.Errorf("%s%s", &out, &errors)
			}
		})
	}
}

// A file that cannot be read or written is an error before anything is explored.
func TestFileErrors(t *testing.T) {
	var runs atomic.Int64
	dir := t.TempDir()
	paths := []string{dir, filepath.Join(dir, "none", "results.jsonl")}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		sealed := filepath.Join(dir, "sealed.jsonl")
		if err := os.WriteFile(sealed, []byte(`{"bench":"difficulty","strategy":"random","cap":10,"steps":0}`+"\n"), 0o400); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, sealed)
	}
	for _, path := range paths {
		_, errors, code := runOn(dice(&runs), "bench", "difficulty", "--out="+path)
		if code != cli.Usage || !strings.Contains(errors, "--out: ") || runs.Load() != 0 {
			t.Errorf("%s: exit code %d, %d executions: %s", path, code, runs.Load(), errors)
		}
	}
}

// Correct tests pass, others are found wrong, with their trace, and what was done
// is not done again.
func TestCorrect(t *testing.T) {
	var runs atomic.Int64
	system := dice(&runs)
	file := filepath.Join(t.TempDir(), "results.jsonl")
	bench := func(path string, more ...string) (string, int) {
		out, errors, code := runOn(system, append([]string{"bench", "correct", path, "--out=" + file}, more...)...)
		if errors != "" {
			t.Error(errors)
		}
		return out, code
	}
	out, code := bench("dice/right", "--schedules=2000", "--seed=0x10")
	if code != cli.Clean || !strings.Contains(out, "passed") || !strings.Contains(out, " 2000 ") || !strings.Contains(out, "the seed is 16.") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	runs.Store(0)
	again, code := bench("dice/right")
	if code != cli.Clean || runs.Load() != 0 || again != out {
		t.Errorf("exit code %d, %d executions:\n%s", code, runs.Load(), again)
	}
	out, code = bench("dice")
	for _, want := range []string{"passed", "FAILED", "2 sixes", "chooses 6", "ravel bench correct dice/wrong --strategy=portfolio --seed=16"} {
		if code != cli.Found || !strings.Contains(out, want) {
			t.Fatalf("exit code %d, want %q in\n%s", code, want, out)
		}
	}
	// The command line that it prints shows it again.
	_, line, _ := strings.Cut(out, "To see it again:\n  ravel ")
	if out, _, code := runOn(system, strings.Fields(line)...); code != cli.Found || !strings.Contains(out, "2 sixes") {
		t.Errorf("%s: exit code %d:\n%s", line, code, out)
	}
	runs.Store(0)
	if out, code := bench("dice"); code != cli.Found || runs.Load() != 0 || !strings.Contains(out, "2 sixes") {
		t.Errorf("exit code %d, %d executions:\n%s", code, runs.Load(), out)
	}
}

// A test that is not deterministic has an exit code of its own, one that was cut
// is said to be.
func TestCorrectNotReproduced(t *testing.T) {
	var runs atomic.Int64
	system := dice(&runs)
	system.Tests = system.Tests[:1]
	system.Tests[0].Body = func(t *check.T) {
		odd := runs.Add(1)%2 == 1
		t.Go("clock", func(c *ravel.Context) {
			if odd {
				c.Bool()
			}
		})
	}
	if out, _, code := runOn(system, "bench", "correct", "--schedules=100"); code != cli.NotReproduced || !strings.Contains(out, "not reproduced") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	system.Tests[0].Body = func(*check.T) { time.Sleep(time.Millisecond) }
	if out, _, code := runOn(system, "bench", "correct", "--time=5ms"); code != cli.Clean || !strings.Contains(out, " cut\n") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// A figure that cannot be measured ends the command.
func TestSpeedFails(t *testing.T) {
	var out, errors bytes.Buffer
	figures := testFigures()[:1]
	figures[0].Measure = func() (float64, error) { return 0, os.ErrDeadlineExceeded }
	s := &shell{out: &out, err: &errors, figures: func() []bars.Figure { return figures }, samplers: testSamplers}
	if code := s.main([]string{"bench", "speed"}); code != cli.Usage || !strings.Contains(errors.String(), "measuring machine_step_ns") {
		t.Errorf("exit code %d:\n%s%s", code, &out, &errors)
	}
	s.figures, s.err = testFigures, &errors
	s.samplers = func() []bars.Sampler {
		return []bars.Sampler{{Name: "pct", Measure: func(time.Duration) (bars.Pace, error) { return bars.Pace{}, os.ErrDeadlineExceeded }}}
	}
	if code := s.main([]string{"bench", "speed", "--runs=1"}); code != cli.Usage || !strings.Contains(errors.String(), "measuring the steps of strategies") {
		t.Errorf("exit code %d:\n%s%s", code, &out, &errors)
	}
}
