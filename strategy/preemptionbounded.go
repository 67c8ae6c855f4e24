package strategy

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
// It ignores Execution. Several workers may share a search (see Parallel); with one, the order is fixed.
//
// Source: Musuvathi, Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007.
type PreemptionBounded struct{ ordered }

// NewPreemptionBounded returns the search with at most bound preemptions.
func NewPreemptionBounded(bound int) *PreemptionBounded {
	return preemptionBounded(newTree("pb", max(bound, 0)))
}

func preemptionBounded(w *walker) *PreemptionBounded {
	return &PreemptionBounded{ordered{walker: w, preemptions: true}}
}

// Join implements Parallel.
func (p *PreemptionBounded) Join() Strategy { return preemptionBounded(p.join()) }

// Within says what the search was restricted to, for reports.
func (p *PreemptionBounded) Within() string { return atMost(p.bound, "preemption") }

// PreemptionStates is PreemptionBounded in which no execution goes on from a state that another one has reached before: the
// iterative preemption bounding with a cache of states that the delaying explorers' paper compares with. Without a bound
// it reaches every state, those first that take few preemptions (see States for what that finds). With one it may miss
// executions within the bound: which machine moved last decides what costs a preemption, and is no part of a state.
//
// Source: Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, section 6.
type PreemptionStates struct {
	*PreemptionBounded
	cache
}

// NewPreemptionStates returns the search with at most bound preemptions, which remembers at most so many states; 0 means
// all.
func NewPreemptionStates(bound, most int, options ...Option) *PreemptionStates {
	w := newTree("pbs", max(bound, 0))
	w.apply(options)
	return &PreemptionStates{preemptionBounded(w), w.limited(newCache(most), options)}
}

// Visit implements Visitor. On the way to where the execution leaves its parent, all states are known.
func (p *PreemptionStates) Visit(state State) bool { return p.on() || p.visit(state) }

// Join implements Parallel.
func (p *PreemptionStates) Join() Strategy {
	return &PreemptionStates{preemptionBounded(p.join()), p.cache}
}
