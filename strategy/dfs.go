package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
)

// DFS explores every schedule by depth-first search over the one stream of choices: who moves, which fault happens,
// and every value.
//
// The choices of the current execution form a stack; the next execution repeats it up to the deepest choice with an
// untried value, and takes that. Values of schedule choices are deviations (see schedule.Choice), so the first execution
// is the default order, and it ends with the one that deviates most.
//
// Guarantee: when Exhausted reports true, each schedule of the program (within the step bound) ran exactly once. That
// takes a deterministic program: a choice that differs in kind or number from the one in the same place of the execution
// before ends the search, and Err tells.
//
// It ignores Execution; one DFS serves one run, Start and Finish in turn.
type DFS struct {
	max, ran  uint64
	stack     []schedule.Choice
	depth     int // choices made in this execution
	last      *Op
	err       error
	exhausted bool
	marks     []dfsMark // by saved state
}

// dfsMark is where a search stood when a state was saved.
type dfsMark struct {
	depth int
	last  *Op
}

// NewDFS returns a depth-first search that ends after max executions; 0 means no such end.
func NewDFS(max uint64) *DFS { return &DFS{max: max} }

// Start implements Strategy.
func (d *DFS) Start(Execution) bool {
	if d.ran > 0 && d.err == nil && !d.exhausted {
		d.exhausted = !d.advance()
	}
	if d.err != nil || d.exhausted || d.max > 0 && d.ran >= d.max {
		return false
	}
	d.ran++
	d.depth = 0
	d.last = nil
	return true
}

// advance turns the stack into the prefix of the next execution.
func (d *DFS) advance() bool {
	for i := len(d.stack) - 1; i >= 0; i-- {
		if c := &d.stack[i]; c.Value+1 < c.N {
			c.Value++
			d.stack = d.stack[:i+1]
			return true
		}
	}
	d.stack = d.stack[:0]
	return false
}

// choose makes the next choice.
func (d *DFS) choose(kind schedule.Kind, n int) int {
	if d.err != nil {
		return 0
	}
	at := d.depth
	d.depth++
	if at == len(d.stack) {
		d.stack = append(d.stack, schedule.Choice{Kind: kind, N: n})
		return 0
	}
	if c := d.stack[at]; c.Kind != kind || c.N != n {
		d.fail(Divergence{At: at, Want: c, Got: schedule.Choice{Kind: kind, N: n}})
		return 0
	}
	return d.stack[at].Value
}

func (d *DFS) fail(v Divergence) {
	d.err = fmt.Errorf("strategy: dfs: the same choices led elsewhere, so the program is not deterministic: %w", &v)
}

// Pick implements Strategy.
func (d *DFS) Pick(ops []*Op) int {
	return Index(ops, nil, d.last, d.choose(schedule.Schedule, len(ops)))
}

// PickFault implements FaultPicker.
func (d *DFS) PickFault(_ int, ops, faults []*Op) int {
	return Index(ops, faults, d.last, d.choose(schedule.Schedule, len(ops)+len(faults)))
}

// Value implements Strategy.
func (d *DFS) Value(v Value) int { return d.choose(v.Kind, v.N) }

// Enabled implements Observer.
func (d *DFS) Enabled(*Op) {}

// Disabled implements Observer.
func (d *DFS) Disabled(*Op) {}

// Executed implements Observer.
func (d *DFS) Executed(op *Op, _ []Action) { d.last = Moved(d.last, op) }

// Common implements Backtracker.
func (d *DFS) Common() int { return max(len(d.stack)-1, 0) }

// Saved implements Backtracker.
func (d *DFS) Saved(n int) { d.marks = append(d.marks[:n], dfsMark{d.depth, d.last}) }

// Restored implements Backtracker.
func (d *DFS) Restored(n int) { d.depth, d.last = d.marks[n].depth, d.marks[n].last }

// Finish implements Finisher.
func (d *DFS) Finish(Result) {
	if d.err == nil && d.depth < len(d.stack) {
		d.fail(Divergence{At: d.depth, Want: d.stack[d.depth], Ended: true})
	}
}

// Exhausted reports whether every schedule has run; it turns true with the Start that returns false.
func (d *DFS) Exhausted() bool { return d.exhausted }

// Executions returns how many executions were started.
func (d *DFS) Executions() uint64 { return d.ran }

// Err returns why the search ended early: an error that wraps a *Divergence when the program is not deterministic.
func (d *DFS) Err() error { return d.err }

// Properties implements Described.
func (d *DFS) Properties() Properties { return Properties{Exhaustive: true} }
