package osr_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/trial"
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
	monitors := func() []ravel.Monitor {
		return []ravel.Monitor{
			osr.PowerMonitor.New(&osr.Power{}), osr.QueueMonitor.New(&osr.Queue{}), osr.DebounceMonitor.New(&osr.Debounce{}),
		}
	}
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
		trial.Tell(t, monitors, test.history, test.want)
	}
}
