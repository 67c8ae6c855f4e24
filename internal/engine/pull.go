package engine

import (
	"iter"
	"sync/atomic"
)

var pulled atomic.Uint64

// Pull is iter.Pull for models that run code of the user on coroutines. It counts them: for the runtime they are goroutines, and
// the tester has to tell them from those that the code under test starts.
func Pull[V any](seq iter.Seq[V]) (next func() (V, bool), stop func()) {
	pulled.Add(1)
	return iter.Pull(seq)
}

// Pulled returns how many coroutines the process has started through Pull.
func Pulled() uint64 { return pulled.Load() }
