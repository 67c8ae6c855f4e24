package osr_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/osr"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

var exhaust = flag.Bool("exhaust", false, "visit every state of the case study as it is, too")

// explore explores without go test's flags and saved schedules.
func explore(t *testing.T, o osr.Options, change func(*check.Config)) *check.Report {
	t.Helper()
	cfg := o.Settings()
	change(&cfg)
	r, err := check.Explore(t.Name(), cfg, osr.Test(o))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(t *testing.T, r *check.Report) *check.Failure {
	t.Helper()
	switch f := r.Failure; {
	case f == nil:
		t.Fatalf("nothing found: %s", r.Summary())
	case !f.Reproduced:
		t.Fatalf("not reproduced: %s", f.Sentence())
	}
	return r.Failure
}

// TestCorrect samples the correct driver. For more executions: ravel bench correct osr.
func TestCorrect(t *testing.T) {
	for _, name := range []string{"portfolio", "random", "pct:5", "ss:rtc"} {
		t.Run(name, func(t *testing.T) {
			r := explore(t, osr.Options{}, func(c *check.Config) { c.Schedules, c.Strategy = 1000, name })
			if r.Failure != nil || r.Nondeterminism != nil {
				t.Fatal(r.Summary(), r.Failure)
			}
		})
	}
}

// TestExhausted visits every state of the correct driver, with up to two power cycles and two changes of the switches. The
// zero Options are the case study with three of each, which takes up to a quarter of a minute:
//
//	go test -v ./osr -run TestExhausted -exhaust
func TestExhausted(t *testing.T) {
	for _, test := range sizes() {
		r := explore(t, test.o, func(c *check.Config) { c.Schedules, c.Strategy = 1_000_000, test.strategy })
		if r.Failure != nil || !r.Exhausted || len(r.Notes) > 0 {
			t.Errorf("%+v under %s: exhausted: %v, notes %q, %s", test.o, test.strategy, r.Exhausted, r.Notes, r.Summary())
		}
		t.Logf("%d states of %+v under %s", r.States, test.o, test.strategy)
	}
}

type size struct {
	o        osr.Options
	strategy string
}

func sizes() []size {
	all := []size{{osr.Options{Cycles: 1, Changes: 1}, "states"}, {osr.Options{Cycles: 1, Changes: 1}, "ses:rtc"}}
	if !testing.Short() {
		all = append(all, size{osr.Options{Cycles: 2, Changes: 2}, "states"})
	}
	if *exhaust {
		all = append(all, size{osr.Options{}, "states"}, size{osr.Options{}, "ses:rtc"})
	}
	return all
}

// TestMutants shows that nothing that is specified is empty: each monitor has a program that fails it, in the way that it
// is about. Several seeds are tried, as a defect may show in more than one way.
func TestMutants(t *testing.T) {
	for _, m := range []struct {
		name  string
		bugs  driver.Bugs
		shows failure.Kind
		says  string
	}{
		{"a change comes at the wrong time", driver.NoDefer, failure.KindUnhandled, "SwitchChange"},
		{"the timer fires at the wrong time", driver.NoFlush, failure.KindUnhandled, "Timeout"},
		{"an old period counts", driver.NoFlush, failure.KindMonitor, "the LED is set to stable when period"},
		{"more changes than one", driver.NextTwice, failure.KindMonitor, "asks for change"},
		{"a transfer out of D0", driver.WakeInDx, failure.KindMonitor, "out of D0"},
		{"an exit is lost", driver.LoseExit, failure.KindLiveness, "Progress"},
	} {
		t.Run(m.name, func(t *testing.T) {
			last := ""
			for seed := range uint64(100) {
				f := found(t, explore(t, osr.Options{Bugs: m.bugs}, func(c *check.Config) {
					c.Schedules, c.Seed, c.Seeded, c.NoShrink = 2000, seed, true, true
				}))
				last = f.Sentence() + ": " + f.Err.Error()
				if failure.Of(f.Err).Kind() == m.shows && strings.Contains(last, m.says) {
					return
				}
			}
			t.Errorf("never found as %v with %q; the last one was %s", m.shows, m.says, last)
		})
	}
}

// The failure is a matter of the schedule alone: it comes back every time, also from a file, and without the defect nothing
// happens in the same schedules.
func TestReplays(t *testing.T) {
	for _, b := range []driver.Bugs{driver.NoDefer, driver.NoFlush} {
		t.Run(b.String(), func(t *testing.T) {
			f := found(t, explore(t, osr.Options{Bugs: b}, func(c *check.Config) { c.Schedules = 2000 }))
			path, err := schedule.Save(t.TempDir(), &f.Record)
			if err != nil {
				t.Fatal(err)
			}
			saved, err := schedule.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 10 {
				again := found(t, explore(t, osr.Options{Bugs: b}, func(c *check.Config) {
					c.Schedules, c.Workers, c.NoShrink = 1, 1, true
					c.Custom = func() strategy.Strategy { return strategy.NewGuided(saved.Choices) }
				}))
				if !failure.Same(f.Err, again.Err) || f.Steps != again.Steps {
					t.Fatalf("after %d steps: %v\nfirst, after %d steps: %v", again.Steps, again.Err, f.Steps, f.Err)
				}
			}
			r := explore(t, osr.Options{}, func(c *check.Config) {
				c.Schedules, c.Seed, c.Seeded = f.Execution+1, f.Record.Seed, true
			})
			if r.Failure != nil {
				t.Error("without the defect: ", r.Failure.Sentence())
			}
		})
	}
}

// The tests say something: the monitors hear, the LED is set to stable. And they keep the rules: no shared memory, nothing
// without a digest.
func TestNotVacuous(t *testing.T) {
	r := explore(t, osr.Options{}, func(c *check.Config) { c.Schedules, c.Lasso = 100, true })
	if r.Failure != nil || r.Nondeterminism != nil {
		t.Fatal(r.Summary(), r.Failure)
	}
	for what, list := range map[string][]string{
		"silent monitors": r.SilentMonitors, "unheard events": r.Unheard, "never true": r.NeverTrue, "notes": r.Notes,
	} {
		if len(list) > 0 {
			t.Errorf("%s: %q", what, list)
		}
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]osr.Options{
		"may be negative":        {Changes: -1},
		"unknown bits 0x80":      {Bugs: 1 << 7},
		"has NoDefer|WakeInDx: ": {Bugs: driver.NoDefer | driver.WakeInDx},
	} {
		r := explore(t, o, func(c *check.Config) { c.Schedules = 1 })
		if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), want) {
			t.Errorf("%s: %v", want, r.Failure)
		}
	}
}
