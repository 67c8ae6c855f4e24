package check

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// following is a strict replay of a saved schedule.
type following struct {
	open  func() *schedule.Follower
	f     *schedule.Follower
	last  *strategy.Op
	asked map[*strategy.Op]int
	err   error
}

func newFollowing(open func() *schedule.Follower) *following { return &following{open: open} }

func (r *following) Start(strategy.Execution) bool {
	r.f, r.last, r.err, r.asked = r.open(), nil, nil, map[*strategy.Op]int{}
	return true
}

func (r *following) next(k schedule.Kind, n int) int {
	if r.err != nil {
		return 0
	}
	v, err := r.f.Next(k, n)
	r.err = err
	return v
}

func (r *following) confirm(op string, nth int) {
	if r.err == nil {
		r.err = r.f.Confirm(op, nth)
	}
}

func (r *following) Pick(ops []*strategy.Op) int { return r.PickFault(0, ops, nil) }

func (r *following) PickFault(_ int, ops, faults []*strategy.Op) int {
	i := strategy.Index(ops, faults, r.last, r.next(schedule.Schedule, len(ops)+len(faults)))
	if i < len(ops) {
		r.confirm(ops[i].Path(), 0)
	} else {
		r.confirm(faults[i-len(ops)].Path(), 0)
	}
	return i
}

func (r *following) Value(v strategy.Value) int {
	n := r.next(v.Kind, v.N)
	r.confirm(v.Op.Path(), r.asked[v.Op])
	r.asked[v.Op]++
	return n
}

func (r *following) Enabled(*strategy.Op)  {}
func (r *following) Disabled(*strategy.Op) {}
func (r *following) Executed(op *strategy.Op, _ []strategy.Action) {
	r.last = strategy.Moved(r.last, op)
}

// diverged says where the replay left its schedule, if it did.
func (r *following) diverged() error {
	switch {
	case r.err != nil:
		return r.err
	case !r.f.Done():
		return fmt.Errorf("the execution ended after %s, before its schedule did", plural(r.f.Index(), "choice"))
	}
	return nil
}

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
