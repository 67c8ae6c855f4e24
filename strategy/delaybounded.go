package strategy

import (
	"github.com/ravelgo/ravel/strategy/delaying"
)

// DelayBounded explores every execution that takes at most D delays under a delaying explorer, stratum by stratum: first
// the one without, then all with one, and so on (see package delaying for what costs how many).
//
// Guarantee: when Exhausted reports true, each execution with at most D delays (within the step bound) ran exactly once,
// and none of stratum i+1 before the last one of stratum i. It takes a deterministic program, and a sound explorer. An
// execution with L choices has up to L^D such relatives: D is small.
//
// Of Execution only Run counts, the seed of the explorer. Several workers may share a search (see Parallel); with one,
// the order is fixed.
//
// Source: Emmi, Qadeer, Rakamarić, "Delay-Bounded Scheduling", POPL 2011; Desai, Qadeer, Seshia, "Systematic Testing of
// Asynchronous Reactive Systems", ESEC/FSE 2015.
type DelayBounded struct{ delayed }

// NewDelayBounded returns the search with at most bound delays under the explorers of a factory.
func NewDelayBounded(bound int, factory delaying.Factory, options ...Option) *DelayBounded {
	w := newTree("delay", max(bound, 0))
	return &DelayBounded{*newDelayed(w, factory, w.apply(options))}
}

// Join implements Parallel.
func (d *DelayBounded) Join() Strategy { return &DelayBounded{*d.joined()} }

// Within says what the search was restricted to, for reports.
func (d *DelayBounded) Within() string { return atMost(d.bound, "delay") }
