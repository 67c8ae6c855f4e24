package strategy

import "slices"

// access is what a step does to a thing: the thing in the upper bits, and in the lowest whether it changes it. Two steps
// depend on each other if they meet in a thing that one of them changes.
//
// An operation has two things, numbered from twice its Op.Index on; the others are numbered from firstShared on.
type access uint64

// The things of an operation.
const (
	itself  = iota // the machine or the timer
	arrival        // the end of the inbox at which events arrive
)

func of(op, thing int) access  { return access(op*2+thing) << 1 }
func shared(o Object) access   { return firstShared<<1 | access(o)<<1 }
func (a access) write() access { return a | 1 }
func (a access) thing() uint64 { return uint64(a >> 1) }
func (a access) writes() bool  { return a&1 == 1 }

const firstShared = 1 << 40

// meet reports whether steps with these accesses depend on each other.
func meet(a, b []access) bool {
	for _, x := range a {
		for _, y := range b {
			if x.thing() == y.thing() && (x.writes() || y.writes()) {
				return true
			}
		}
	}
	return false
}

// union adds to a what it lacks of b.
func union(a, b []access) []access {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

func (d *DPOR) meets(a access) {
	if !slices.Contains(d.foot, a) {
		d.foot = append(d.foot, a)
	}
}

// footprint notes in d.foot what a step met. It reports whether the step waited until nothing else could move.
func (d *DPOR) footprint(op *Op, did []Action) (quiet bool) {
	d.foot = d.foot[:0]
	if op.Kind == Fault {
		d.meets(of(op.Creator.Index, itself).write()) // its owner handles it
	} else {
		d.meets(of(op.Index, itself).write())
	}
	for _, child := range d.born {
		d.meets(of(child, arrival).write()) // who knows its ID may send to it earlier, which fails
		d.meets(shared(Machines))
	}
	d.born = d.born[:0]
	for _, a := range did {
		d.timed = d.timed || a.Kind == TimerStart || a.Kind == Fire
		switch a.Kind {
		case Send, Halt:
			d.meets(of(int(a.Object), arrival).write())
		case DefaultRun:
			if a.Event == 0 {
				d.meets(of(int(a.Object), arrival).write())
			}
		case Crash:
			d.meets(of(int(a.Object), itself).write())
			d.meets(of(int(a.Object), arrival).write())
		case TimerStop:
			d.meets(of(int(a.Object), itself).write())
		case TimerStart:
			if d.clocked {
				d.meets(shared(Clock))
			}
		case Fire:
			d.meets(of(int(a.Object), arrival).write())
			if d.clocked {
				d.meets(shared(Clock).write())
			}
		case Write, Inject, Notify:
			d.meets(shared(a.Object).write())
		case Read:
			if a.Object == Clock && !d.clocked {
				d.clocked, d.again = true, d.timed
			}
			d.meets(shared(a.Object))
		case Quiesce:
			quiet = true
		}
	}
	return quiet
}
