package rand

import (
	"sync/atomic"
	_ "unsafe" // for go:linkname
)

// A generator that the program has seeded, in an init function as a rule, would go on from one execution to the next. Executions
// draw from the runtime, as a program does that has not called Seed, unless they have called it themselves.

//go:linkname runtime_ctlSerial
func runtime_ctlSerial() uint64 // of the execution that the caller is in, 0 outside

var (
	ctlSeeded atomic.Uint64 // the execution that has called Seed last
	ctlRand   = &Rand{src: &runtimeSource{}, s64: &runtimeSource{}}
)

// ctlGlobal is the generator in place of the global one.
func ctlGlobal(r *Rand) *Rand {
	if n := runtime_ctlSerial(); r != nil && n != 0 && n != ctlSeeded.Load() {
		return ctlRand
	}
	return r
}
