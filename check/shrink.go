package check

import (
	"errors"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Bounds of the search for a simpler schedule. They count steps and tries, not time, so that the result is the same on
// every machine; only a test whose deadline is near ends it before.
const (
	cutSteps    = 15_000_000
	cutTries    = 1_000
	shrinkSteps = 15_000_000
	shrinkTries = 2_000

	isolatedTries = 150 // each needs a process of its own
)

var errEnough = errors.New("the bound of the search is reached")

// shrink looks for a simpler schedule with the same failure, and leaves the worker with a strategy that follows it. First
// it takes choices out by name: what remains still means the same operations, so that a long way to the bug becomes short.
// Then it makes deviations from the default order zero and small, by position.
func (w *worker) shrink(o *engine.Outcome) {
	first := o.Err
	names := schedule.Cut(o.Named, max(1, len(o.Named)/256), tries(w, first, cutSteps, cutTries, func(names []schedule.Named) strategy.Strategy {
		return newLoose(names)
	}))
	w.use(newLoose(names))
	cut, _ := w.run(strategy.Execution{MaxSteps: w.cfg.Steps}, mode{record: true, check: true})
	if !sameBug(first, cut.Err) {
		cut = *o // it was the careful run that failed otherwise
	}
	values := make([]int, len(cut.Named))
	for i, n := range cut.Named {
		values[i] = n.Value
	}
	values = schedule.Shrink(values, tries(w, first, shrinkSteps, shrinkTries, func(v []int) strategy.Strategy { return &deviating{values: v} }))
	w.use(&deviating{values: values})
}

// tries returns the function that Cut and Shrink try candidates with: it runs what follow makes of one.
func tries[T any](w *worker, first error, maxSteps, maxTries int, follow func([]T) strategy.Strategy) func([]T) (bool, error) {
	if w.cfg.isolation != nil {
		maxTries = isolatedTries
	}
	steps, n := 0, 0
	return func(list []T) (bool, error) {
		if steps > maxSteps || n >= maxTries || w.cfg.late() {
			return false, errEnough
		}
		n++
		w.use(follow(list))
		o, _ := w.run(strategy.Execution{MaxSteps: w.cfg.Steps}, mode{check: onlyChecked(first), record: byProof(first)})
		steps += o.Steps
		return sameBug(first, o.Err), nil
	}
}

// sameBug reports whether two failures come from the same bug as far as one can tell: they are the same, or the same line
// of code reports them with other values.
func sameBug(a, b error) bool {
	if r, ok := a.(*remote); ok && r.is(b) || failure.Same(a, b) {
		return true
	}
	fa, fb := failure.Of(a), failure.Of(b)
	if fa == nil || fb == nil || fa.Kind() != fb.Kind() {
		return false
	}
	pa, pb := fa.Where().Place, fb.Where().Place
	return pa.Line != 0 && pa.File == pb.File && pa.Line == pb.Line
}

// deviating takes its choices from a list of deviations as far as they fit, then 0: another program than the one that was
// recorded may come of it.
type deviating struct {
	values []int
	next   int
	last   *strategy.Op
}

func (d *deviating) Start(strategy.Execution) bool {
	d.next, d.last = 0, nil
	return true
}

func (d *deviating) take(n int) int {
	if d.next >= len(d.values) {
		return 0
	}
	v := d.values[d.next]
	d.next++
	return min(v, n-1)
}

func (d *deviating) Pick(ops []*strategy.Op) int { return d.PickFault(0, ops, nil) }
func (d *deviating) PickFault(_ int, ops, faults []*strategy.Op) int {
	return strategy.Index(ops, faults, d.last, d.take(len(ops)+len(faults)))
}
func (d *deviating) Value(v strategy.Value) int { return d.take(v.N) }
func (d *deviating) Enabled(*strategy.Op)       {}
func (d *deviating) Disabled(*strategy.Op)      {}
func (d *deviating) Executed(op *strategy.Op, _ []strategy.Action) {
	d.last = strategy.Moved(d.last, op)
}
