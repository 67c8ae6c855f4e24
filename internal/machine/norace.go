//go:build !race

package machine

// raceEnabled tells that the race detector watches.
const raceEnabled = false
