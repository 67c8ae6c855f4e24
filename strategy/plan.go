package strategy

import (
	"cmp"
	"slices"
)

// Plan is what a weighted walk knows ahead of an execution in which nothing moves but the root and goroutines: for runtimes
// that make the walk themselves. It may not be changed.
type Plan struct {
	// Unit is the weight of one step.
	Unit int64
	// Selects says that the walk is uniform over the orders of the steps that touch one object: the first one that an
	// operation meets as its Share.Nth.
	Selects bool
	// Root is the name of the root. A goroutine is named by PlanName from the name of its creator, 0 for a timer, and the
	// number of the creation.
	Root   uint64
	Shares []Share // sorted by Name
}

// Share is what one operation is expected to do.
type Share struct {
	Name uint64
	// Steps is the weight of its steps and of those of what it creates, directly or not; Selected the same of those that
	// touch the object.
	Steps, Selected int64
	// ChildSteps and ChildSelected are those of one that it creates and that is none of the Shares.
	ChildSteps, ChildSelected int64
	// Nth says which of the objects that the operation touches is the one that counts: the nth, from 1 on, in the order
	// of first touches. 0: none, as far as is known.
	Nth uint32
}

// PlanName returns the name of a goroutine.
func PlanName(creator uint64, nth int) uint64 { return nameOf(creator, Goroutine, nth) }

// plan returns what to expect of an execution, with the steps that touch o as those that count; none for the zero object.
func (f *forecast) plan(o object) *Plan {
	if p := f.plans[o]; p != nil {
		return p
	}
	p := &Plan{Unit: f.unit, Selects: o != object{}, Root: nameOf(0, Machine, 0)}
	for name := range f.creators {
		s := Share{Name: name, Steps: f.below[use{name, object{}}], ChildSteps: f.estimate(name, object{})}
		if p.Selects {
			u := use{name, o}
			s.Selected, s.ChildSelected, s.Nth = f.below[u], f.estimate(name, o), f.uses[u].nth
		}
		p.Shares = append(p.Shares, s)
	}
	slices.SortFunc(p.Shares, func(a, b Share) int { return cmp.Compare(a.Name, b.Name) })
	f.plans[o] = p
	return p
}
