package strategytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Trace is what happened in one execution.
type Trace struct {
	Moves    []Move
	Choices  []schedule.Choice
	Named    []schedule.Named
	Values   []int // of Choose and Flip, in order
	Result   strategy.Result
	Deadlock bool // it ended with threads that wait
}

// Move is one action, or a fault.
type Move struct {
	Thread int // of a fault: the one it stops, or -1
	Action int // place in the thread; -1 for a fault
	Step   int // number of the step; joined actions share one
	Budget int // of a fault
	Place  int // of a fault: its place in the Stops of its budget
}

// Clone returns a copy that outlives the next execution of the simulator.
func (t *Trace) Clone() *Trace {
	c := *t
	c.Moves = slices.Clone(t.Moves)
	c.Choices = slices.Clone(t.Choices)
	c.Named = slices.Clone(t.Named)
	c.Values = slices.Clone(t.Values)
	return &c
}

// At returns the place in Moves where a thread first took an action, -1 when it did not.
func (t *Trace) At(thread, action int) int {
	for i, m := range t.Moves {
		if m.Thread == thread && m.Action == action {
			return i
		}
	}
	return -1
}

// Before reports whether the first action of the first pair (thread, action) happened, and before that of the second
// if that happened at all.
func (t *Trace) Before(thread1, action1, thread2, action2 int) bool {
	a, b := t.At(thread1, action1), t.At(thread2, action2)
	return a >= 0 && (b < 0 || a < b)
}

// Faults counts the faults of a budget.
func (t *Trace) Faults(budget int) int {
	n := 0
	for _, m := range t.Moves {
		if m.Action < 0 && m.Budget == budget {
			n++
		}
	}
	return n
}

// Order returns the threads in the order of their moves, as "0 1 1 0"; a fault shows as "!0:1", its budget and
// its place in the Stops of that.
func (t *Trace) Order() string {
	var b strings.Builder
	for i, m := range t.Moves {
		if i > 0 {
			b.WriteByte(' ')
		}
		if m.Action < 0 {
			fmt.Fprintf(&b, "!%d:%d", m.Budget, m.Place)
		} else {
			fmt.Fprint(&b, m.Thread)
		}
	}
	return b.String()
}

// Key identifies the execution among those of its program: the moves and the values.
func (t *Trace) Key() string { return fmt.Sprint(t.Order(), " ", t.Values) }
