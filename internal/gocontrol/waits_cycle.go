package gocontrol

import "slices"

// shortestCycle returns a shortest cycle of waits, of those that cannot end otherwise if there is one.
func shortestCycle(waits []Waiting) []int {
	firm, all := map[int][]int{}, map[int][]int{}
	for i := range waits {
		w := &waits[i]
		all[w.ID] = w.For
		if w.firm() {
			firm[w.ID] = w.For
		}
	}
	if cycle := girth(waits, firm); cycle != nil {
		return cycle
	}
	return girth(waits, all)
}

// girth returns a shortest cycle of a graph, the first in the order of the smallest goroutine in it.
func girth(waits []Waiting, next map[int][]int) (best []int) {
	for i := range waits {
		if cycle := around(waits[i].ID, next); cycle != nil && (best == nil || len(cycle) < len(best)) {
			best = cycle
		}
	}
	if best == nil {
		return nil
	}
	first := slices.Index(best, slices.Min(best))
	return append(slices.Clone(best[first:]), best[:first]...)
}

// around returns a shortest cycle through a goroutine, nil if there is none. It searches breadth first.
func around(start int, next map[int][]int) []int {
	from := map[int]int{}
	queue := []int{start}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for _, n := range next[id] {
			if n == start {
				cycle := []int{id}
				for id != start {
					id = from[id]
					cycle = append(cycle, id)
				}
				slices.Reverse(cycle)
				return cycle
			}
			if _, seen := from[n]; !seen {
				from[n] = id
				queue = append(queue, n)
			}
		}
	}
	return nil
}
