package gocontrol

import "strings"

// analysis is what is gathered on the way.
type analysis struct {
	h     *History
	own   map[int][]int // the points of each goroutine, by index
	seen  map[int]int   // how many of them lie before the one that is looked at
	left  map[int]*Goroutine
	locks map[int]*lockState
	conds conds
}

func newAnalysis(h *History) *analysis {
	a := &analysis{h: h, own: map[int][]int{}, seen: map[int]int{}, left: map[int]*Goroutine{}, locks: map[int]*lockState{},
		conds: conds{map[int][]int{}, map[int]condLocked{}}}
	for i := range h.Points {
		id := h.Points[i].Goroutine
		a.own[id] = append(a.own[id], i)
	}
	for i := range h.Left {
		a.left[h.Left[i].ID] = &h.Left[i]
	}
	a.replayLocks()
	if len(a.conds.locks) > 0 { // once more, with what all waits tell of the locks of Conds
		a.seen, a.locks, a.conds.waits = map[int]int{}, map[int]*lockState{}, map[int]condLocked{}
		a.replayLocks()
	}
	return a
}

// last returns the index of the last point of a goroutine, -1 if it has none.
func (a *analysis) last(id int) int {
	if own := a.own[id]; len(own) > 0 {
		return own[len(own)-1]
	}
	return -1
}

// done reports whether a goroutine has done the operation of its last point.
func (a *analysis) done(id int) bool {
	g, last := a.left[id], a.last(id)
	if g == nil {
		return true // it has exited
	}
	kind := a.h.Points[last].Kind
	if state := word(g.State); state != runnable {
		return blocksIn(state) != kind
	}
	return g.Kind != kind // it has come to a point that was not recorded
}

// runnable is the state of a goroutine that could go on.
const runnable = "runnable"

// word is the runtime's word for a state without what it says of bubbles.
func word(state string) string { return strings.TrimSuffix(state, " (durable)") }

// blocksIn returns the kind of the points whose operation may block with a state, None if there is none.
func blocksIn(state string) Kind {
	switch state {
	case "sync.Mutex.Lock", "sync.RWMutex.Lock":
		return Lock
	case "sync.RWMutex.RLock":
		return RLock
	case "sync.WaitGroup.Wait":
		return WaitGroupWait
	case "chan send", "chan send (nil chan)":
		return Send
	case "chan receive", "chan receive (nil chan)":
		return Recv
	case "sync.Cond.Wait":
		return CondWait
	case "select":
		return Select
	case "sleep":
		return Sleep
	}
	return None
}
