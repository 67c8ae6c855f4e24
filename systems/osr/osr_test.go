package osr_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/osr"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

var study = trial.Of(osr.Test)

var exhaust = flag.Bool("exhaust", false, "visit every state of the case study as it is, too")

// TestCorrect samples the correct driver. For more executions: ravel bench correct osr.
func TestCorrect(t *testing.T) {
	for _, name := range []string{"portfolio", "random", "pct:5", "ss:rtc"} {
		t.Run(name, func(t *testing.T) {
			study.Passes(t, osr.Options{}, check.Schedules(1000), check.Strategy(name))
		})
	}
}

// TestExhausted visits every state of the correct driver, with up to two power cycles and two changes of the switches. The
// zero Options are the case study with three of each, which takes up to a quarter of a minute:
//
//	go test -v ./osr -run TestExhausted -exhaust
func TestExhausted(t *testing.T) {
	for _, test := range sizes() {
		study.Exhaust(t, test.o, test.strategy, 1_000_000)
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
			study.Shows(t, osr.Options{Bugs: m.bugs}, 100, 2000, trial.Kind(m.shows, m.says))
		})
	}
}

// The failure is a matter of the schedule alone: it comes back every time, also from a file, and without the defect nothing
// happens in the same schedules.
func TestReplays(t *testing.T) {
	for _, b := range []driver.Bugs{driver.NoDefer, driver.NoFlush} {
		t.Run(b.String(), func(t *testing.T) {
			o := osr.Options{Bugs: b}
			f := study.Find(t, o, check.Schedules(2000))
			study.Replays(t, o, f, 10)
			study.Passes(t, osr.Options{}, trial.UpTo(f))
		})
	}
}

// The tests say something: the monitors hear, the LED is set to stable. And they keep the rules: no shared memory, nothing
// without a digest.
func TestNotVacuous(t *testing.T) {
	study.NotVacuous(t, osr.Options{}, 100)
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]osr.Options{
		"may be negative":        {Changes: -1},
		"unknown bits 0x80":      {Bugs: 1 << 7},
		"has NoDefer|WakeInDx: ": {Bugs: driver.NoDefer | driver.WakeInDx},
	} {
		study.Refuses(t, o, want)
	}
}
