package bars

import (
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// Bare runs a strategy without an engine: n operations that stay enabled, each with an inbox of its own. One step in eight
// also touches the inbox of another operation. What is left of a step is the strategy: its pick and its callbacks.
type Bare struct {
	strat  strategy.Strategy
	picker strategy.FaultPicker // that of offered faults
	pupil  pupil
	ops    []*strategy.Op
	faults []*strategy.Op // on offer until hiccups of them have happened
	bound  int
	k      uint64
	did    [2]strategy.Action
}

// bareShare is how many steps there are for one that touches the inbox of another operation.
const bareShare = 8

// NewBare returns a bare run of a strategy on n operations, whose executions have so many steps. With faults, as many are on
// offer as in BusyUnderFaults.
func NewBare(s strategy.Strategy, n, bound int, faults bool) *Bare {
	b := &Bare{strat: s, pupil: newPupil(s), ops: make([]*strategy.Op, n), bound: bound}
	root := &strategy.Op{Index: n}
	for i := range b.ops {
		b.ops[i] = &strategy.Op{Index: i, Nth: i, Creator: root, Next: strategy.Action{Kind: strategy.Dequeue, Object: strategy.Inbox(i)}}
	}
	if faults {
		b.strat = strategy.WithFaults(s)
		b.picker = b.strat.(strategy.FaultPicker)
		for i := range faultsOnOffer {
			next := strategy.Action{Kind: strategy.Inject, Object: strategy.BudgetObject(0)}
			b.faults = append(b.faults, &strategy.Op{Index: n + 1 + i, Nth: i, Creator: root, Kind: strategy.Fault, Next: next})
		}
	}
	return b
}

// Run runs the next execution.
func (b *Bare) Run() {
	b.strat.Start(strategy.Execution{
		K: b.k, Seed: b.k, Run: 1, Length: b.bound, Steps: b.bound, MaxSteps: b.bound, Ops: len(b.ops),
	})
	b.k++
	picker, watch := strategy.Unwrapped(b.strat), strategy.ObserverOf(b.strat)
	if watch != nil {
		for _, op := range b.ops {
			watch.Enabled(op)
		}
	}
	left := 0
	if len(b.faults) > 0 {
		left = hiccups
	}
	for i := range b.bound {
		var at int
		if left > 0 {
			if at = b.pickFault(i, left); at >= len(b.ops) {
				left--
				if watch != nil {
					op := b.faults[at-len(b.ops)]
					watch.Executed(op, append(b.did[:0], op.Next))
				}
				continue
			}
		} else {
			at = picker.Pick(b.ops)
		}
		if watch != nil {
			b.tell(watch, b.ops[at], i)
		}
	}
	if f, ok := b.strat.(strategy.Finisher); ok {
		f.Finish(strategy.Result{Steps: b.bound, Picks: b.bound, Ops: len(b.ops)})
	}
	b.pupil.finished()
}

func (b *Bare) pickFault(step, units int) int {
	for _, f := range b.faults {
		f.Units = units
	}
	return b.picker.PickFault(step, b.ops, b.faults)
}

// tell tells an observer what an operation did in a step.
func (b *Bare) tell(watch strategy.Observer, op *strategy.Op, step int) {
	b.did[0] = op.Next
	did := b.did[:1]
	if step%bareShare == 0 {
		did = b.did[:]
		did[1] = strategy.Action{Kind: strategy.Send, Object: strategy.Inbox(step / bareShare % len(b.ops))}
	}
	watch.Executed(op, did)
}

// Sample runs executions for a time, and so many at least.
func (b *Bare) Sample(least time.Duration, executions int) (s Sample) {
	for start := time.Now(); s.Elapsed < least || int(s.Executions) < executions; s.Elapsed = time.Since(start) {
		b.Run()
		s.Executions++
		s.Steps += uint64(b.bound)
	}
	return s
}
