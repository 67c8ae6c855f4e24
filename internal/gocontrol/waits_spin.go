package gocontrol

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/failure"
)

// Limits of what Spinning lists.
const (
	maxSpinning       = 4
	maxSpinningPlaces = 3
	minSpinningShare  = 0.1 // of the steps looked at
)

// Spinning finds out who was going on when an execution was cut: the goroutines that took most of the last half of its
// points, and where. Born tells of the go statements; it and t's functions may be nil.
func Spinning(points []Point, created func(id int) Frame, t Telling) []failure.Spinning {
	points = points[len(points)/2:]
	counts := map[int]int{}
	var order []int
	for i := range points {
		id := points[i].Goroutine
		if counts[id] == 0 {
			order = append(order, id)
		}
		counts[id]++
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var list []failure.Spinning
	for _, id := range order {
		if len(list) == maxSpinning || float64(counts[id]) < minSpinningShare*float64(len(points)) {
			break
		}
		s := failure.Spinning{Name: t.name(id, created), Steps: counts[id], Of: len(points)}
		s.Doing, s.Places = habits(points, id)
		list = append(list, s)
	}
	return list
}

func (t *Telling) name(id int, created func(id int) Frame) string {
	machine, at := "", Frame{}
	if t.Machine != nil {
		machine = t.Machine(id)
	}
	if created != nil {
		at = created(id)
	}
	return failure.GoroutineName(id, machine, at.Place())
}

// habits returns what a goroutine did most often, and in which places most often.
func habits(points []Point, id int) (doing string, places []failure.Place) {
	kinds, at := map[Kind]int{}, map[Frame]int{}
	var seen []Frame
	for i := range points {
		p := &points[i]
		if p.Goroutine != id {
			continue
		}
		kinds[p.Kind]++
		if at[p.Position] == 0 {
			seen = append(seen, p.Position)
		}
		at[p.Position]++
	}
	most := None
	for k := None; int(k) < len(kindNames); k++ {
		if kinds[k] > kinds[most] {
			most = k
		}
	}
	slices.SortStableFunc(seen, func(a, b Frame) int { return cmp.Compare(at[b], at[a]) })
	for _, f := range seen[:min(len(seen), maxSpinningPlaces)] {
		if at := linePlace(f); !at.IsZero() {
			places = append(places, at)
		}
	}
	return most.String(), places
}
