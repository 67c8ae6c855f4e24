package linear

import (
	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// T is what a History needs of an execution: *check.T has it.
type T interface {
	Monitor(ravel.Monitor)
	Notify(event any)
}

// History records the operations of an execution and holds them against a specification: the execution fails at the
// first operation that fits nowhere, with the longest order that is legal without it. It is for code that calls an object,
// where a monitor is for code that announces. Use it in the body of the test, in handlers, in plain functions and in
// goroutines under control.
//
//	h := linear.NewHistory(t, linear.Queue[string, int]{}.Model())
//
//	op := h.Call("c1", linear.QueueOp[int]{...}) // before anything is sent
//	...
//	op.Return(answer) // when the answer has come
//
// An operation that never returns may have taken effect or not. A client does one operation at a time.
type History[C comparable, I, O any] struct {
	t    T             `ravel:"-"` // what the history holds is in the monitor
	spec Spec[C, I, O] `ravel:"-"`
}

// NewHistory begins a history of an execution. The model's inputs and outputs are what Call and Return are given, or
// Pending; see Spec. Of two histories in one execution, one needs a name of its own: see the method History of Spec.
func NewHistory(t T, model porcupine.Model) *History[any, any, any] {
	return Spec[any, any, any]{Model: model, Name: "History"}.History(t)
}

// History begins a history of an execution.
func (s Spec[C, I, O]) History(t T) *History[C, I, O] {
	t.Monitor(s.Monitor())
	return &History[C, I, O]{t, s}
}

// Call records that a client invokes an operation. Call it before anything is sent.
func (h *History[C, I, O]) Call(client C, input I) Op[C, I, O] {
	h.t.Notify(h.spec.Invoked(client, input))
	return Op[C, I, O]{h, client}
}

// Op is an operation that has been called. One of its methods says what became of it; if none is called, it is pending
// when the execution ends.
type Op[C comparable, I, O any] struct {
	h      *History[C, I, O] `ravel:"-"`
	client C
}

// Return records that the operation has returned.
func (o Op[C, I, O]) Return(output O) { o.h.t.Notify(o.h.spec.Returned(o.client, output)) }

// Failed records that the operation has had no effect, and never will.
func (o Op[C, I, O]) Failed() { o.h.t.Notify(o.h.spec.Failed(o.client)) }

// Lost records that the client will not hear of the operation any more, so that it may invoke another one: this one may
// take effect at any time from then on, or never.
func (o Op[C, I, O]) Lost() { o.h.t.Notify(o.h.spec.Lost(o.client)) }
