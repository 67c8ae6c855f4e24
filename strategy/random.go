package strategy

// Random is the random walk: every enabled operation moves next with probability 1/n, every value of a choice is
// taken with probability 1/N, all independent.
//
// Guarantee: a schedule with branching n1, n2, ..., nk has probability 1/(n1 n2 ... nk). It is fair: an operation that
// stays enabled next to at most n-1 others waits for more than t picks with probability (1-1/n)^t.
//
// It is the control that every other strategy is compared with.
type Random struct{ src source }

// NewRandom returns a random walk.
func NewRandom() *Random { return new(Random) }

// Start implements Strategy.
func (r *Random) Start(e Execution) bool {
	r.src.seed(e.Seed, streamPicks)
	return true
}

// Seed returns the seed of the execution, for runtimes that make a random walk themselves.
func (r *Random) Seed() uint64 { return r.src.from }

// Pick implements Strategy.
func (r *Random) Pick(ops []*Op) int { return r.src.intn(len(ops)) }

// Value implements Strategy.
func (r *Random) Value(v Value) int { return r.src.intn(v.N) }

// Properties implements Described.
func (r *Random) Properties() Properties { return Properties{Fair: true} }
