package linear

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// history is the monitor's state.
//
// Time is counted in rounds: a round is a run of invocations and then a run of returns. An operation precedes another one
// if its return is in an earlier round than the other's invocation, and nothing else matters, so that histories that
// differ in the order inside a run are one state.
type history[C comparable, I, O any] struct {
	model   porcupine.Model `ravel:"-"` // the same in all executions of a test
	round   int
	closing bool                    // the round has come to its returns
	clients map[C][]operation[I, O] // in the order of invocation
}

// operation is an operation of a client.
type operation[I, O any] struct {
	input        I
	output       O // once it has returned
	call, answer int
	how          status
}

type status uint8

const (
	running status = iota // its client waits for it
	lost                  // nobody waits for it
	done
)

func (h *history[C, I, O]) start(c *ravel.MonitorContext) {
	c.Assert(h.model.Init != nil && (h.model.Step != nil || h.model.StepContext != nil),
		"linear.Spec has no Model with Init and Step: set the field Model, with linear.Sequential for instance")
}

func (h *history[C, I, O]) invoked(c *ravel.MonitorContext, e Invoked[C, I, O]) {
	if o := h.current(e.Client); o != nil {
		c.Fail("%v while its operation %v is not over: a client does one operation at a time; "+
			"tell what became of the one before, Lost if nobody knows", e, o.input)
	}
	if h.closing {
		h.round, h.closing = h.round+1, false
	}
	h.clients[e.Client] = append(h.clients[e.Client], operation[I, O]{input: e.Input, call: h.round})
}

func (h *history[C, I, O]) returned(c *ravel.MonitorContext, e Returned[C, I, O]) {
	o := h.end(c, e.Client, e)
	o.output, o.answer, o.how = e.Output, h.round, done
	h.closing = true
	h.judge(c, e.Client)
}

func (h *history[C, I, O]) failed(c *ravel.MonitorContext, e Failed[C, I, O]) {
	h.end(c, e.Client, e)
	h.judgeWithout(c, e.Client)
	mine := h.clients[e.Client]
	h.clients[e.Client] = mine[:len(mine)-1]
}

func (h *history[C, I, O]) lost(c *ravel.MonitorContext, e Lost[C, I, O]) {
	h.end(c, e.Client, e).how = lost
}

// current returns the operation that a client waits for, or nil.
func (h *history[C, I, O]) current(client C) *operation[I, O] {
	mine := h.clients[client]
	if n := len(mine); n > 0 && mine[n-1].how == running {
		return &mine[n-1]
	}
	return nil
}

func (h *history[C, I, O]) end(c *ravel.MonitorContext, client C, e fmt.Stringer) *operation[I, O] {
	o := h.current(client)
	c.Assert(o != nil, "%v, but it has not invoked an operation", e)
	return o
}

// operations returns the history as the checker wants it, in an order that depends on nothing but the history. The last
// operation of the client that was just told of is the suspect: the Metadata of no other are true.
func (h *history[C, I, O]) operations(suspect C) []porcupine.Operation {
	var all []porcupine.Operation
	for i, client := range h.names() {
		mine := h.clients[client]
		for j := range mine {
			o := &mine[j]
			p := porcupine.Operation{
				ClientId: i, Input: o.input, Call: int64(o.call), Output: o.output, Return: int64(o.answer),
				Metadata: client == suspect && j == len(mine)-1,
			}
			if o.how != done {
				p.Output, p.Return = Pending{}, math.MaxInt64
			}
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b porcupine.Operation) int {
		return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Return, b.Return))
	})
	return all
}

// names returns the clients by their text: nothing may depend on the order of a map.
func (h *history[C, I, O]) names() []C {
	return slices.SortedFunc(maps.Keys(h.clients), func(a, b C) int {
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
}
