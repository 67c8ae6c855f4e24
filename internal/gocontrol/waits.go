package gocontrol

import (
	"maps"
	"slices"
	"strings"
)

// A History is what happened in one execution, without a gap: else nobody can tell who holds what.
type History struct {
	// Points are all scheduling points, in the order in which goroutines came to them. A goroutine does the operation of
	// a point when it goes on from there; its next point shows that it has.
	Points []Point
	// Left are the goroutines that had not exited when the execution ended, by ID.
	Left []Goroutine
	// Origin tells which goroutine created another one, and how many it had created before. It may be nil, and need not
	// know of all.
	Origin func(id int) (creator, nth int, ok bool)
}

// An Explanation tells what the goroutines that are left wait for.
type Explanation struct {
	Waits []Waiting      // one for each goroutine that is left, in their order
	Holds map[int][]Hold // by goroutine, in the order of Hold.Point; also of goroutines that have exited
	// Cycle is a shortest cycle of goroutines, by ID, each of which waits for the next, and the last for the first. It
	// begins with the smallest ID. A cycle of waits that cannot end otherwise goes before a shorter one in which a
	// goroutine may only be meant to help another.
	Cycle []int
	// Objects has the names of the objects by the numbers that points have of them, such as "mutex #1"; the first is "".
	Objects []string

	history *History
}

// A Hold is a lock that a goroutine holds.
type Hold struct {
	Object int
	Point  int  // index of the point at which it asked for the lock
	Read   bool // for reading
	Tried  bool // by a TryLock or TryRLock, which is taken to have succeeded because nothing was in its way
}

// A Waiting is what one goroutine waits for.
type Waiting struct {
	ID     int
	Kind   Kind // of the operation that blocks; None if it could go on, or waits for something that has no points
	Object int  // 0 if there is none, or it is not known
	Point  int  // index of the point of the operation, -1 if it is not known
	// For are the goroutines, by ID, that must act before it can go on: those that hold the lock; or else those that are
	// left and have done before what it waits for, so that they may do it again.
	For    []int
	Held   bool // those in For hold the lock
	Reason Reason
	Past   int // index of the point that the reason is about
}

// A Reason is what else is known of a wait.
type Reason uint8

const (
	NoReason        Reason = iota
	ReasonNil              // the channel is nil
	ReasonNoCases          // the select has no cases
	ReasonAlone            // no other goroutine is left
	ReasonNobody           // nobody who is left has done before what the goroutine waits for
	ReasonExited           // who got the lock at Past has exited without unlocking it
	ReasonFree             // nobody in the execution has the lock
	ReasonWriter           // a writer that waits keeps new readers out
	ReasonSignal           // the last signal came before the goroutine waited, at Past
	ReasonCases            // no case becomes ready
	ReasonClock            // time has stopped
	ReasonOutside          // only something outside of the execution can wake it
	ReasonUnstarted        // it has not run yet
)

// firm reports whether the wait cannot end before those in For act.
func (w *Waiting) firm() bool { return w.Held || w.Reason == ReasonWriter }

// Explain finds out who holds what, who waits for whom, and whether the waits form a cycle.
func Explain(h History) *Explanation {
	e := &Explanation{Objects: Objects(h.Points, h.Left), history: &h}
	a := newAnalysis(&h)
	e.Holds = a.holds()
	for i := range h.Left {
		e.Waits = append(e.Waits, a.wait(&h.Left[i], e.Holds))
	}
	e.Cycle = shortestCycle(e.Waits)
	return e
}

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

// wait finds out what a goroutine that is left waits for.
func (a *analysis) wait(g *Goroutine, holds map[int][]Hold) Waiting {
	w := Waiting{ID: g.ID, Point: -1, Past: -1}
	state := word(g.State)
	switch state {
	case runnable:
		if a.last(g.ID) < 0 {
			w.Reason = ReasonUnstarted
		}
		return w
	case "select (no cases)":
		w.Kind, w.Reason = Select, ReasonNoCases
		return w
	}
	w.Kind = blocksIn(state)
	if i := a.last(g.ID); i >= 0 {
		switch p := &a.h.Points[i]; {
		case p.Kind == w.Kind:
			w.Point, w.Object = i, p.Object
		case p.Kind == CondWait && (w.Kind == Lock || w.Kind == RLock): // it has been woken
			w.Point, w.Object = i, a.conds.waits[i].object
		}
	}
	switch {
	case strings.HasSuffix(state, "(nil chan)"):
		w.Reason = ReasonNil
	case w.Kind == None:
		w.Reason = ReasonOutside
	case w.Kind == Select:
		w.Reason = ReasonCases
	case w.Kind == Sleep:
		w.Reason = ReasonClock
	case w.Kind == Lock, w.Kind == RLock:
		a.holders(&w, state, holds)
	default:
		a.others(&w)
	}
	return w
}

// holders finds out who holds the lock that a goroutine waits for.
func (a *analysis) holders(w *Waiting, state string, holds map[int][]Hold) {
	if w.Object == 0 {
		return // not known
	}
	for _, id := range slices.Sorted(maps.Keys(holds)) {
		for _, h := range holds[id] {
			// Who waits for the Mutex inside of an RWMutex waits for its writer, not for its readers.
			if h.Object != w.Object || h.Read && (w.Kind == RLock || state == "sync.Mutex.Lock") {
				continue
			}
			if a.left[id] == nil {
				w.Reason, w.Past = ReasonExited, h.Point
			} else if !slices.Contains(w.For, id) {
				w.For, w.Held = append(w.For, id), true
			}
		}
	}
	if len(w.For) > 0 || w.Reason == ReasonExited || state == "sync.RWMutex.Lock" {
		return
	}
	if w.For = a.pendingWriters(w.Object, w.ID); len(w.For) > 0 {
		w.Reason = ReasonWriter
		return
	}
	w.Reason = ReasonFree
}

// pendingWriters are the goroutines that wait in RWMutex.Lock for readers to leave: other writers and new readers wait
// for them.
func (a *analysis) pendingWriters(object, except int) (list []int) {
	for i := range a.h.Left {
		g := &a.h.Left[i]
		if last := a.last(g.ID); g.ID != except && word(g.State) == "sync.RWMutex.Lock" && last >= 0 && a.h.Points[last].Object == object {
			list = append(list, g.ID)
		}
	}
	return list
}

// others finds out who could end a wait that is not for a lock.
func (a *analysis) others(w *Waiting) {
	if w.Object != 0 {
		if w.Kind == WaitGroupWait {
			w.For = a.debtors(w)
		}
		if len(w.For) == 0 {
			w.For = a.users(w)
		}
	}
	if w.Kind == CondWait && w.Object != 0 {
		a.signals(w)
	}
	switch {
	case w.Reason != NoReason || len(w.For) > 0:
	case len(a.h.Left) == 1:
		w.Reason = ReasonAlone
	case w.Object != 0:
		w.Reason = ReasonNobody
	}
}

// helps lists what ends a wait.
var helps = map[Kind][]Kind{
	Send:          {Recv},
	Recv:          {Send, Close},
	WaitGroupWait: {WaitGroupAdd},
	CondWait:      {CondSignal, CondBroadcast},
}

// users are the goroutines left that have done before what the waiting one needs.
func (a *analysis) users(w *Waiting) (list []int) {
	for i := range a.h.Left {
		id := a.h.Left[i].ID
		if id == w.ID {
			continue
		}
		if slices.ContainsFunc(a.own[id], func(i int) bool {
			p := &a.h.Points[i]
			return p.Object == w.Object && slices.Contains(helps[w.Kind], p.Kind)
		}) {
			list = append(list, id)
		}
	}
	return list
}

// debtors are the goroutines left that were created after an Add of the WaitGroup by their creator and have not called
// Done.
func (a *analysis) debtors(w *Waiting) (list []int) {
	if a.h.Origin == nil {
		return nil
	}
	adds := func(id, before int) bool {
		return slices.ContainsFunc(a.own[id], func(i int) bool {
			return i < before && a.h.Points[i].Kind == WaitGroupAdd && a.h.Points[i].Object == w.Object
		})
	}
	for i := range a.h.Left {
		id := a.h.Left[i].ID
		creator, nth, ok := a.h.Origin(id)
		if !ok || id == w.ID || adds(id, len(a.h.Points)) {
			continue
		}
		if born := a.birth(creator, nth); born >= 0 && adds(creator, born) {
			list = append(list, id)
		}
	}
	return list
}

// birth is the point behind the n-th go statement of a goroutine, from 0; -1 if it is not known.
func (a *analysis) birth(creator, n int) int {
	for _, i := range a.own[creator] {
		if a.h.Points[i].Kind != Go {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return -1
}
