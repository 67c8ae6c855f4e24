package check

import (
	"runtime/metrics"

	"github.com/ravelgo/ravel/internal/engine"
)

// goroutinesCreated counts the goroutines that the process has started so far; ok is false where the runtime does not tell
// (before Go 1.26).
func goroutinesCreated() (n uint64, ok bool) {
	s := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0, false
	}
	return s[0].Value.Uint64(), true
}

// suspects asks again and again, as other tests may start goroutines at the same time: all answers have to agree.
func (x *explorer) suspects(w *worker) bool {
	const trials = 16
	for range trials {
		if _, yes := x.suspicious(w, mode{}); !yes {
			return false
		}
	}
	return true
}

// suspicious probes execution 0, and reports whether the process starts goroutines meanwhile that are not Ravel's: those of the
// body, as a rule, but other tests may run beside it.
func (x *explorer) suspicious(w *worker, m mode) (p probe, yes bool) {
	before, ok := goroutinesCreated()
	own := w.own()
	p = x.probe(w, m)
	after, _ := goroutinesCreated()
	return p, ok && !x.cfg.goroutines.on && x.cfg.isolation == nil && after-before > w.own()-own
}

// own counts the goroutines that the worker has started, and the coroutines of models.
func (w *worker) own() uint64 {
	return w.eng.Started() + w.exec.started + engine.Pulled()
}

// uncontrolledNote is for bodies that start goroutines and wait for them, in a program without control.
const uncontrolledNote = "the body seems to start goroutines, which end before it does: here they run uncontrolled, and their " +
	"interleavings are not explored. The command \"ravel test\" controls them, and check.Goroutines() says that a test needs that"
