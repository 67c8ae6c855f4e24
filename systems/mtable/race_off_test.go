//go:build !race

package mtable_test

// raceDetector says whether the race detector watches.
const raceDetector = false
