package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// Sequential returns the model of an object that starts in a state, and for which apply says what an operation makes of a
// state and what it returns. apply must be a pure function. Inputs, outputs and states are shown as fmt.Sprint shows them.
func Sequential[S comparable, I any, O comparable](initial S, apply func(state S, input I) (S, O)) porcupine.Model {
	return object(initial, apply, func(a, b S) bool { return a == b })
}

// object is Sequential for states that have an equality of their own.
func object[S, I any, O comparable](initial S, apply func(S, I) (S, O), equal func(a, b S) bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(state, input, output any) (bool, any) {
			next, out := apply(state.(S), input.(I))
			return output == any(Pending{}) || output.(O) == out, next
		},
		Equal:             func(a, b any) bool { return equal(a.(S), b.(S)) },
		DescribeOperation: describe,
		DescribeState:     func(state any) string { return fmt.Sprint(state) },
	}
}

func describe(input, output any) string {
	if output == any(Pending{}) {
		return fmt.Sprintf("%v -> ?", input)
	}
	return fmt.Sprintf("%v -> %v", input, output)
}

// Result is what an operation of a ready-made object returns.
type Result[V comparable] struct {
	Value V    // what was read or taken
	OK    bool // there was a value; a compare-and-swap has swapped; of a write true
	Write bool // there is no value to show
}

// String shows the value, or whether the operation has succeeded.
func (r Result[V]) String() string {
	switch {
	case r.Write && r.OK:
		return "ok"
	case r.Write:
		return "not swapped"
	case r.OK:
		return fmt.Sprint(r.Value)
	}
	return "nothing"
}

// wrote is the result of an operation that returns no value, found of one that does.
func wrote[V comparable](ok bool) Result[V] { return Result[V]{OK: ok, Write: true} }

func found[V comparable](v V, ok bool) Result[V] {
	if !ok {
		return Result[V]{} // whatever a program makes of the value where there is none
	}
	return Result[V]{Value: v, OK: true}
}
