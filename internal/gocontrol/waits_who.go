package gocontrol

import (
	"maps"
	"slices"
	"strings"
)

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
// Done; perhaps the waiting one itself.
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
		if !ok || adds(id, len(a.h.Points)) {
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
