package strategy

import (
	"cmp"
	"slices"
)

// forecast is what to expect of an execution: the sum of profiles.
type forecast struct {
	unit    int64              // the weight of one step: the number of profiles
	uses    map[use]touches    // of the operation itself
	below   map[use]int64      // steps of the operation and of those that it created, directly or not
	objects []object           // those that two operations touched, one of which at least wrote; sorted
	users   map[object]touches // steps is the number of operations here
}

func newForecast() *forecast {
	return &forecast{uses: map[use]touches{}, below: map[use]int64{}, users: map[object]touches{}}
}

// learn adds profiles.
func (f *forecast) learn(profiles []any) {
	f.unit += int64(len(profiles))
	for _, l := range profiles {
		p := l.(*profile)
		for u, c := range p.uses {
			old, seen := f.uses[u]
			old.add(c)
			f.uses[u] = old
			for op := u.op; op != 0; op = p.creators[op] {
				f.below[use{op, u.object}] += c.steps
			}
			of := f.users[u.object]
			if !seen {
				of.steps++
			}
			of.writes = of.writes || c.writes
			f.users[u.object] = of
		}
	}
	f.objects = f.objects[:0]
	for o, c := range f.users {
		if o != (object{}) && c.steps > 1 && c.writes {
			f.objects = append(f.objects, o)
		}
	}
	slices.SortFunc(f.objects, func(a, b object) int {
		return cmp.Or(cmp.Compare(a.op, b.op), cmp.Compare(a.fixed, b.fixed))
	})
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
	share = r.of.below[use{r.names.of(op), r.object}]
	r.left[op.Index] = share
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
