package check

import "github.com/ravelgo/ravel/strategy"

// raw repeats choices as the engine keeps them: indices into ops and faults, and values.
type raw struct {
	choices []uint32
	next    int
}

func newRaw(choices []uint32) *raw { return &raw{choices: choices} }

func (r *raw) Start(strategy.Execution) bool { r.next = 0; return true }
func (r *raw) take(n int) int {
	if r.next == len(r.choices) {
		return 0
	}
	v := int(r.choices[r.next])
	r.next++
	return min(v, n-1)
}
func (r *raw) Pick(ops []*strategy.Op) int { return r.take(len(ops)) }
func (r *raw) PickFault(_ int, ops, faults []*strategy.Op) int {
	return r.take(len(ops) + len(faults))
}
func (r *raw) Value(v strategy.Value) int { return r.take(v.N) }
