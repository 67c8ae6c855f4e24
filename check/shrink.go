package check

import (
	"errors"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Bounds of the search for a simpler schedule. They count steps and tries, not time, so that the result is the same on
// every machine.
const (
	shrinkSteps = 20_000_000
	shrinkTries = 2_000
)

var errEnough = errors.New("the bound of the search is reached")

// shrink looks for a simpler schedule with the same failure, and returns the values of its choices.
func (w *worker) shrink(o *engine.Outcome) []int {
	values := make([]int, len(o.Named))
	for i, n := range o.Named {
		values[i] = n.Value
	}
	first := o.Err
	d := &deviating{}
	w.use(d)
	steps, tries := 0, 0
	return schedule.Shrink(values, func(v []int) (bool, error) {
		if steps > shrinkSteps || tries >= shrinkTries {
			return false, errEnough
		}
		tries++
		d.values = v
		o, _ := w.run(strategy.Execution{MaxSteps: w.cfg.Steps}, mode{check: true})
		steps += o.Steps
		return sameBug(first, o.Err), nil
	})
}

// sameBug reports whether two failures come from the same bug as far as one can tell: they are the same, or the same line
// of code reports them with other values.
func sameBug(a, b error) bool {
	if failure.Same(a, b) {
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
