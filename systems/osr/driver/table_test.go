package driver

import (
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/timer"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/trace"
)

// fake stands for all that the driver talks to, and tells the test.
type fake struct{ test ravel.ID }

type (
	EnteredD0   struct{}
	LeftD0      struct{}
	NextChange  struct{}
	BarGraph    struct{}
	LEDStable   struct{}
	LEDUnstable struct{}
	StartTimer  struct{}
	CancelTimer struct{}
)

func (f fake) Start(c *ravel.Context, _ time.Duration)  { c.Send(f.test, StartTimer{}) }
func (f fake) Cancel(c *ravel.Context)                  { c.Send(f.test, CancelTimer{}) }
func (f fake) Next(c *ravel.Context)                    { c.Send(f.test, NextChange{}) }
func (f fake) SetBarGraph(c *ravel.Context, bars uint8) { c.Send(f.test, BarGraph{}) }

func (f fake) Completed(c *ravel.Context, d0 bool) {
	if d0 {
		c.Send(f.test, EnteredD0{})
	} else {
		c.Send(f.test, LeftD0{})
	}
}

func (f fake) SetLED(c *ravel.Context, stable bool) {
	if stable {
		c.Send(f.test, LEDStable{})
	} else {
		c.Send(f.test, LEDUnstable{})
	}
}

// The columns of the table, and the order of its cells: a change of the switches is to 1, or back to 0.
var columns = []string{"entry", "exit", "to1", "to0", "done", "failed", "timeout", "cancelOK", "cancelFail"}

var events = map[string]any{
	"entry": D0Entry{}, "exit": D0Exit{},
	"to1": SwitchChange{1}, "to0": SwitchChange{0},
	"done": TransferDone{true}, "failed": TransferDone{false},
	"timeout": timer.Timeout{}, "cancelOK": timer.CancelOK{}, "cancelFail": timer.CancelFail{},
}

// react brings a driver into a state by some events and returns what it does with one more; see trial.Reaction.
func react(t *testing.T, b Bugs, setup, last string) string {
	t.Helper()
	start := func(t *check.T) (ravel.ID, []any) {
		f := fake{t.Self()}
		d := Driver{Power: f, Switches: f, Device: f, Timer: f, Bugs: b}
		var all []any
		for _, name := range append(strings.Fields(setup), last) {
			all = append(all, events[name])
		}
		return t.Create(d.New()), all
	}
	word := func(e *trace.Event) string { return strings.TrimPrefix(e.Type, "driver.") }
	return trial.Reaction(t, Machine.Name(), start, word)
}

// The table of the driver: every event in every state in which it waits for one. In Init, CompleteD0Entry, CompleteD0Exit,
// StoreSwitch, StopTimerOnSwitch, StopTimerOnD0Exit and StopDone it never does: it enters and leaves them in one step.
func TestTable(t *testing.T) {
	const x, d, bad = "ignore", "defer", "fail"
	const bars, watch, exited = "BarGraph -> UpdateBarGraph", "StartTimer -> WaitTimer", "LeftD0 -> Dx"
	for _, test := range []struct {
		state, setup string
		want         [9]string
	}{
		{"Dx", "", [9]string{"EnteredD0 -> WaitSwitch", x, d, d, bad, bad, bad, bad, bad}},
		{"WaitSwitch", "entry", [9]string{x, exited, "NextChange " + bars, "NextChange " + watch, bad, bad, bad, bad, bad}},
		{"UpdateBarGraph", "entry to1", [9]string{x, d, d, d, "LEDUnstable -> LedUnstable", "LEDUnstable -> LedUnstable", bad, bad, bad}},
		{"LedUnstable", "entry to1 done", [9]string{x, d, d, d, watch, watch, bad, bad, bad}},
		{"WaitTimer", "entry to1 done done", [9]string{x,
			"CancelTimer -> StopTimer", "NextChange CancelTimer -> StopTimer", "NextChange CancelTimer -> StopTimer",
			bad, bad, "LEDStable -> LedStable", bad, bad}},
		{"LedStable", "entry to1 done done timeout", [9]string{x, d, d, d, "-> WaitSwitch", "-> WaitSwitch", bad, bad, bad}},
		{"StopTimer, then changed", "entry to1 done done to0", [9]string{x, d, d, d, bad, bad, bars, bars, "-> WaitFlush"}},
		{"StopTimer, then unchanged", "entry to1 done done to1", [9]string{x, d, d, d, bad, bad, watch, watch, "-> WaitFlush"}},
		{"StopTimer, then exit", "entry to0 exit", [9]string{x, d, d, d, bad, bad, exited, exited, "-> WaitFlush"}},
		{"WaitFlush, then changed", "entry to1 done done to0 cancelFail", [9]string{x, d, d, d, bad, bad, bars, bad, bad}},
		{"WaitFlush, then unchanged", "entry to1 done done to1 cancelFail", [9]string{x, d, d, d, bad, bad, watch, bad, bad}},
		{"WaitFlush, then exit", "entry to0 exit cancelFail", [9]string{x, d, d, d, bad, bad, exited, bad, bad}},
	} {
		for i, column := range columns {
			if got := react(t, 0, test.setup, column); got != test.want[i] {
				t.Errorf("%s: %s: %q, want %q", test.state, column, got, test.want[i])
			}
		}
	}
}

// What was deferred is dealt with later: the exit before the switches that came after it, these when the device is back.
func TestDeferred(t *testing.T) {
	for _, test := range []struct{ setup, last, want string }{
		{"to1", "entry", "EnteredD0 NextChange BarGraph -> UpdateBarGraph"},
		{"entry to1 exit done", "done", "StartTimer CancelTimer -> StopTimer"},
		{"entry to1 exit to0 done done", "cancelOK", "LeftD0 -> Dx"},
		{"entry to1 exit to0 done done cancelOK", "entry", "EnteredD0 NextChange BarGraph -> UpdateBarGraph"},
		{"entry to1 to0 done", "done", "StartTimer NextChange CancelTimer -> StopTimer"},
		{"entry to1 done done to0 to1", "timeout", "BarGraph -> UpdateBarGraph"},
	} {
		if got := react(t, 0, test.setup, test.last); got != test.want {
			t.Errorf("%s, then %s: %q, want %q", test.setup, test.last, got, test.want)
		}
	}
}

// Each seeded defect changes the cells that it is about.
func TestSeededCells(t *testing.T) {
	for _, test := range []struct {
		bugs                         Bugs
		setup, column, want, correct string
	}{
		{NoDefer, "entry to0 to0", "to1", "fail", "defer"},
		{NoDefer, "entry to0 exit", "to1", "fail", "defer"},
		{NoFlush, "entry to0 to0", "cancelFail", "StartTimer -> WaitTimer", "-> WaitFlush"},
		{NoFlush, "entry to0 exit", "cancelFail", "LeftD0 -> Dx", "-> WaitFlush"},
		{NextTwice, "entry", "to1", "NextChange NextChange BarGraph -> UpdateBarGraph", "NextChange BarGraph -> UpdateBarGraph"},
		{WakeInDx, "", "to1", "NextChange BarGraph -> UpdateBarGraph", "defer"},
		{LoseExit, "entry to0 exit", "cancelOK", "-> WaitSwitch", "LeftD0 -> Dx"},
	} {
		if got := react(t, test.bugs, test.setup, test.column); got != test.want {
			t.Errorf("%v: %s, then %s: %q, want %q", test.bugs, test.setup, test.column, got, test.want)
		}
		if got := react(t, 0, test.setup, test.column); got != test.correct {
			t.Errorf("correct: %s, then %s: %q, want %q", test.setup, test.column, got, test.correct)
		}
	}
}

func TestBugs(t *testing.T) {
	if got := (NoFlush | LoseExit | 1<<7).String(); got != "NoFlush|LoseExit|Bugs(0x80)" {
		t.Error(got)
	}
	for want, b := range map[string]Bugs{
		"unknown bits 0x80":                  1 << 7,
		"has NoDefer|WakeInDx: seed one of":  NoDefer | WakeInDx | NoFlush,
		"seed one of NoDefer|WakeInDx|LoseE": NoDefer | LoseExit,
	} {
		if err := b.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", b, err, want)
		}
	}
	if err := (NoDefer | NoFlush | NextTwice).Check(); err != nil {
		t.Error(err)
	}
}
