package delaying

import (
	"math/rand/v2"
	"slices"
)

// Rand moves a machine drawn uniformly from the enabled ones. Delay draws another one, from those that have not been
// passed over since the last step; the next step forgets who was.
//
// It is Zing's random delaying scheduler, which the paper has not. Zing draws anew with each call of Next; here the draw
// holds until a Delay, a step, or a change of what is enabled.
type Rand struct {
	enabled []ID
	turns   []ID // enabled in the order drawn so far, as far as the one behind those passed over; empty before a draw
	passed  int
	random  rand.PCG
}

// NewRand returns the random explorer of a seed.
func NewRand(seed uint64) *Rand { return &Rand{random: *rand.NewPCG(seed, streamRand)} }

// Start implements Explorer.
func (r *Rand) Start(id, _ ID) { r.Enabled(id) }

// Enabled implements Explorer.
func (r *Rand) Enabled(id ID) {
	r.enabled = append(r.enabled, id)
	r.turns = r.turns[:0]
}

// Blocked implements Explorer.
func (r *Rand) Blocked(id ID) {
	r.enabled = without(r.enabled, id)
	r.turns = r.turns[:0]
}

// Finish implements Explorer.
func (r *Rand) Finish(ID) {}

// Step implements Stepper.
func (r *Rand) Step(ID) { r.turns = r.turns[:0] }

// Next implements Explorer.
func (r *Rand) Next() ID {
	if len(r.turns) == 0 {
		r.turns = append(r.turns, r.enabled...)
		r.passed = 0
		r.draw()
	}
	return r.turns[r.passed]
}

// draw puts one of the machines that are left behind those that were passed over.
func (r *Rand) draw() {
	i := r.passed + below(&r.random, len(r.turns)-r.passed)
	r.turns[r.passed], r.turns[i] = r.turns[i], r.turns[r.passed]
}

// Delay implements Explorer.
func (r *Rand) Delay() {
	r.Next()
	r.passed++
	r.draw()
}

// Clone implements Explorer.
func (r *Rand) Clone() Explorer {
	c := *r
	c.enabled, c.turns = slices.Clone(r.enabled), slices.Clone(r.turns)
	return &c
}
