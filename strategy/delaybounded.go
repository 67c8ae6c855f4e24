package strategy

import (
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// DelayBounded explores every execution that takes at most D delays under a delaying explorer, stratum by stratum: first
// the one without, then all with one, and so on (see package delaying for what costs how many).
//
// Guarantee: when Exhausted reports true, each execution with at most D delays (within the step bound) ran exactly once,
// and none of stratum i+1 before the last one of stratum i. It takes a deterministic program, and a sound explorer. An
// execution with L choices has up to L^D such relatives: D is small.
//
// It has no cache of states, and re-executes: each execution runs from the start. Of Execution only Run counts, the seed of
// the explorer.
//
// Source: Emmi, Qadeer, Rakamarić, "Delay-Bounded Scheduling", POPL 2011; Desai, Qadeer, Seshia, "Systematic Testing of
// Asynchronous Reactive Systems", ESEC/FSE 2015.
type DelayBounded struct {
	composition
	strata
}

// NewDelayBounded returns the search with at most bound delays under the explorers of a factory.
func NewDelayBounded(bound int, factory delaying.Factory) *DelayBounded {
	d := &DelayBounded{strata: strata{what: "delay", bound: max(bound, 0)}}
	d.composition.factory = factory
	d.composition.delays = func(kind schedule.Kind, n int) int { return d.choose(kind, n, linear) }
	return d
}

// Start implements Strategy.
func (d *DelayBounded) Start(e Execution) bool {
	if !d.strata.start() {
		return false
	}
	d.begin(e.Run)
	return true
}

// Within says what the search was restricted to, for reports.
func (d *DelayBounded) Within() string { return atMost(d.bound, "delay") }
