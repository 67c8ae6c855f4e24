// Package starve is a strategy of one's own, written against the public interface alone: docs/writing-a-strategy.md says what
// such a strategy may rely on.
package starve

import (
	"math/rand/v2"

	"github.com/ravelgo/ravel/strategy"
)

// Starve lets one operation of each execution move only when no other one can, as a machine does whose process is paused,
// swapped out or behind a slow link. All others move at random.
//
// Guarantee: in a program with n operations each is the one that starves with probability 1/n. It is not fair: an
// operation that starves beside others that never rest never moves.
type Starve struct {
	rng    *rand.Rand
	victim int // its Op.Index
}

// New returns the strategy. It is what check.Custom wants.
func New() strategy.Strategy { return new(Starve) }

// Start implements strategy.Strategy. How many operations there will be is known from earlier executions.
func (s *Starve) Start(e strategy.Execution) bool {
	s.rng = rand.New(rand.NewPCG(e.Seed, e.Seed^0x9e3779b97f4a7c15))
	s.victim = s.rng.IntN(max(e.Ops, 1))
	return true
}

// Pick implements strategy.Strategy.
func (s *Starve) Pick(ops []*strategy.Op) int {
	at := s.rng.IntN(len(ops))
	if ops[at].Index == s.victim { // there is at least one other
		at = (at + 1 + s.rng.IntN(len(ops)-1)) % len(ops)
	}
	return at
}

// Value implements strategy.Strategy.
func (s *Starve) Value(v strategy.Value) int { return s.rng.IntN(v.N) }
