package osr_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/osr"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

// TestMonitors tells the monitors short histories. "" are those that they should accept.
func TestMonitors(t *testing.T) {
	on, off := osr.Powered{D0: true}, osr.Powered{}
	began, ended := osr.TransferBegan{}, osr.TransferEnded{}
	next, change := osr.NextAsked{}, osr.SwitchQueued{}
	start, fire, cancel, refuse := driver.DebounceStarted{}, driver.DebounceFired{}, driver.DebounceCancelled{}, driver.DebounceRefused{}
	stable := osr.LEDStable{}
	for _, test := range []struct {
		want    string
		history []any
	}{
		{"", []any{on, off, on, began, ended, began, ended, off}},
		{"twice in a row", []any{off}},
		{"twice in a row", []any{on, on}},
		{"out of D0", []any{began}},
		{"out of D0", []any{on, off, began}},
		{"while another one is under way", []any{on, began, began}},
		{"changes its power while", []any{on, began, off}},

		{"", []any{change, next, change, next}},
		{"asks for change 2 of the switches and has had 0", []any{next}},
		{"asks for change 3 of the switches and has had 1", []any{change, next, next}},

		{"", []any{start, fire, stable}},
		{"", []any{start, cancel, start, fire, stable}},
		{"", []any{start, refuse, fire, start, fire, stable}},
		{"", []any{start, refuse, start, fire, fire, stable}},
		{"period 1 is over, and period 2 is not", []any{start, refuse, start, fire, stable}},
		{"period 0 is over, and period 1 is not", []any{start, stable}},
		{"period 0 is over, and period 1 is not", []any{start, cancel, stable}},
		{"begins while period 1 runs", []any{start, start}},
		{"begins while period 2 runs", []any{start, refuse, start, fire, start}},
		{"none was begun", []any{fire}},
		{"none was begun", []any{start, fire, cancel}},
	} {
		r, err := check.Explore(t.Name(), check.Config{Strategy: "nonpreemptive", Schedules: 1}, func(t *check.T) {
			t.Monitor(osr.PowerMonitor.New(&osr.Power{}))
			t.Monitor(osr.QueueMonitor.New(&osr.Queue{}))
			t.Monitor(osr.DebounceMonitor.New(&osr.Debounce{}))
			for _, e := range test.history {
				t.Notify(e)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case r.Failure == nil && test.want != "":
			t.Errorf("%#v: accepted, want %q", test.history, test.want)
		case r.Failure != nil && (test.want == "" || !strings.Contains(r.Failure.Err.Error(), test.want)):
			t.Errorf("%#v: %v, want %q", test.history, r.Failure.Err, test.want)
		}
	}
}
