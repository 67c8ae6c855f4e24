package strategy

import (
	"math"

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
// The frontier between the strata is kept as addresses, the delays that lead to a state: eight bytes for each choice of
// the executions that have alternatives in later strata. Of Execution only Run counts, the seed of the explorer. Several
// workers may share a search (see Parallel); with one, the order is fixed.
//
// Source: Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, section 4. In the
// first stratum there are no delays, and the j-th alternative costs j; ZingCost has what Zing's implementation does instead.
type SES struct {
	delayed
	cache
}

// NewSES returns a search under the explorers of a factory that remembers at most so many states; 0 means all.
func NewSES(factory delaying.Factory, most int, options ...Option) *SES {
	w := newTree("ses", math.MaxInt32)
	return &SES{*newDelayed(w, factory, w.apply(options)), w.limited(newCache(most), options)}
}

// Visit implements Visitor. On the way to where the execution leaves its parent, all states are known.
func (s *SES) Visit(state State) bool { return s.on() || s.visit(state) }

// Join implements Parallel.
func (s *SES) Join() Strategy { return &SES{*s.joined(), s.cache} }
