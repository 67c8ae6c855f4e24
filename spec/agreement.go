package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Agreement is the specification of consensus on values V among processes P, told by those who learn what was chosen.
// There may be several instances I, the slots of a log for example; they are independent of each other.
//
//   - Agreement: in one instance no two processes learn different values, nor does one process learn two.
//   - Validity: only a value is chosen that was proposed for the instance, or submitted for any of them.
//
// Consensus derives what is chosen from the acceptances instead of taking the learners' word.
//
// Its state grows with the number of instances and of values proposed.
type Agreement[I, P, V comparable] struct {
	// AnyValue switches Validity off, for programs that do not tell what was proposed.
	AnyValue bool
	// Name is the monitor's name in reports; empty is "Agreement".
	Name string
}

// Proposed says that a value may be chosen in an instance.
type Proposed[I, V comparable] struct {
	Instance I
	Value    V
}

// Submitted says that a value may be chosen in any instance: a client's command that is yet to get its slot.
type Submitted[V comparable] struct{ Value V }

// Chosen says that a process has learned which value was chosen in an instance.
type Chosen[I, P, V comparable] struct {
	Instance I
	By       P
	Value    V
}

// Monitor returns a monitor that hears Proposed, Submitted and Chosen.
func (a Agreement[I, P, V]) Monitor() ravel.Monitor {
	return definition.Of[agreement[I, P, V]](a.Name, "Agreement", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching",
			ravel.On((*agreement[I, P, V]).proposed),
			ravel.On((*agreement[I, P, V]).submitted),
			ravel.On((*agreement[I, P, V]).learned))}
	}).New(&agreement[I, P, V]{any: a.AnyValue, valid: newValidity[I, V](), learners: make(map[I]map[P]V)})
}

// Proposed returns the event.
func (Agreement[I, P, V]) Proposed(instance I, value V) Proposed[I, V] {
	return Proposed[I, V]{instance, value}
}

// Submitted returns the event.
func (Agreement[I, P, V]) Submitted(value V) Submitted[V] { return Submitted[V]{value} }

// Chosen returns the event.
func (Agreement[I, P, V]) Chosen(instance I, by P, value V) Chosen[I, P, V] {
	return Chosen[I, P, V]{instance, by, value}
}

func (e Proposed[I, V]) String() string {
	return fmt.Sprintf("%v is proposed for instance %v", e.Value, e.Instance)
}

func (e Submitted[V]) String() string { return fmt.Sprintf("%v is submitted", e.Value) }

func (e Chosen[I, P, V]) String() string {
	return fmt.Sprintf("%v learns that %v was chosen in instance %v", e.By, e.Value, e.Instance)
}

// agreement is the monitor's state.
type agreement[I, P, V comparable] struct {
	any      bool
	valid    validity[I, V]
	learners map[I]map[P]V // the values of an instance are all the same, as the execution ends at the first difference
}

func (a *agreement[I, P, V]) proposed(_ *ravel.MonitorContext, e Proposed[I, V]) {
	a.valid.proposed[e] = true
}

func (a *agreement[I, P, V]) submitted(_ *ravel.MonitorContext, e Submitted[V]) {
	a.valid.submitted[e.Value] = true
}

func (a *agreement[I, P, V]) learned(c *ravel.MonitorContext, e Chosen[I, P, V]) {
	c.Assert(a.any || a.valid.has(e.Instance, e.Value), "Validity: %v, which nobody has proposed", e)
	known := a.learners[e.Instance]
	if known == nil {
		known = make(map[P]V)
		a.learners[e.Instance] = known
	}
	for _, v := range known {
		c.Assert(v == e.Value, "Agreement: %v, but %s learned %v", e, has(ordered(known)), v)
		break
	}
	known[e.By] = e.Value
}

// validity is what may be chosen where.
type validity[I, V comparable] struct {
	proposed  map[Proposed[I, V]]bool
	submitted map[V]bool
}

func newValidity[I, V comparable]() validity[I, V] {
	return validity[I, V]{make(map[Proposed[I, V]]bool), make(map[V]bool)}
}

func (v *validity[I, V]) has(instance I, value V) bool {
	return v.submitted[value] || v.proposed[Proposed[I, V]{instance, value}]
}
