package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Spec is the specification that an object is linearizable, with clients C, inputs I and outputs O of its operations:
// Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects", TOPLAS 1990.
type Spec[C comparable, I, O any] struct {
	// Model is the object's sequential specification. Its inputs are Is. Its outputs are Os, or Pending for an operation
	// that has not returned. See Sequential.
	Model porcupine.Model
	// Name is the monitor's name in reports; empty is "Linearizability".
	Name string
}

// Pending is the output of an operation that has not returned. A model accepts it in any state, and lets the operation
// take effect.
type Pending struct{}

// What clients tell. I and O are those of the Spec, so that monitors of several objects are told apart.
type (
	// Invoked says that a client invokes an operation. It is told before anything is sent.
	Invoked[C comparable, I, O any] struct {
		Client C
		Input  I
	}
	// Returned says that the client's operation has returned.
	Returned[C comparable, I, O any] struct {
		Client C
		Output O
	}
	// Failed says that the client's operation has had no effect, and never will.
	Failed[C comparable, I, O any] struct{ Client C }
	// Lost says that the client will not hear of its operation any more, which may take effect at any time, or never. A
	// client that invokes nothing more need not say so.
	Lost[C comparable, I, O any] struct{ Client C }
)

// Monitor returns a monitor that hears Invoked, Returned, Failed and Lost. If the Model is incomplete the execution fails
// and says so.
func (s Spec[C, I, O]) Monitor() ravel.Monitor {
	return definition.Of[history[C, I, O]](s.Name, "Linearizability", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.Entry((*history[C, I, O]).start),
			ravel.On((*history[C, I, O]).invoked),
			ravel.On((*history[C, I, O]).returned),
			ravel.On((*history[C, I, O]).failed),
			ravel.On((*history[C, I, O]).lost))}
	}).New(&history[C, I, O]{model: s.Model, clients: make(map[C][]operation[I, O])})
}

// Invoked returns the event.
func (Spec[C, I, O]) Invoked(client C, input I) Invoked[C, I, O] {
	return Invoked[C, I, O]{client, input}
}

// Returned returns the event.
func (Spec[C, I, O]) Returned(client C, output O) Returned[C, I, O] {
	return Returned[C, I, O]{client, output}
}

// Failed returns the event.
func (Spec[C, I, O]) Failed(client C) Failed[C, I, O] { return Failed[C, I, O]{client} }

// Lost returns the event.
func (Spec[C, I, O]) Lost(client C) Lost[C, I, O] { return Lost[C, I, O]{client} }

func (e Invoked[C, I, O]) String() string  { return fmt.Sprintf("%v invokes %v", e.Client, e.Input) }
func (e Returned[C, I, O]) String() string { return fmt.Sprintf("%v gets %v", e.Client, e.Output) }
func (e Failed[C, I, O]) String() string {
	return fmt.Sprintf("the operation of %v has no effect", e.Client)
}
func (e Lost[C, I, O]) String() string {
	return fmt.Sprintf("%v will not hear of its operation", e.Client)
}
