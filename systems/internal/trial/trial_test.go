package trial_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

// The system under test rolls a die of six sides.
type options struct {
	forbidden []int // what a run must not roll
	mute      bool  // the monitor is not told
	sides     int   // 0 is 6
}

func (o options) Settings() check.Config {
	return check.Config{Steps: 50, Threshold: 20, OrderedClock: true, EarlyTimers: 2}
}

type (
	rolled struct{ N int }
	over   struct{}
	rolls  struct{ last int }
)

var rollsMonitor = ravel.DefineMonitor[rolls]("Rolls",
	ravel.Warm("Rolling",
		ravel.On(func(r *rolls, c *ravel.MonitorContext, e rolled) {
			c.Assert(e.N != r.last, "%d again", e.N)
			r.last = e.N
		}),
		ravel.Ignore[over](),
	),
)

func monitors() []ravel.Monitor { return []ravel.Monitor{rollsMonitor.New(&rolls{last: -1})} }

var study = trial.Of(func(o options) func(*check.T) {
	return func(t *check.T) {
		if o.sides < 0 {
			t.Fatalf("a die of %d sides", o.sides)
		}
		t.Monitor(monitors()[0])
		n := t.Int(cmp.Or(o.sides, 6))
		if !o.mute {
			t.Notify(rolled{n})
		}
		for _, f := range o.forbidden {
			t.Assert(n != f, "%d is rolled", f)
		}
	}
})

// recorder is a test that takes note of what it is told.
type recorder struct {
	testing.TB
	said  []string
	ended bool
}

func (r *recorder) Helper()             {}
func (r *recorder) Logf(string, ...any) {}
func (r *recorder) Errorf(format string, a ...any) {
	r.said = append(r.said, fmt.Sprintf(format, a...))
}
func (r *recorder) Fatal(a ...any) { r.Fatalf("%s", fmt.Sprintln(a...)) }

func (r *recorder) Fatalf(format string, a ...any) {
	r.Errorf(format, a...)
	r.ended = true
	runtime.Goexit()
}

// record returns what a test says that may fail.
func record(t *testing.T, test func(t testing.TB)) *recorder {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r
}

// Each question has an answer that is no error, and one that is: what it says, and whether it ends the test.
func TestQuestions(t *testing.T) {
	fair, loaded := options{}, options{forbidden: []int{3, 5}}
	n := check.Schedules(200)
	for name, test := range map[string]struct {
		ask  func(t testing.TB)
		says string // "" is nothing
		ends bool
	}{
		"passes":       {func(t testing.TB) { study.Passes(t, fair, n) }, "", false},
		"fails":        {func(t testing.TB) { study.Passes(t, loaded, n) }, "is rolled", true},
		"found":        {func(t testing.TB) { study.Find(t, loaded, n) }, "", false},
		"not found":    {func(t testing.TB) { study.Find(t, fair, n) }, "nothing found", true},
		"misused":      {func(t testing.TB) { study.Passes(t, fair, check.Strategy("none")) }, "none", true},
		"exhausted":    {func(t testing.TB) { study.Exhaust(t, fair, "states", 100) }, "", false},
		"cut":          {func(t testing.TB) { study.Exhaust(t, fair, "states", 2) }, "exhausted: false", false},
		"not counted":  {func(t testing.TB) { study.Exhaust(t, fair, "random", 100) }, "exhausted: false", false},
		"exhausted?":   {func(t testing.TB) { study.Exhaust(t, loaded, "states", 100) }, "is rolled", false},
		"heard":        {func(t testing.TB) { study.NotVacuous(t, fair, 20) }, "", false},
		"silent":       {func(t testing.TB) { study.NotVacuous(t, options{mute: true}, 20) }, "silent monitors", false},
		"refused":      {func(t testing.TB) { study.Refuses(t, options{sides: -1}, "-1 sides") }, "", false},
		"accepted":     {func(t testing.TB) { study.Refuses(t, options{sides: 1}, "1 sides") }, "want a failure", false},
		"other reason": {func(t testing.TB) { study.Refuses(t, options{sides: -1}, "no die") }, "want a failure", false},
		"shows both":   {func(t testing.TB) { study.Shows(t, loaded, 50, 200, trial.Says("5 is")) }, "", false},
		"does not":     {func(t testing.TB) { study.Shows(t, loaded, 50, 200, trial.Says("4 is")) }, "not found as wanted", false},
		"nothing does": {func(t testing.TB) { study.Shows(t, fair, 50, 200, trial.Says("4 is")) }, "nothing found", true},
		"accepts":      {func(t testing.TB) { trial.Tell(t, monitors, []any{rolled{1}, over{}, rolled{2}}, "") }, "", false},
		"objects":      {func(t testing.TB) { trial.Tell(t, monitors, []any{rolled{1}, rolled{1}}, "1 again") }, "", false},
		"objects, too": {func(t testing.TB) { trial.Tell(t, monitors, []any{rolled{1}, rolled{1}}, "") }, "1 again", false},
		"too generous": {func(t testing.TB) { trial.Tell(t, monitors, []any{rolled{1}}, "1 again") }, "accepted", false},
		"other words":  {func(t testing.TB) { trial.Tell(t, monitors, []any{rolled{1}, rolled{1}}, "2 again") }, "1 again", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, test.ask)
			said := strings.Join(r.said, "\n")
			if !strings.Contains(said, test.says) || (test.says == "") != (said == "") || r.ended != test.ends {
				t.Errorf("ended: %v, want %v; said %q, want %q", r.ended, test.ends, said, test.says)
			}
		})
	}
}

// A failure comes back, but not if the program is another one; the defect is its cause.
func TestReplays(t *testing.T) {
	buggy := options{forbidden: []int{3}}
	f := study.Find(t, buggy, check.Schedules(200))
	trial.Expect(t, f, "3 is rolled")
	study.Passes(t, options{}, study.Replays(t, buggy, f, 2))
	study.Passes(t, options{}, trial.UpTo(f))
	if again := study.Find(t, buggy, trial.UpTo(f)); again.Execution != f.Execution {
		t.Errorf("found in execution %d, want %d", again.Execution, f.Execution)
	}

	other := options{forbidden: []int{0, 1, 2, 4, 5}}
	if r := record(t, func(t testing.TB) { study.Replays(t, other, f, 1) }); !r.ended {
		t.Error("another program fails in the same way")
	}
	both := options{forbidden: []int{3}, mute: true}
	if r := record(t, func(t testing.TB) { study.Replays(t, both, f, 1) }); r.ended {
		t.Errorf("the same choices do not fail: %q", r.said)
	}
	if r := record(t, func(t testing.TB) { trial.Expect(t, f, "4 is rolled") }); len(r.said) == 0 {
		t.Error("any message is expected")
	}
}

// What is saved fails again as it did, and in no other way; a second one takes its place.
func TestSaved(t *testing.T) {
	buggy, fair := options{forbidden: []int{3}}, options{}
	f := study.Find(t, buggy, check.Schedules(200))
	dir := filepath.Join(t.TempDir(), "saved")
	if r := record(t, func(t testing.TB) { study.Saved(t, dir, buggy, fair) }); !r.ended || !strings.Contains(r.said[0], "want one file") {
		t.Errorf("nothing is saved, and it says %q", r.said)
	}
	for range 2 {
		trial.Save(t, dir, f)
		again := study.Saved(t, dir, buggy, fair)
		trial.Expect(t, again, "3 is rolled")
		trial.ExpectKind(t, again, []failure.Kind{failure.KindMonitor, failure.KindAssertion})
	}
	if r := record(t, func(t testing.TB) { trial.ExpectKind(t, f, []failure.Kind{failure.KindMonitor}) }); len(r.said) == 0 {
		t.Error("any kind is expected")
	}
	for name, tt := range map[string]struct {
		buggy, correct options
		says           string
	}{
		"passes":              {fair, fair, "no longer fails"},
		"fails otherwise":     {options{forbidden: []int{0, 1, 2, 4, 5}}, fair, "no longer fails"},
		"is in the other one": {buggy, buggy, "3 is rolled"},
	} {
		if r := record(t, func(t testing.TB) { study.Saved(t, dir, tt.buggy, tt.correct) }); !r.ended || !strings.Contains(r.said[0], tt.says) {
			t.Errorf("%s: ended: %t, said %q, want %q", name, r.ended, r.said, tt.says)
		}
	}
}

func TestKind(t *testing.T) {
	f := study.Find(t, options{forbidden: []int{3}}, check.Schedules(200))
	for _, test := range []struct {
		kind failure.Kind
		says string
		want bool
	}{
		{failure.KindAssertion, "3 is", true},
		{failure.KindAssertion, "4 is", false},
		{failure.KindMonitor, "3 is", false},
	} {
		if got := trial.Kind(test.kind, test.says)(f); got != test.want {
			t.Errorf("%v, %q: %v, want %v", test.kind, test.says, got, test.want)
		}
	}
}

func TestSettings(t *testing.T) {
	c := check.Config{Seed: 1, Schedules: 7}
	study.Bounds(options{})(&c)
	if c.Steps != 50 || c.Threshold != 20 || !c.OrderedClock || c.EarlyTimers != 2 || c.Seed != 1 || c.Schedules != 7 {
		t.Errorf("%+v", c)
	}
	trial.Seeded(3, 4)(&c)
	if c.Schedules != 3 || c.Seed != 4 || !c.Seeded || !c.NoShrink {
		t.Errorf("%+v", c)
	}
	if n, want := trial.Few(50), map[bool]uint64{true: 5, false: 50}[testing.Short()]; n != want {
		t.Errorf("few of 50 are %d, want %d", n, want)
	}
}
