package strategy

import (
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// delayed is a walker over the delays under an explorer.
type delayed struct {
	composition
	*walker
	alternatives price // of the choices
}

func newDelayed(w *walker, factory delaying.Factory, alternatives price) *delayed {
	d := &delayed{walker: w, alternatives: alternatives}
	d.composition.factory = factory
	d.composition.delays = func(kind schedule.Kind, n int) int {
		w.before = append(w.before[:w.depth], w.asked-1)
		return w.choose(kind, n, alternatives)
	}
	return d
}

// joined returns the same for another worker.
func (d *delayed) joined() *delayed {
	return newDelayed(d.join(), d.factory, d.alternatives)
}

// Start implements Strategy.
func (d *delayed) Start(e Execution) bool {
	d.seed = e.Run
	d.before = append(d.before[:d.depth], d.asked)
	d.asked = 0
	if !d.start() {
		return false
	}
	d.begin(e.Run)
	return true
}

// Pick implements Strategy.
func (d *delayed) Pick(ops []*Op) int {
	d.asked++
	return d.composition.Pick(ops)
}

// PickFault implements FaultPicker.
func (d *delayed) PickFault(step int, ops, faults []*Op) int {
	d.asked++
	return d.composition.PickFault(step, ops, faults)
}

// Value implements Strategy.
func (d *delayed) Value(v Value) int {
	d.asked++
	return d.composition.Value(v)
}

// Common implements Backtracker. The engine counts what it asks for; of that the walker chooses nothing in a sealed region,
// and twice where faults are on offer: whether one happens, and who moves.
func (d *delayed) Common() int { return d.before[min(d.common, len(d.before)-1)] }

// Saved implements Backtracker.
func (d *delayed) Saved(n int) {
	d.composition.mark(n)
	d.walker.mark(n)
}

// Restored implements Backtracker.
func (d *delayed) Restored(n int) {
	d.composition.reset(n)
	d.walker.reset(n)
}
