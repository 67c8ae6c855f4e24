//go:build race

package gocontrol

import "runtime"

// RaceDetector reports whether this program is built with -race.
const RaceDetector = true

// raceCount counts the reports of the race detector in this process.
func raceCount() int { return runtime.RaceErrors() }
