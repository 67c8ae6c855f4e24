package linear

import (
	"cmp"
	"context"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// judge asserts that the history is linearizable, now that an operation of the client has returned.
func (h *history[C, I, O]) judge(c *ravel.MonitorContext, client C) {
	m, ops := guard(h.model), h.concerned(client)
	if !m.fits(ops) {
		h.blame(c, m, client, ops)
	}
}

// judgeWithout asserts that the history is linearizable without the operation of the client, which has failed.
func (h *history[C, I, O]) judgeWithout(c *ravel.MonitorContext, client C) {
	m, ops := guard(h.model), h.concerned(client)
	if !m.fits(slices.DeleteFunc(slices.Clone(ops), suspected)) {
		h.blameFailed(c, m, client, ops)
	}
}

// concerned returns the operations in the partition of the suspect. The others are as they were.
func (h *history[C, I, O]) concerned(client C) []porcupine.Operation {
	ops := h.operations(client)
	if h.model.Partition != nil {
		for _, part := range h.model.Partition(ops) {
			if slices.ContainsFunc(part, suspected) {
				return part
			}
		}
	}
	return ops
}

// suspected reports whether an operation is the one that was just told of.
func suspected(o porcupine.Operation) bool { return o.Metadata == any(true) }

// guarded is a model of a single partition whose Step may panic: the checker runs it on a goroutine of its own, where a
// panic would end the process.
type guarded struct {
	porcupine.Model
	panicked any
}

func guard(m porcupine.Model) *guarded {
	g := &guarded{Model: m}
	g.Partition, g.PartitionEvent, g.Step = nil, nil, nil
	g.StepContext = func(ctx context.Context, state, input, output any) (ok bool, next any) {
		defer func() {
			if v := recover(); v != nil {
				g.panicked, ok = v, false
			}
		}()
		if m.StepContext != nil {
			return m.StepContext(ctx, state, input, output)
		}
		return m.Step(state, input, output)
	}
	return g
}

// fits reports whether operations are linearizable.
func (g *guarded) fits(ops []porcupine.Operation) bool { return g.inOrder(ops) || g.linearizable(ops) }

// linearizable asks the checker.
func (g *guarded) linearizable(ops []porcupine.Operation) bool {
	ok := porcupine.CheckOperations(g.Model, ops)
	g.settle()
	return ok
}

// settle goes on with a panic of the model, where it ends an execution and not the process.
func (g *guarded) settle() {
	if g.panicked != nil {
		panic(g.panicked)
	}
}

// inOrder reports whether the operations that have returned could have taken effect in the order in which they did so.
// Most histories are of this kind, and it is found out in a fraction of the checker's time.
func (g *guarded) inOrder(ops []porcupine.Operation) bool {
	over := make([]porcupine.Operation, 0, len(ops))
	for _, o := range ops {
		if o.Output != any(Pending{}) {
			over = append(over, o)
		}
	}
	slices.SortStableFunc(over, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	state := g.Init()
	for _, o := range over {
		ok, next := g.StepContext(context.Background(), state, o.Input, o.Output)
		g.settle()
		if !ok {
			return false
		}
		state = next
	}
	return true
}

// witness returns an order in which the operations can have taken effect whatever the suspect has returned, and the state
// in which the suspect took effect. There is one, as the history was linearizable before.
func (g *guarded) witness(ops []porcupine.Operation) (order []porcupine.Operation, state any) {
	ops = slices.Clone(ops)
	for i := range ops {
		if suspected(ops[i]) {
			ops[i].Output = Pending{}
		}
	}
	result, info := porcupine.CheckOperationsVerbose(g.Model, ops, 0)
	if result != porcupine.Ok || g.panicked != nil {
		return nil, nil // a model that does not accept Pending
	}
	state = g.Init()
	for _, o := range info.PartialLinearizationsOperations()[0][0] {
		if suspected(o) {
			return append(order, o), state
		}
		_, state = g.StepContext(context.Background(), state, o.Input, o.Output)
		order = append(order, o)
	}
	return nil, nil
}
