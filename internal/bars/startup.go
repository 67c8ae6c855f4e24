package bars

import (
	"errors"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
)

// StartUp returns how many states precede the first one in which a program has a choice.
func StartUp(body func(*check.T)) (uint64, error) {
	s := &beginning{NonPreemptive: strategy.NewNonPreemptive()}
	r, err := check.Explore("start-up", check.Config{
		Schedules: 1, Custom: func() strategy.Strategy { return s }, Strategy: "start-up", Workers: 1, Steps: StatesBound, NoShrink: true,
	}, body)
	switch {
	case err != nil:
		return 0, err
	case r.Failure != nil:
		return 0, r.Failure.Err
	case !s.chose:
		return 0, errors.New("the program has no choice, so there is nothing to explore")
	}
	return max(s.states, 1) - 1, nil // the last one is where the choice is
}

// beginning counts the states of the default execution before its first choice.
type beginning struct {
	*strategy.NonPreemptive
	states uint64
	chose  bool
}

// Start implements strategy.Strategy.
func (b *beginning) Start(e strategy.Execution) bool {
	b.states, b.chose = 0, false
	return b.NonPreemptive.Start(e)
}

// Visit implements strategy.Visitor: behind the first choice nothing is of interest.
func (b *beginning) Visit(strategy.State) bool {
	if b.chose {
		return false
	}
	b.states++
	return true
}

// Pick implements strategy.Strategy.
func (b *beginning) Pick(ops []*strategy.Op) int {
	b.chose = true
	return b.NonPreemptive.Pick(ops)
}

// PickFault implements strategy.FaultPicker.
func (b *beginning) PickFault(step int, ops, faults []*strategy.Op) int {
	b.chose = true
	return b.NonPreemptive.PickFault(step, ops, faults)
}

// Value implements strategy.Strategy.
func (b *beginning) Value(v strategy.Value) int {
	b.chose = true
	return b.NonPreemptive.Value(v)
}
