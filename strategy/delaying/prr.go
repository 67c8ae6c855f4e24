package delaying

import (
	"math/rand/v2"
	"slices"
)

// PRR is round-robin whose queue a created machine enters at a uniformly random place, the head included. It is thus a
// distribution of explorers; the seed picks one of them, and is the same for all executions of a search.
//
// It is the paper's. Zing has none; its random scheduler is Rand.
type PRR struct {
	RR
	random rand.PCG
}

// NewPRR returns the probabilistic round-robin explorer of a seed.
func NewPRR(seed uint64) *PRR { return &PRR{random: *rand.NewPCG(seed, streamPRR)} }

// Start implements Explorer.
func (p *PRR) Start(id, _ ID) {
	p.queue = slices.Insert(p.queue, below(&p.random, len(p.queue)+1), id)
}

// Clone implements Explorer.
func (p *PRR) Clone() Explorer { return &PRR{RR{slices.Clone(p.queue)}, p.random} }

// The second halves of the seeds, so that explorers of the same seed draw different numbers.
const (
	streamPRR  = 0x9e3779b97f4a7c15
	streamRand = 0xbf58476d1ce4e5b9
)

// below draws a number in [0, n).
func below(r *rand.PCG, n int) int { return rand.New(r).IntN(n) }
