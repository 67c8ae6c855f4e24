package strategy

import "github.com/ravelgo/ravel/schedule"

// PreemptionBounded explores every execution with at most D preemptions, stratum by stratum: first all without, then all with
// one, and so on.
//
// A preemption is a step that anything but the machine that moved last takes although that one is enabled: another machine,
// a timer, or a fault. Where it is not enabled, whoever comes next is free, and so are all values: stratum 0 has many
// executions.
//
// Guarantee: when Exhausted reports true, each execution with at most D preemptions (within the step bound) ran exactly
// once, and none of stratum i+1 before the last one of stratum i. It takes a deterministic program.
//
// It ignores Execution, has no cache of states, and re-executes: each execution runs from the start.
//
// Source: Musuvathi, Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007.
type PreemptionBounded struct {
	strata
	last *Op
}

// NewPreemptionBounded returns the search with at most bound preemptions.
func NewPreemptionBounded(bound int) *PreemptionBounded {
	return &PreemptionBounded{strata: strata{what: "pb", bound: max(bound, 0)}}
}

// Start implements Strategy.
func (p *PreemptionBounded) Start(Execution) bool {
	p.last = nil
	return p.strata.start()
}

// Pick implements Strategy.
func (p *PreemptionBounded) Pick(ops []*Op) int { return p.PickFault(0, ops, nil) }

// PickFault implements FaultPicker.
func (p *PreemptionBounded) PickFault(_ int, ops, faults []*Op) int {
	price := free
	if p.last != nil && place(ops, p.last) >= 0 {
		price = flat
	}
	return Index(ops, faults, p.last, p.choose(schedule.Schedule, len(ops)+len(faults), price))
}

// Value implements Strategy.
func (p *PreemptionBounded) Value(v Value) int { return p.choose(v.Kind, v.N, free) }

// Enabled implements Observer.
func (p *PreemptionBounded) Enabled(*Op) {}

// Disabled implements Observer.
func (p *PreemptionBounded) Disabled(*Op) {}

// Executed implements Observer.
func (p *PreemptionBounded) Executed(op *Op, _ []Action) { p.last = Moved(p.last, op) }

// Within says what the search was restricted to, for reports.
func (p *PreemptionBounded) Within() string { return atMost(p.bound, "preemption") }
