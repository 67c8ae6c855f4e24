package strategy

import (
	"math"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// SES is stratified exhaustive search: it explores every state, those first that take few delays under a delaying
// explorer. Like DelayBounded it runs the executions without delays, then those with one, and so on, without an end; and
// none of them goes on from a state that another one has reached before.
//
// Guarantee: when Exhausted reports true, every state that the program can reach was reached, under an explorer that is
// sound (theorem 2 of the paper). As only states are remembered, not the explorer in them, one may be reached with more
// delays than it takes: the strata are a bias, not a bound. What it finds and what voids the guarantee is said at States.
//
// The frontier between the strata is kept as addresses, the delays that lead to a state, and states are reached
// again by running the program. Of Execution only Run counts, the seed of the explorer.
//
// Source: Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, section 4. Zing's
// implementation begins with one delay and lets every alternative of a state cost one; here, as in the paper, the first
// stratum has none, and the j-th alternative costs j.
type SES struct {
	composition
	strata
	cache
}

// NewSES returns a search under the explorers of a factory that remembers at most so many states; 0 means all.
func NewSES(factory delaying.Factory, most int) *SES {
	s := &SES{strata: strata{what: "ses", bound: math.MaxInt32}, cache: newCache(most)}
	s.composition.factory = factory
	s.composition.delays = func(kind schedule.Kind, n int) int { return s.choose(kind, n, linear) }
	return s
}

// Start implements Strategy.
func (s *SES) Start(e Execution) bool {
	if !s.strata.start() {
		return false
	}
	s.begin(e.Run)
	return true
}

// Visit implements Visitor. On the way to where the execution leaves its parent, all states are known.
func (s *SES) Visit(state State) bool {
	return s.err != nil || s.depth < s.present.from || s.visit(state)
}
