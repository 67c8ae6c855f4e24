package check

import (
	"errors"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// prove repeats an execution in which goroutines wait for locks, or for nobody, while others go on. Recorded, it tells who
// holds the locks: if that proves that some can never go on it is a failure, and takes the place of the one that did not
// know.
func (w *worker) prove(o *engine.Outcome, x strategy.Execution, m mode) {
	r := newWorker(w.cfg, w.body, w.outer)
	defer r.close()
	r.use(newRaw(slices.Clone(o.Choices)))
	m.record, m.paths = true, 0
	again, _ := r.run(strategy.Execution{K: x.K, MaxSteps: x.MaxSteps}, m)
	var d *failure.Deadlock
	var l *failure.Leak
	if !errors.As(again.Err, &d) && !errors.As(again.Err, &l) {
		return
	}
	o.Err, o.Endless, o.Bounded, o.Allowed = again.Err, nil, again.Bounded, again.Allowed
	o.Steps, o.Picks, o.Digest, o.Choices = again.Steps, again.Picks, again.Digest, again.Choices
}

// byProof reports whether a failure is one that only recorded executions meet in good time: others find out at the step bound.
func byProof(err error) bool {
	if r, ok := err.(*remote); ok { // of a process of its own: its key tells
		return r.what == failure.KindDeadlock && strings.Contains(r.key, failure.OthersGoOn)
	}
	var d *failure.Deadlock
	return errors.As(err, &d) && d.OthersGoOn
}
