package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
)

// Divergence is the error that an execution did not follow a recorded one.
type Divergence struct {
	At    int             // position in the list of choices
	Want  schedule.Choice // what was recorded there
	Got   schedule.Choice // what the program asked instead; its Value means nothing
	Ended bool            // the execution ended before the choice; Got means nothing
}

func (d *Divergence) Error() string {
	want := fmt.Sprintf("choice %d: recorded %v %d of %d", d.At, d.Want.Kind, d.Want.Value, d.Want.N)
	switch {
	case d.Ended:
		return want + ", but the execution ended before it"
	case d.Want.Kind == d.Got.Kind && d.Want.N == d.Got.N:
		return want + ", which is out of range"
	}
	return fmt.Sprintf("%s, but the program asked for %v of %d", want, d.Got.Kind, d.Got.N)
}

// Replay repeats a recorded execution.
//
// Guarantee: of a deterministic program it makes the execution that was recorded. After the last choice it goes on with
// the default order and with 0 for values. It is strict: at the first choice that does not fit in kind or N it
// goes over to the defaults for good and Err says where. Choices that are left when the execution ends are a divergence
// as well.
//
// Start always returns true: a replay may run as often as wanted.
type Replay struct {
	choices []schedule.Choice
	next    int
	last    *Op
	err     *Divergence
}

// NewReplay returns a strategy that repeats the choices, which it keeps and does not change.
func NewReplay(choices []schedule.Choice) *Replay { return &Replay{choices: choices} }

// Start implements Strategy.
func (r *Replay) Start(Execution) bool {
	r.next, r.last, r.err = 0, nil, nil
	return true
}

func (r *Replay) choose(kind schedule.Kind, n int) int {
	if r.err != nil || r.next == len(r.choices) {
		return 0
	}
	c := r.choices[r.next]
	if c.Kind != kind || c.N != n || c.Value < 0 || c.Value >= n {
		r.err = &Divergence{At: r.next, Want: c, Got: schedule.Choice{Kind: kind, N: n}}
		return 0
	}
	r.next++
	return c.Value
}

// Pick implements Strategy.
func (r *Replay) Pick(ops []*Op) int {
	return Index(ops, nil, r.last, r.choose(schedule.Schedule, len(ops)))
}

// PickFault implements FaultPicker.
func (r *Replay) PickFault(_ int, ops, faults []*Op) int {
	return Index(ops, faults, r.last, r.choose(schedule.Schedule, len(ops)+len(faults)))
}

// Value implements Strategy.
func (r *Replay) Value(v Value) int { return r.choose(v.Kind, v.N) }

// Enabled implements Observer.
func (r *Replay) Enabled(*Op) {}

// Disabled implements Observer.
func (r *Replay) Disabled(*Op) {}

// Executed implements Observer.
func (r *Replay) Executed(op *Op, _ []Action) { r.last = Moved(r.last, op) }

// Finish implements Finisher.
func (r *Replay) Finish(Result) {
	if r.err == nil && r.next < len(r.choices) {
		r.err = &Divergence{At: r.next, Want: r.choices[r.next], Ended: true}
	}
}

// Used returns how many choices of the list were followed.
func (r *Replay) Used() int { return r.next }

// Err returns nil or a *Divergence; it is complete after Finish.
func (r *Replay) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}
