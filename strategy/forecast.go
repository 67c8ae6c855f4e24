package strategy

import (
	"cmp"
	"maps"
	"slices"
)

// forecast is what to expect of an execution: the sum of profiles.
//
// An object of goroutines has a number of the forecast's own. It is the same object as one of a later profile if most of
// those that touched both met it at the same place among the objects that they touched.
type forecast struct {
	unit     int64              // the weight of one step: the number of profiles
	creators map[uint64]uint64  // of the operations known
	uses     map[use]touches    // of the operation itself
	below    map[use]int64      // steps of the operation and of those that it created, directly or not
	children map[uint64]int64   // how many operations it created
	objects  []object           // those on whose order something may depend; sorted
	meant    map[place64]Object // the number of an operation's nth object
	numbered int                // objects of goroutines
	mixed    bool
	plans    map[object]*Plan
}

// place64 is an object by its place among those that an operation touched.
type place64 struct {
	op  uint64
	nth uint32
}

func newForecast() *forecast {
	return &forecast{creators: map[uint64]uint64{}, uses: map[use]touches{}, below: map[use]int64{},
		children: map[uint64]int64{}, meant: map[place64]Object{}}
}

// learn adds profiles.
func (f *forecast) learn(profiles []any) {
	f.unit += int64(len(profiles))
	for _, l := range profiles {
		p := l.(*profile)
		f.mixed = f.mixed || p.mixed
		for op, creator := range p.creators {
			if _, known := f.creators[op]; !known && creator != 0 {
				f.children[creator]++
			}
			f.creators[op] = creator
		}
		numbers := f.identify(p)
		for u, c := range p.uses {
			if goObject(u.object.fixed) {
				u.object.fixed = numbers[u.object.fixed]
			}
			old := f.uses[u]
			old.add(c)
			f.uses[u] = old
			for op := u.op; op != 0; op = p.creators[op] {
				f.below[use{op, u.object}] += c.steps
			}
		}
	}
	f.plans = map[object]*Plan{}
	f.choose()
}

// identify says which numbers of the forecast the objects of goroutines in a profile have. Those that are new get the next
// ones.
func (f *forecast) identify(p *profile) map[Object]Object {
	met := map[Object][]place64{}
	for u, c := range p.uses {
		if goObject(u.object.fixed) {
			met[u.object.fixed] = append(met[u.object.fixed], place64{u.op, c.nth})
		}
	}
	numbers := map[Object]Object{}
	taken := map[Object]bool{}
	for _, o := range slices.Sorted(maps.Keys(met)) {
		votes := map[Object]int{}
		for _, at := range met[o] {
			if n, known := f.meant[at]; known && !taken[n] {
				votes[n]++
			}
		}
		best := Object(0)
		for n, v := range votes {
			if v > votes[best] || v == votes[best] && n < best {
				best = n
			}
		}
		if best == 0 {
			f.numbered++
			best = GoObject(f.numbered)
		}
		numbers[o], taken[best] = best, true
		for _, at := range met[o] {
			if _, known := f.meant[at]; !known {
				f.meant[at] = best
			}
		}
	}
	return numbers
}

// choose lists the objects on whose order something may depend: two operations have touched them, one of which at least
// wrote. Two on different ends of a channel do not count: the order of a send and the receive of what was sent is none to
// choose. Neither do those that count at a WaitGroup, or wait for it. If nothing else is shared, they are better than
// nothing.
func (f *forecast) choose() {
	type users struct{ all, plain, puts, takes, writes int }
	of := map[object]users{}
	for u, c := range f.uses {
		n := of[u.object]
		n.all++
		if c.sorts&(reads|writes) != 0 {
			n.plain++
		}
		if c.sorts&puts != 0 {
			n.puts++
		}
		if c.sorts&takes != 0 {
			n.takes++
		}
		if c.sorts != reads {
			n.writes++
		}
		of[u.object] = n
	}
	delete(of, object{})
	f.objects = f.objects[:0]
	for o, n := range of {
		if n.writes > 0 && max(n.plain, n.puts, n.takes) > 1 {
			f.objects = append(f.objects, o)
		}
	}
	if len(f.objects) == 0 {
		for o, n := range of {
			if n.writes > 0 && n.all > 1 {
				f.objects = append(f.objects, o)
			}
		}
	}
	slices.SortFunc(f.objects, object.compare)
}

func (o object) compare(p object) int {
	return cmp.Or(cmp.Compare(o.op, p.op), cmp.Compare(o.fixed, p.fixed))
}

// share is what an operation is expected to have to do with an object, with those that it creates. One that no
// profile knows is taken for one like the others that its creator has created.
func (f *forecast) share(op, creator uint64, o object) (steps int64, known bool) {
	if _, known := f.creators[op]; known {
		return f.below[use{op, o}], true
	}
	return f.estimate(creator, o), false
}

// estimate is the mean of what the operations have to do that an operation creates.
func (f *forecast) estimate(creator uint64, o object) int64 {
	n := f.children[creator]
	if n == 0 {
		return 0
	}
	return (f.below[use{creator, o}] - f.uses[use{creator, o}].steps + n - 1) / n
}

// remaining is what the operations of an execution have left to do, according to a forecast: steps that touch an
// object, or all steps.
type remaining struct {
	names  names
	of     *forecast
	object object
	left   []int64 // by Op.Index, in the unit of the forecast; unborn children included
}

func (r *remaining) reset(f *forecast, o object) {
	r.names.reset()
	r.of, r.object = f, o
	r.left = r.left[:0]
}

// born gives an operation its share of what its creator has left. first is false if it has had that before.
func (r *remaining) born(op *Op) (share int64, first bool) {
	if op.Index < len(r.left) && r.left[op.Index] != unborn {
		return 0, false
	}
	if op.Creator != nil {
		r.born(op.Creator)
	}
	for op.Index >= len(r.left) {
		r.left = append(r.left, unborn)
	}
	name := r.names.of(op)
	share, known := r.of.share(name, r.names.known[op.Index].creator, r.object)
	r.left[op.Index] = share
	if !known {
		return 0, true // nothing that its creator has been counted for
	}
	if op.Creator != nil {
		r.left[op.Creator.Index] = max(r.left[op.Creator.Index]-share, 0)
	}
	return share, true
}

// unborn is what an operation has left that is not known yet.
const unborn = -1

// done notes that an operation took one of its steps.
func (r *remaining) done(op *Op) {
	r.left[op.Index] = max(r.left[op.Index]-r.of.unit, 0)
}
