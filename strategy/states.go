package strategy

import (
	"math"

	"github.com/ravelgo/ravel/schedule"
)

// States explores every state: depth-first search like DFS, in which no execution goes on from a state that another one
// has reached before.
//
// Guarantee: when Exhausted reports true, every state that the program can reach was reached, and every choice in it was
// made. So everything is found that shows in a state or a step: failed assertions and monitors, panics, unhandled events,
// deadlocks, monitors that are hot at the end. Liveness of executions that go on for ever is not judged: one that
// returns to a state ends there. An execution that was cut at the step bound voids the guarantee, and the report says so.
//
// Where something has no fingerprint it is DFS, and the report names what it is. Like DFS it takes a deterministic
// program, and ignores Execution. Several workers may share a search (see Parallel); with one, the order is fixed.
//
// Source: the state cache of stateful model checkers. That several workers share one set of states, with one atomic
// operation to test and insert: Holzmann, Bosnacki, "The Design of a Multicore Extension of the SPIN Model Checker",
// IEEE TSE 2007.
type States struct {
	ordered
	cache
}

// NewStates returns a search that remembers at most so many states; 0 means all. It stays exhaustive when it remembers
// fewer than there are, and takes longer; of a program that returns to a state it forgot it may not find the end.
func NewStates(most int, options ...Option) *States {
	w := newTree("states", math.MaxInt32)
	w.apply(options)
	return &States{ordered{walker: w}, w.limited(newCache(most), options)}
}

// Visit implements Visitor. On the way to where the execution leaves the ones before it, all states are known.
func (s *States) Visit(state State) bool { return s.on() || s.visit(state) }

// Join implements Parallel.
func (s *States) Join() Strategy { return &States{ordered{walker: s.join()}, s.cache} }

// ordered is a walker over the deviations from the default order.
type ordered struct {
	*walker
	preemptions bool // cost something
	last        *Op
	lasts       []*Op // by saved state
}

// Start implements Strategy.
func (o *ordered) Start(Execution) bool {
	o.last = nil
	return o.start()
}

// Pick implements Strategy.
func (o *ordered) Pick(ops []*Op) int { return o.PickFault(0, ops, nil) }

// PickFault implements FaultPicker.
func (o *ordered) PickFault(_ int, ops, faults []*Op) int {
	price := free
	if o.preemptions && o.last != nil && place(ops, o.last) >= 0 {
		price = flat
	}
	return Index(ops, faults, o.last, o.choose(schedule.Schedule, len(ops)+len(faults), price))
}

// Value implements Strategy.
func (o *ordered) Value(v Value) int { return o.choose(v.Kind, v.N, free) }

// Enabled implements Observer.
func (o *ordered) Enabled(*Op) {}

// Disabled implements Observer.
func (o *ordered) Disabled(*Op) {}

// Executed implements Observer.
func (o *ordered) Executed(op *Op, _ []Action) { o.last = Moved(o.last, op) }

// Saved implements Backtracker.
func (o *ordered) Saved(n int) {
	o.mark(n)
	o.lasts = append(o.lasts[:n], o.last)
}

// Restored implements Backtracker.
func (o *ordered) Restored(n int) {
	o.reset(n)
	o.last = o.lasts[n]
}
