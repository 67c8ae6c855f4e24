package main

import "testing"

// What the user says of the race detector holds, but for the end of the process.
func TestRaceOptions(t *testing.T) {
	for set, want := range map[string]string{
		"":                              "history_size=7",
		"log_path=/tmp/race":            "log_path=/tmp/race history_size=7",
		" history_size=2 ":              "history_size=2",
		"halt_on_error=1 history_size=": "halt_on_error=1 history_size= halt_on_error=0",
	} {
		if got := raceOptions(set); got != want {
			t.Errorf("GORACE=%q becomes %q, want %q", set, got, want)
		}
	}
}
