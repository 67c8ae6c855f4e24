package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
)

// variant is which version of a program a child runs: the code of a test changes from run to run.
func variant() string { return os.Getenv("CHECK_TEST_VARIANT") }

func init() {
	children["Evolving"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			s := t.Create(counterMachine.New(&counter{}))
			clients := 2
			if variant() == "more" {
				clients = 3
			}
			for i := 1; i <= clients; i++ {
				t.Go("client", func(c *ravel.Context) {
					if strings.HasPrefix(variant(), "longer") {
						c.Yield()
					}
					c.Send(s, write{c.Self(), i})
					a := ravel.Receive[ack](c)
					c.Send(t.Self(), a)
				})
			}
			if variant() == "observed" {
				t.Go("observer", func(c *ravel.Context) {
					for range 1 + c.Int(3) {
						c.Yield()
					}
				})
			}
			a := check.Expect[ack](t)
			switch variant() {
			case "fixed", "longer":
			case "other", "longer and other":
				t.Assert(a.v == 1, "another message")
			default:
				t.Assert(a.v == 1, "client %d was faster", a.v)
			}
		})
	}
	children["Pinned"] = func(t *testing.T) {
		if token := os.Getenv("CHECK_TEST_TOKEN"); token != "" {
			check.Replay(t, token, lastWins)
			return
		}
		check.Test(t, lastWins)
	}
	children["Long"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			to := t.Go("server", func(c *ravel.Context) {
				for i := range 400 {
					c.Assert(ravel.Receive[ack](c).v == i && i < 399, "after %d", i)
				}
			})
			for i := range 400 {
				t.Send(to, ack{i})
			}
		})
	}
	children["Clocked"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			to := t.Go("sleeper", func(c *ravel.Context) {
				c.After(time.Second, tick{})
				_, late := ravel.Next(c).(hit)
				c.Assert(late, "the timer was early")
			})
			t.Go("busy", func(c *ravel.Context) {
				for range 5 {
					c.Yield()
				}
				c.Send(to, hit{})
			})
		}, check.OrderedClock(2), check.Schedules(20_000), check.Threshold(123), check.Steps(456))
	}
}

func saved(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "testdata", "ravel", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The life of a saved failure: found, tried first, fixed, stale.
func TestSavedFailures(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "Evolving")
	files := saved(t, dir)
	if len(files) != 1 || filepath.Base(filepath.Dir(files[0])) != "Evolving" {
		t.Fatalf("saved %q:\n%s", files, r.out)
	}
	rel, _ := filepath.Rel(dir, files[0])
	r.has(t, `^--- FAIL: Evolving`, `ravel: assertion found by \S+ in execution \d+:$`, `client 2 was faster`, `^ saved: `+rel+`$`, `The next run of the test tries it first\.$`)
	before, _ := os.ReadFile(files[0])

	// The schedule means the same with one more client, or with somebody else who moves and chooses.
	for _, v := range []string{"", "more", "observed"} {
		r = runChild(t, dir, "Evolving", "CHECK_TEST_VARIANT="+v)
		r.has(t, `^--- FAIL: Evolving`, `ravel: a saved failure fails again: assertion:$`, `client 2 was faster`, `-ravel\.replay=rv1-`)
	}
	r = runChild(t, dir, "Evolving", "CHECK_TEST_VARIANT=other")
	r.has(t, `^--- FAIL: Evolving`, `ravel: a saved schedule fails, though in another way than when it was saved: assertion:$`, `another message`)
	r = runChild(t, dir, "Evolving", "CHECK_TEST_VARIANT=fixed", "-test.v")
	r.has(t, `^--- PASS: Evolving`, `saved failure `+rel+` \(assertion\) passes now\. Keep the file as a regression test`, `no failure found: `)
	r = runChild(t, dir, "Evolving", "CHECK_TEST_VARIANT=longer", "-test.v")
	r.has(t, `^--- PASS: Evolving`, `saved failure `+rel+` \(assertion\) is stale: the program makes other choices than then, from choice \d+ of \d+ on`, `Delete the file if the bug is fixed`, `no failure found: `)
	if after, _ := os.ReadFile(files[0]); string(after) != string(before) || len(saved(t, dir)) != 1 {
		t.Errorf("the saved file has changed, or there are more: %q", saved(t, dir))
	}
}

func TestReplayInAFreshProcess(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "Evolving")
	_, rest, _ := strings.Cut(r.out, "-ravel.replay=")
	token := strings.Fields(rest)[0]
	file, _ := filepath.Rel(dir, saved(t, dir)[0])
	for _, s := range []string{"-ravel.replay=" + token, "RAVEL_REPLAY=" + token, "-ravel.replay=" + file, "-ravel.replay=" + filepath.Join(dir, file)} {
		again := runChild(t, dir, "Evolving", s)
		again.ours(t)
		again.has(t, `^--- FAIL: Evolving`, `ravel: replay fails as recorded: assertion:$`, `client 2 was faster`)
		if a, b := traceIn(r.out), traceIn(again.out); a != b || a == "" {
			t.Errorf("%s: the trace is\n%s\nwas\n%s", s, b, a)
		}
		fixed := runChild(t, dir, "Evolving", s, "CHECK_TEST_VARIANT=fixed", "-test.v")
		fixed.has(t, `^--- PASS: Evolving`, `ravel: the replayed execution passes \(\d+ steps\)`)
		changed := runChild(t, dir, "Evolving", s, "CHECK_TEST_VARIANT=longer")
		changed.has(t, `^--- FAIL: Evolving`, `ravel: the replay left its schedule, the code has changed since`, `The execution then passed`)
		changed.has(t, `\bin step \d+`)
		if strings.HasSuffix(s, schedule.Ext) {
			changed.has(t, `recorded is one of \d+ operations \(operation \S+ moves\), now it asked for`)
		}
		worse := runChild(t, dir, "Evolving", s, "CHECK_TEST_VARIANT=longer and other")
		worse.has(t, `^--- FAIL: Evolving`, `ravel: the replay left its schedule`)
	}
}

// traceIn returns the steps of the trace in a report.
func traceIn(out string) string {
	_, s, _ := strings.Cut(out, "liveness threshold")
	s, _, _ = strings.Cut(s, "FAILURE")
	return s
}

func TestDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	runChild(t, dir, "Evolving")
	file := saved(t, dir)[0]
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(good), "\n")
	for name, c := range map[string]struct{ text, want string }{
		"damaged":   {strings.Replace(string(good), "\nschedule ", "\nshcedule ", 1), `file is damaged`},
		"truncated": {strings.Join(lines[:len(lines)-3], ""), `file is cut off`},
		"foreign":   {"hello\n", `file is not a schedule of Ravel`},
		"newer":     {strings.Replace(string(good), "ravel schedule 1", "ravel schedule 2", 1), `file is of a newer format`},
		"empty":     {"", `file is not a schedule of Ravel|file is cut off`},
		"other":     {strings.Replace(string(good), "test Evolving", "test Another", 1), `the schedule of another test`},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(dir, file)
		for _, how := range []string{"-test.v", "-ravel.replay=" + rel} {
			r := runChild(t, dir, "Evolving", how)
			r.ours(t)
			r.has(t, `^--- FAIL: Evolving`, c.want)
			if !strings.Contains(r.out, rel) {
				t.Errorf("%s: the file is not named:\n%s", name, r.out)
			}
		}
	}
	// A folder of the same name in other letters is another test's, where file systems cannot tell.
	if err := os.WriteFile(file, []byte(strings.Replace(string(good), "test Evolving", "test EVOLVING", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	r := runChild(t, dir, "Evolving", "CHECK_TEST_VARIANT=fixed", "-test.v")
	r.has(t, `^--- PASS: Evolving`)
}

func TestFailureThatCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "testdata"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	r := runChild(t, dir, "LastWins")
	r.ours(t)
	r.has(t, `^--- FAIL: LastWins`, `saved failures: |saved:  not saved: `)
}

// The clock, and the other settings that choices depend on, travel with token and file.
func TestSettingsTravel(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "Clocked")
	r.has(t, `the timer was early`, `at most 456 steps, liveness threshold 123, ordered clock, budget early timers 2`)
	_, rest, _ := strings.Cut(r.out, "-ravel.replay=")
	text, err := os.ReadFile(saved(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"clock ordered\n", "budget \"early timers\" 2\n", "threshold 123\n", "steps 456\n", "failure assertion\n", "test Clocked\n"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("the file lacks %q:\n%s", line, text)
		}
	}
	for _, s := range []string{"-ravel.replay=" + strings.Fields(rest)[0], "-ravel.replay=" + saved(t, dir)[0]} {
		again := runChild(t, t.TempDir(), "Clocked", s, "-ravel.steps=99")
		again.has(t, `replay fails as recorded`, `at most 456 steps, liveness threshold 123, ordered clock, budget early timers 2`)
	}
	r = runChild(t, dir, "Clocked")
	r.has(t, `a saved failure fails again`)
}

func TestReplayFunction(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "Pinned")
	_, rest, _ := strings.Cut(r.out, "-ravel.replay=")
	for _, arg := range []string{strings.Fields(rest)[0], saved(t, dir)[0]} {
		r = runChild(t, dir, "Pinned", "CHECK_TEST_TOKEN="+arg, "-ravel.seed=nonsense is for Test")
		r.has(t, `^--- FAIL: Pinned`, `saved_test\.go:\d+: ravel: replay fails as recorded: assertion:$`)
	}
	r = runChild(t, dir, "Pinned", "CHECK_TEST_TOKEN=rv1-nonsense")
	r.ours(t)
	r.has(t, `ravel: replay: replay token is`)
}

func TestVerboseTrace(t *testing.T) {
	short := runChild(t, t.TempDir(), "Long")
	short.has(t, `steps are folded above\. With -ravel\.v the trace has all of them\.`)
	long := runChild(t, t.TempDir(), "Long", "-ravel.v")
	if strings.Contains(long.out, "folded") || strings.Count(long.out, "takes ack") < 399 {
		t.Errorf("-ravel.v folds:\n%.3000s", long.out)
	}
}
