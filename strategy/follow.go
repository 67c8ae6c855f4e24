package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
)

// Follow repeats the schedule of a token or a saved file, strictly: at the first choice that does not fit it goes over to
// the default order and zeros for good, and Err says where. It is Replay for schedules that know their names, or no more
// than a check of the choices that are 0; see schedule.Follower.
//
// Start always returns true: a schedule may be followed as often as wanted.
type Follow struct {
	open  func() *schedule.Follower
	f     *schedule.Follower
	last  *Op
	asked map[*Op]int // data choices made
	steps int         // taken
	err   error
}

// NewFollow returns a strategy that follows what open returns, from its beginning, in each execution.
func NewFollow(open func() *schedule.Follower) *Follow { return &Follow{open: open} }

// Start implements Strategy.
func (r *Follow) Start(Execution) bool {
	r.f, r.last, r.err, r.asked, r.steps = r.open(), nil, nil, map[*Op]int{}, 0
	return true
}

func (r *Follow) next(k schedule.Kind, n int) int {
	if r.err != nil {
		return 0
	}
	v, err := r.f.Next(k, n)
	r.left(err)
	return v
}

// left notes that the execution has left the schedule, if it has, and where.
func (r *Follow) left(err error) {
	if d, ok := err.(*schedule.Diverged); ok {
		d.Step = r.steps + 1
	}
	r.err = err
}

func (r *Follow) confirm(op string, nth int) {
	if r.err == nil {
		r.left(r.f.Confirm(op, nth))
	}
}

// Pick implements Strategy.
func (r *Follow) Pick(ops []*Op) int { return r.PickFault(0, ops, nil) }

// PickFault implements FaultPicker.
func (r *Follow) PickFault(_ int, ops, faults []*Op) int {
	i := Index(ops, faults, r.last, r.next(schedule.Schedule, len(ops)+len(faults)))
	if i < len(ops) {
		r.confirm(ops[i].Path(), 0)
	} else {
		r.confirm(faults[i-len(ops)].Path(), 0)
	}
	return i
}

// Value implements Strategy.
func (r *Follow) Value(v Value) int {
	n := r.next(v.Kind, v.N)
	r.confirm(v.Op.Path(), r.asked[v.Op])
	r.asked[v.Op]++
	return n
}

// Enabled implements Observer.
func (r *Follow) Enabled(*Op) {}

// Disabled implements Observer.
func (r *Follow) Disabled(*Op) {}

// Executed implements Observer.
func (r *Follow) Executed(op *Op, _ []Action) {
	r.last = Moved(r.last, op)
	r.steps++
}

// Err says where the last execution left the schedule, or that it ended before the schedule did; nil if it followed to
// the end.
func (r *Follow) Err() error {
	switch {
	case r.err != nil:
		return r.err
	case r.f == nil || r.f.Done():
		return nil
	case r.f.Index() == 1:
		return fmt.Errorf("the execution ended in step %d, after 1 choice, before its schedule did", r.steps)
	}
	return fmt.Errorf("the execution ended in step %d, after %d choices, before its schedule did", r.steps, r.f.Index())
}
