package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
)

// DPOR explores every schedule up to the order of independent steps: source-DPOR with sleep sets. Executions that differ
// only in that order are one Mazurkiewicz trace: they end in the same state, and every machine and monitor goes through
// the same states in them.
//
// After each step it looks for races: an earlier step, of another operation, that depends on this one and might have come
// after it. Where the earlier one was chosen, an operation that leads to the other order becomes an alternative, unless
// there is one already. An operation whose alternatives have been explored sleeps below its siblings until a step depends
// on it; an execution in which all that could move is asleep ends there, and is counted by Blocked.
//
// Guarantee: when Exhausted reports true, each trace of the program was run at least once. So everything is found that
// shows in a state of a machine or a monitor or at the end: failed assertions and monitors, panics, unhandled events,
// deadlocks, monitors that are hot at the end. Livelocks are not judged: how long a monitor is hot is no matter of traces.
//
// Two steps depend on each other if they are of one machine, the faults that it offers and its crash by another one
// included; if one makes the other possible, or impossible; or if they meet in one of these:
//
//   - the arrival of two events at one inbox, or of one and the default handler of the machine, its halt or its crash;
//   - the room in a bounded inbox, which each send and each dequeue changes, and a step asks for that leaves its machine with a send there;
//   - a monitor that hears both; the list of monitors, if one registers and the other notifies;
//   - the fire of a timer and its stop; the budget of two faults;
//   - a model, unless both read; the list of models, if one registers and the other looks for a model;
//   - the clock, if one is the fire of a timer and the other reads Now. Once a program is seen to do so, also if the other
//     starts a timer, whose deadline depends on the clock: the search then begins again (see Wasted). Under the ordered
//     clock, where a timer fires when nothing else can move, this depends on everything.
//
// The arrival of an event and the dequeue of another one at the same inbox are independent: a dequeue takes the first
// event that fits, and what comes later stands behind it. An event that is taken in place of the default handler depends on
// its own arrival alone. A machine is who its creator created as its n-th, so the order of creations does not matter.
//
// The values of choices are all explored. Faults are operations, and so is the end of an execution in which they are on
// offer; they are tried last, so that every execution is also tried without them.
//
// What voids the guarantee: an execution that was cut at the step bound, one in which a suspected livelock was put to the
// test, and memory that two machines share without a model (see package ravel). Exhausted is false after the first two.
//
// Cost: a step takes time proportional to the number of operations so far, a race to the number of steps between the two;
// steps that repeat those of the execution before cost next to nothing.
//
// Like DFS it takes a deterministic program, ignores Execution, and serves one run.
//
// Source: Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial order reduction", POPL 2014, section 5 (algorithm
// 1). There no step disables another process; here one that does is a race as well, as in Flanagan, Godefroid, "Dynamic
// partial-order reduction for model checking software", POPL 2005, also if the other sleeps (see loss).
type DPOR struct {
	past   past
	forks  []*fork // of the present execution, one for each step
	depth  int     // so many of them are valid
	step   int     // steps taken in this execution
	fresh  int     // so many of them repeat those of the execution before
	value  int     // values chosen in this step
	last   *Op     // the operation that counts as the one that moved last
	foot   []access
	born   []int   // Op.Index of the machines that this step created
	marks  []int32 // by Op.Index + 1
	losses []loss  // of the present execution, in its order

	ran, blocked uint64
	surprises    int    // initials that could not move: then the dependency would be incomplete
	asleep       bool   // this execution has ended because all that could move was asleep
	clocked      bool   // the program reads the clock
	timed        bool   // it has timers
	again        bool   // from the beginning: it has just turned out that timers move a clock that is read
	wasted       uint64 // executions before that
	void         bool   // some execution was cut, or somebody else chose a step
	err          error
	exhausted    bool
}

// NewDPOR returns a search of one schedule at least for each trace.
func NewDPOR() *DPOR { return new(DPOR) }

// Start implements Strategy.
func (d *DPOR) Start(Execution) bool {
	switch {
	case d.err != nil || d.exhausted:
		return false
	case d.again:
		d.again, d.depth, d.wasted = false, 0, d.ran
		d.rewind(0)
	case d.ran > 0 && !d.advance():
		d.exhausted = true
		return false
	}
	d.ran++
	d.step, d.value, d.last, d.asleep = 0, 0, nil, false
	d.born = d.born[:0]
	return true
}

// Prune implements Reducer.
func (d *DPOR) Prune(ops, faults []*Op) bool {
	if d.err != nil {
		return false
	}
	if d.step < d.depth {
		if f := d.forks[d.step]; len(f.options) != len(ops)+len(faults) {
			d.fail("step %d had %d operations to choose from, now it has %d", d.step, len(f.options), len(ops)+len(faults))
		}
		return false
	}
	f := d.push()
	f.offer(ops, faults)
	d.disabled(f)
	d.inherit(f)
	if !f.choose(ops, faults, d.last) {
		d.depth--
		d.blocked++
		d.asleep = true
		return true
	}
	return false
}

// Pick implements Strategy.
func (d *DPOR) Pick(ops []*Op) int { return d.pick(len(ops)) }

// PickFault implements FaultPicker.
func (d *DPOR) PickFault(_ int, ops, faults []*Op) int { return d.pick(len(ops) + len(faults)) }

func (d *DPOR) pick(n int) int {
	if d.err != nil || d.step >= d.depth || d.forks[d.step].chosen >= n {
		return 0
	}
	return d.forks[d.step].chosen
}

// Value implements Strategy.
func (d *DPOR) Value(v Value) int {
	if d.err != nil {
		return 0
	}
	f := d.here()
	at := d.value
	d.value++
	if at == len(f.values) {
		f.values = append(f.values, schedule.Choice{Kind: v.Kind, N: v.N})
		return 0
	}
	if c := f.values[at]; c.Kind != v.Kind || c.N != v.N {
		d.fail("value %d of step %d: %w", at, d.step, &Divergence{At: at, Want: c, Got: schedule.Choice{Kind: v.Kind, N: v.N}})
		return 0
	}
	return f.values[at].Value
}

// Enabled implements Observer.
func (d *DPOR) Enabled(op *Op) {
	if d.err != nil || d.step < d.fresh {
		return
	}
	if d.past.enabled(op, d.step) && op.Kind == Machine {
		d.born = append(d.born, op.Index)
	}
}

// Disabled implements Observer.
func (d *DPOR) Disabled(*Op) {}

// Executed implements Observer.
func (d *DPOR) Executed(op *Op, did []Action) {
	d.did(op, did)
	d.last = Moved(d.last, op)
}

// Cut implements Reducer. What ends the execution depends on all that could have moved instead.
func (d *DPOR) Cut(op *Op, did []Action) { d.did(op, did) }

// did takes in a step.
func (d *DPOR) did(op *Op, did []Action) {
	if d.err != nil {
		return
	}
	f := d.here()
	if d.value < len(f.values) {
		d.fail("step %d chose %d values, now it has chosen %d", d.step, len(f.values), d.value)
		return
	}
	if d.step >= d.fresh {
		quiet := d.footprint(op, did)
		if len(f.options) == 0 && !quiet {
			d.void = true // it was not up to this strategy
		}
		f.met = union(f.met, d.foot)
		j := d.past.add(op, d.foot, did, quiet)
		d.races(j)
		d.regain(j)
	}
	d.step++
	d.value = 0
}

// here returns the fork of the present step. It has no options where this strategy was not asked.
func (d *DPOR) here() *fork {
	if d.step == d.depth {
		f := d.push()
		f.options = f.options[:0]
		d.disabled(f)
		f.chosen = 0
	}
	return d.forks[d.step]
}

// Finish implements Finisher.
func (d *DPOR) Finish(r Result) {
	if d.err == nil && d.step+1 < d.depth {
		d.fail("the execution ended in step %d, before it had %d", d.step, d.depth)
	}
	if r.Bounded {
		d.void = true
	}
	if d.err == nil && !r.Bounded && !d.asleep && d.depth > 0 {
		d.forks[d.depth-1].all() // the last step made everything else impossible
	}
}

func (d *DPOR) fail(format string, args ...any) {
	d.err = fmt.Errorf("strategy: dpor: the same choices led elsewhere, so the program is not deterministic: "+format, args...)
}

// Exhausted reports whether each trace was run at least once; it turns true with the Start that returns false.
func (d *DPOR) Exhausted() bool { return d.exhausted && !d.void }

// Executions returns how many executions were started, those that Blocked counts included.
func (d *DPOR) Executions() uint64 { return d.ran }

// Blocked returns how many executions ended before their end because all that could move was asleep.
func (d *DPOR) Blocked() uint64 { return d.blocked }

// Wasted returns how many executions were run before the program was seen to read the clock; they count for nothing.
func (d *DPOR) Wasted() uint64 { return d.wasted }

// Err returns why the search ended early: the program is not deterministic.
func (d *DPOR) Err() error { return d.err }

// Properties implements Described.
func (d *DPOR) Properties() Properties { return Properties{Exhaustive: true} }
