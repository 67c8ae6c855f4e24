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
	// Selects says that only the steps that touch one object count, and Shares of them; the object is the first one that
	// an operation meets as its Share.Nth. Otherwise all steps do.
	Selects bool
	// Root is the name of the root. A goroutine is named by PlanName from the name of its creator, 0 for a timer, and the
	// number of the creation.
	Root   uint64
	Shares []Share // sorted by Name
}

// Share is what one operation is expected to do.
type Share struct {
	Name uint64
	// Left is the weight of its steps and of those of what it creates, directly or not.
	Left int64
	// Child is the weight of one that it creates and that is none of the Shares.
	Child int64
	// Nth says which of the objects that the operation touches is the one that counts: the nth, from 1 on, in the order
	// of first touches. 0: none, as far as is known.
	Nth uint32
}

// PlanName returns the name of a goroutine.
func PlanName(creator uint64, nth int) uint64 { return nameOf(creator, Goroutine, nth) }

// plan returns what to expect of an execution, for steps that touch o, the zero object for all steps.
func (f *forecast) plan(o object) *Plan {
	if p := f.plans[o]; p != nil {
		return p
	}
	p := &Plan{Unit: f.unit, Selects: o != object{}, Root: nameOf(0, Machine, 0)}
	for name := range f.creators {
		p.Shares = append(p.Shares, Share{name, f.below[use{name, o}], f.estimate(name, o), f.uses[use{name, o}].nth})
	}
	slices.SortFunc(p.Shares, func(a, b Share) int { return cmp.Compare(a.Name, b.Name) })
	f.plans[o] = p
	return p
}
