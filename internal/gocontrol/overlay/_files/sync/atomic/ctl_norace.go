//go:build !race

package atomic

const ctlRace = false

func runtime_ctlRaceEnter() bool { return false }
func runtime_ctlRaceExit()       {}
