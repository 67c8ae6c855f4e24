package engine

import (
	"iter"
	"sync/atomic"
)

var pulled atomic.Uint64

// Pull is iter.Pull for models that run code of the user on coroutines. It counts them: for the runtime they are goroutines, and
// the tester has to tell them from those that the code under test starts. Next and stop are called by handlers only, so what runs
// on the coroutine does so in a handler.
func Pull[V any](seq iter.Seq[V]) (next func() (V, bool), stop func()) {
	pulled.Add(1)
	return iter.Pull(func(yield func(V) bool) { seq(yield) }) // a frame of ours on its stack: see OnCoroutine
}

// onPulled is in the names of the functions of Pull, and in no other one.
const onPulled = "internal/engine.Pull["

// Pulled returns how many coroutines the process has started through Pull.
func Pulled() uint64 { return pulled.Load() }
