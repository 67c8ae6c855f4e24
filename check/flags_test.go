package check_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

func init() {
	children["Passing"] = func(t *testing.T) { check.Test(t, passing) }
	children["LastWins"] = func(t *testing.T) { check.Test(t, lastWins) }
	children["Twice"] = func(t *testing.T) {
		check.Test(t, passing)
		check.Test(t, lastWins)
	}
	for name, opt := range map[string]check.Option{
		"Schedules": check.Schedules(0), "Time": check.Time(0), "Workers": check.Workers(-1), "Steps": check.Steps(0),
		"AllowLeak": check.AllowLeak("fine", "("), "AllowLeakEmpty": check.AllowLeak(""),
		"Threshold": check.Threshold(0), "Strategy": check.Strategy("pcd"), "Custom": check.Custom("mine", nil), "OrderedClock": check.OrderedClock(-1),
	} {
		children["Option"+name] = func(t *testing.T) { check.Test(t, passing, opt) }
	}
	children["OuterFailNow"] = func(t *testing.T) { check.Test(t, func(*check.T) { t.FailNow() }) }
	children["OuterFatalInHandler"] = func(t *testing.T) {
		check.Test(t, func(c *check.T) { c.Go("helper", func(*ravel.Context) { t.Fatal("outer") }) })
	}
	children["Slow"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			t.Go("helper", func(*ravel.Context) { time.Sleep(2 * time.Millisecond) })
		}, check.Schedules(1_000_000))
	}
	children["SlowBug"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			time.Sleep(8 * time.Millisecond)
			ones := 0
			for range 100 {
				ones += t.Int(3) % 2
			}
			t.Assert(ones < 20, "%d ones", ones/100)
		}, check.Strategy("random"))
	}
	children["GoroutineSends"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			go func() {
				time.Sleep(20 * time.Millisecond)
				t.Send(t.Self(), hit{})
			}()
		})
	}
	children["GoroutineSendsAtOnce"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			go t.Send(t.Self(), hit{})
			runtime.Gosched()
			check.Expect[hit](t)
		})
	}
	children["GoroutineHoldsContext"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			to := t.Self()
			t.Go("helper", func(c *ravel.Context) {
				go func() {
					for range 1000 {
						c.Send(to, hit{})
					}
				}()
				c.Yield()
			})
		})
	}
	children["Nondeterministic"] = func(t *testing.T) {
		n := 0
		check.Test(t, func(t *check.T) {
			n++
			t.Int(n + 1)
			t.Log("n is", n)
		}, check.Serial())
	}
}

// Every wrong setting is refused with its name, the name of the flag or of the variable, and what is wanted.
func TestBadSettings(t *testing.T) {
	token := tokenOf(t, "LastWins")
	for _, c := range []struct{ setting, want string }{
		{"strategy=pcd", `"pcd": there is no such strategy; the strategies are(?s:.*)fairpct:D`},
		{"strategy=pct:x", `the parameter of pct:D is a number of at least 1`},
		{"schedules=0", `"0": want a number of at least 1`},
		{"schedules=-5", `"-5": want a number of at least 1`},
		{"schedules=many", `"many": want a number of at least 1`},
		{"time=0s", `"0s": want a positive duration such as 30s`},
		{"time=-1s", `"-1s": want a positive duration`},
		{"time=30", `"30": want a positive duration`},
		{"seed=x", `"x": want a number, or random`},
		{"workers=0", `"0": want a number of at least 1`},
		{"workers=99999", `"99999": want a number of at most 1024`},
		{"processes=maybe", `"maybe": want 1 or 0`},
		{"isolate=maybe", `"maybe": want 1 or 0`},
		{"steps=0", `"0": want a number of at least 1`},
		{"steps=99999999999", `want a number of at most 2147483647`},
		{"stuck=never", `"never": want a positive duration`},
		{"replay=rv1-xyz", `replay token is (cut off|damaged): .*copy the whole word`},
		{"replay=" + token[:len(token)-4], `replay token is cut off: some of it is missing`},
		{"replay=" + strings.Replace(token, token[20:22], "zz", 1), `replay token is damaged: its checksum is wrong`},
		{"replay=rv9-" + token[4:], `replay token is of a newer format: its format version is 9, this one reads up to 1`},
		{"replay=gc1-abc", `"gc1-abc" is neither a token, which begins with rv1-, nor the name of a file`},
		{"replay=" + token, `replay token is the schedule of another test: it does not belong to github\.com/ravelgo/ravel/check_test\.Passing`},
		{"replay=testdata/none.ravel", `none\.ravel: no such file or directory \(tests run in the folder of their package, which is /`},
		{"replay=" + os.DevNull, `/dev/null:1: file is not a schedule of Ravel`},
	} {
		name, value, _ := strings.Cut(c.setting, "=")
		for _, s := range []string{"-ravel." + c.setting, "RAVEL_" + strings.ToUpper(name) + "=" + value} {
			r := runChild(t, t.TempDir(), "Passing", s)
			r.ours(t)
			r.has(t, `^--- FAIL: Passing`, `ravel: (replay: )?`+strings.TrimSuffix(s, "="+value)+`\b`, c.want)
			if r.code != 1 {
				t.Errorf("%s: exit code %d", s, r.code)
			}
		}
	}
	for s, code := range map[string]int{"-ravel.allowleak=(": 2, "RAVEL_ALLOW_LEAK=fine\n(": 1} {
		r := runChild(t, t.TempDir(), "Passing", s)
		r.ours(t)
		r.has(t, `(-ravel\.allowleak|RAVEL_ALLOW_LEAK)\("\("\): want a regular expression of Go's syntax: .*missing closing \)`)
		if r.code != code {
			t.Errorf("%s: exit code %d", s, r.code)
		}
	}
	r := runChild(t, t.TempDir(), "Passing", "RAVEL_V=loud")
	r.has(t, `^--- FAIL: Passing`, `RAVEL_V="loud": want 1 or 0`)
}

func tokenOf(t *testing.T, child string) string {
	t.Helper()
	r := runChild(t, t.TempDir(), child)
	_, rest, ok := strings.Cut(r.out, "-ravel.replay=")
	if !ok {
		t.Fatalf("no replay line:\n%s", r.out)
	}
	return strings.Fields(rest)[0]
}

func TestBadOptions(t *testing.T) {
	for name, want := range map[string]string{
		"AllowLeak": `option AllowLeak\("\("\): want a regular expression`, "AllowLeakEmpty": `option AllowLeak\(""\): it would match every goroutine`,
		"Schedules": `option Schedules\(0\): it must be at least 1`, "Time": `option Time\(0s\): it must be positive`,
		"Workers": `option Workers\(-1\): it must be at least 1`, "Steps": `option Steps\(0\)`, "Threshold": `option Threshold\(0\)`,
		"Strategy": `strategy "pcd": there is no such strategy`, "Custom": `option Custom\("mine", nil\): it needs a function`,
		"OrderedClock": `EarlyTimers is -1`,
	} {
		r := runChild(t, t.TempDir(), "Option"+name)
		r.ours(t)
		r.has(t, `^--- FAIL: Option`+name, `flags_test\.go:\d+: ravel: `, want)
	}
}

func TestSettingsReachTheRun(t *testing.T) {
	r := runChild(t, t.TempDir(), "Passing", "-ravel.schedules=77", "-ravel.strategy=random", "-ravel.seed=12", "-ravel.workers=3", "-ravel.v")
	r.has(t, `^ravel: Passing: no failure found: 77 executions, `, `strategy random, seed 12, 3 workers`)
	r = runChild(t, t.TempDir(), "Passing", "RAVEL_SCHEDULES=78", "RAVEL_STRATEGY=pct:2", "RAVEL_SEED=0x10", "RAVEL_WORKERS=1", "RAVEL_V=1")
	r.has(t, `no failure found: 78 executions`, `strategy pct:2, seed 16, 1 worker$`)
	r = runChild(t, t.TempDir(), "Passing", "RAVEL_SCHEDULES=78", "-ravel.schedules=79", "-test.v")
	r.has(t, `no failure found: 79 executions`)
	r = runChild(t, t.TempDir(), "Passing", "-test.short", "-test.v", "-ravel.time=1h", "-ravel.schedules=5")
	r.has(t, `no failure found: 5 executions`)
	r = runChild(t, t.TempDir(), "Passing", "-test.short", "-test.v")
	r.has(t, `no failure found: 1,000 executions`)
	r = runChild(t, t.TempDir(), "Passing", "-test.v", "-ravel.time=30ms", "-ravel.steps=50")
	r.has(t, `the time bound ended the run after execution [\d,]+: a longer time`)
	a := runChild(t, t.TempDir(), "LastWins", "-ravel.seed=random")
	b := runChild(t, t.TempDir(), "LastWins", "-ravel.seed=random")
	a.has(t, `seed \d+, strategy`)
	if strings.Contains(a.out, "seed 1234") || seedIn(a.out) == seedIn(b.out) {
		t.Errorf("random seeds:\n%s\n%s", a.out, b.out)
	}
}

func seedIn(out string) string {
	_, rest, _ := strings.Cut(out, "seed ")
	s, _, _ := strings.Cut(rest, ",")
	return s
}

func TestDeadline(t *testing.T) {
	start := time.Now()
	r := runChild(t, t.TempDir(), "Slow", "-test.timeout=1s", "-test.v")
	r.ours(t)
	r.has(t, `^--- PASS: Slow`, `the test's deadline ended the run after execution [\d,]+: for more, go test -timeout=1h`)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	// What takes long here is the search for a simpler schedule.
	r = runChild(t, t.TempDir(), "SlowBug", "-test.timeout=2s")
	r.ours(t)
	r.has(t, `^--- FAIL: SlowBug`, `ravel: assertion found by random in execution`, `-ravel\.replay=`)
}

// The outer T's FailNow inside an execution ends no worker, and the report says which T to use.
func TestOuterT(t *testing.T) {
	for _, name := range []string{"OuterFailNow", "OuterFatalInHandler"} {
		r := runChild(t, t.TempDir(), name)
		r.ours(t)
		r.has(t, `^--- FAIL: `+name, `ravel: exit found by nonpreemptive in execution 0:`, `called Fatal or FailNow of the outer test \(use the T that the body is given\)`, `FAILURE: exit, in step \d+, at flags_test\.go:\d+ .* called Fatal or FailNow of the outer`)
		if r.code != 1 {
			t.Errorf("exit code %d", r.code)
		}
	}
}

// A goroutine that uses the T or a Context can be neither stopped nor scheduled: it ends the process, by its name.
func TestGoroutineThatUsesT(t *testing.T) {
	r := runChild(t, t.TempDir(), "GoroutineSends")
	r.alive(t)
	r.has(t, `uncontrolled goroutine`, `started goroutine check_test\S+ at flags_test\.go:\d+, which Ravel does not control`)
	if r.code == 0 {
		t.Errorf("it passes:\n%s", r.out)
	}
	// This one may be caught amid an append to the memory that it shares with the engine, and then ends the process itself,
	// with Go's own report of who started it.
	r = runChild(t, t.TempDir(), "GoroutineHoldsContext")
	r.alive(t)
	if r.code == 0 || !matches(r.out, `started goroutine check_test\S+ at flags_test\.go:\d+, which Ravel does not control|created by github.com/ravelgo/ravel/check_test`) {
		t.Errorf("exit code %d:\n%s", r.code, r.out)
	}
	// Whether this one is in time to spoil a step that another machine takes is up to the runtime.
	r = runChild(t, t.TempDir(), "GoroutineSendsAtOnce")
	r.alive(t)
	if r.code == 0 || !matches(r.out, `which Ravel does not control|nondeterminism|not reproducible`) {
		t.Errorf("exit code %d:\n%s", r.code, r.out)
	}
}

func TestNondeterminismFailsTheTest(t *testing.T) {
	r := runChild(t, t.TempDir(), "Nondeterministic")
	r.ours(t)
	r.has(t, `^--- FAIL: Nondeterministic`, `ravel: nondeterminism: the same schedule did two different things`, `where: step 1`, `once: test: .* 1`, `then: test: .* 2`, `usual suspects`)
}

// A second exploration in one test function has a name of its own.
func TestTwoExplorationsInOneTest(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "Twice")
	r.has(t, `^--- FAIL: Twice`, `-ravel\.replay=rv1-`)
	if got, _ := filepath.Glob(filepath.Join(dir, "testdata/ravel/*/*.ravel")); len(got) != 1 || filepath.Base(filepath.Dir(got[0])) != "Twice+2" {
		t.Errorf("%q", got)
	}
	_, rest, _ := strings.Cut(r.out, "-ravel.replay=")
	again := runChild(t, t.TempDir(), "Twice", "-test.v", "-ravel.replay="+strings.Fields(rest)[0])
	again.has(t, `the schedule is of exploration 2 of this test: this one is left out`, `replay fails as recorded`)
}
