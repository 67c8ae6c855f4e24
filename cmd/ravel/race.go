package main

import "strings"

// raceVariable holds options of the race detector.
const raceVariable = "GORACE"

// raceOptions are the options of the race detector that tests get, beside the user's. A race is not reported if the detector
// does not remember any more how the first access came about: of each goroutine it remembers about 20,000 calls by default,
// and with history_size=7 more than 70,000. And an execution with a race must not end the process, as the exploration goes on.
func raceOptions(set string) string {
	words := strings.Fields(set)
	if !strings.Contains(set, "history_size=") {
		words = append(words, "history_size=7")
	}
	if strings.Contains(set, "halt_on_error=") {
		words = append(words, "halt_on_error=0") // the last one counts
	}
	return strings.Join(words, " ")
}
