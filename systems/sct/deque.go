package sct

import "slices"

// deque is a work-stealing queue. Its owner pushes and takes at one end, thieves steal at the other.
type deque interface {
	push(item int64) bool // false if it is full
	take() (item int64, ok bool)
	steal() (item int64, ok bool) // also false if another one was faster
}

// haul is what one goroutine has got out of a deque.
type haul []int64

func (h *haul) add(item int64, ok bool) bool {
	if ok {
		*h = append(*h, item)
	}
	return ok
}

// runDeque puts n items into a deque. Then the owner follows a script, in which + pushes the next item and - takes one,
// while thieves steal once each. Every item must come out exactly once; one that the deque has no room for stays with the
// owner.
func runDeque(t TB, d deque, n int, script string, thieves int) {
	pushed := int64(0)
	hauls := make([]haul, thieves+1)
	mine, stolen := &hauls[0], hauls[1:]
	push := func() {
		pushed++
		if !d.push(pushed) {
			mine.add(pushed, true)
		}
	}
	for range n {
		push()
	}
	together(append([]func(){func() {
		for _, op := range script {
			if op == '+' {
				push()
			} else {
				mine.add(d.take())
			}
		}
	}}, times(thieves, func(i int) { stolen[i].add(d.steal()) })...)...)
	for mine.add(d.take()) {
	}
	want := make(haul, pushed)
	for i := range want {
		want[i] = int64(i + 1)
	}
	if got := slices.Sorted(slices.Values(slices.Concat(hauls...))); !slices.Equal(got, want) {
		t.Errorf("the items that came out are %v, want %v", got, want)
	}
}

func deques() []Program { return slices.Concat(theDeques(), abpDeques(), chaseLevDeques()) }
