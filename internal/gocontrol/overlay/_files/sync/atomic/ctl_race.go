//go:build race

package atomic

import _ "unsafe" // for go:linkname

const ctlRace = true

// runtime_ctlRaceEnter tells the race detector who calls a function of this package: it would only know who called that
// function. If it returns true runtime_ctlRaceExit undoes it.
//
//go:linkname runtime_ctlRaceEnter
func runtime_ctlRaceEnter() bool

//go:linkname runtime_ctlRaceExit
func runtime_ctlRaceExit()
