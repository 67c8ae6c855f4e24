package gocontrol

import (
	"cmp"
	"slices"
)

// Who holds which lock follows from the points alone: a goroutine that asked for a lock and came to its next point has
// got it, and one that came behind an Unlock has released it. As one goroutine runs at a time, all that it did between two
// of its points happened right before the second one. Only when a goroutine did its last operation before it exited is
// not known.

func (a *analysis) lock(object int) *lockState {
	s := a.locks[object]
	if s == nil {
		s = &lockState{}
		a.locks[object] = s
	}
	return s
}

// replayLocks follows all operations on locks.
func (a *analysis) replayLocks() {
	for i := range a.h.Left {
		g := &a.h.Left[i]
		if last := a.last(g.ID); last >= 0 && !a.done(g.ID) && word(g.State) != runnable {
			a.lock(a.h.Points[last].Object).waited = true
		}
	}
	for i := range a.h.Points {
		id := a.h.Points[i].Goroutine
		if n := a.seen[id]; n > 0 {
			a.perform(id, n-1)
		}
		a.seen[id]++
		if a.h.Points[i].Kind == CondWait {
			a.unlockToWait(i)
		}
	}
	// What remains was done at some time before the end. Releases first: what they release was held.
	var late []int
	for id := range a.own {
		if a.done(id) {
			late = append(late, id)
		}
	}
	slices.SortFunc(late, func(x, y int) int { return cmp.Compare(a.last(x), a.last(y)) })
	for _, release := range []bool{true, false} {
		for _, id := range late {
			if k := a.h.Points[a.last(id)].Kind; (k == Unlock || k == RUnlock) == release {
				a.performLate(id)
			}
		}
	}
}

// perform does the n-th operation of a goroutine.
func (a *analysis) perform(id, n int) {
	own := a.own[id]
	p := &a.h.Points[own[n]]
	if p.Object == 0 {
		return // not known
	}
	h := holding{id, Hold{Object: p.Object, Point: own[n]}}
	switch p.Kind {
	case Lock:
		a.lock(p.Object).get(h)
	case TryLock:
		switch s := a.lock(p.Object); {
		case s.writer != nil && s.writer.id == id && s.writer.Tried:
			s.writer.Point = h.Point // it would not ask again
		case s.writer != nil && !a.leaving(*s.writer), a.stay(s.readers):
		default:
			h.Tried = true
			s.get(h)
		}
	case RLock, TryRLock:
		h.Read, h.Tried = true, p.Kind == TryRLock
		s := a.lock(p.Object)
		if s.writer != nil && s.writer.id == id && s.writer.Tried {
			s.writer = nil // it would not ask again
		}
		if !h.Tried || s.writer == nil || a.leaving(*s.writer) || a.unlocks(own[n:]) {
			s.share(h)
		}
	case Unlock:
		a.lock(p.Object).release(id)
	case RUnlock:
		a.lock(p.Object).leave(id)
	case CondWait:
		a.relock(own[n])
	}
}

// unlocks reports whether the next that a goroutine does to the lock of its first point, a TryRLock, is to unlock it: so it
// has got it.
func (a *analysis) unlocks(own []int) bool {
	p := &a.h.Points[own[0]]
	for _, i := range own[1:] {
		if q := &a.h.Points[i]; q.Object == p.Object {
			return p.Kind == TryRLock && q.Kind == RUnlock
		}
	}
	return false
}

// stay reports whether not all readers may have left.
func (a *analysis) stay(readers []holding) bool {
	for i, r := range readers {
		again := slices.ContainsFunc(readers[:i], func(q holding) bool { return q.id == r.id })
		if again || !a.leaving(r) {
			return true
		}
	}
	return false
}

// leaving reports whether the last that a goroutine did was to release what it holds. It may have done so by now.
func (a *analysis) leaving(h holding) bool {
	last := &a.h.Points[a.last(h.id)]
	return a.seen[h.id] == len(a.own[h.id]) && a.done(h.id) && last.Object == h.Object && (last.Kind == Unlock || last.Kind == RUnlock)
}

// performLate does the last operation of a goroutine at an unknown time.
func (a *analysis) performLate(id int) {
	last := a.last(id)
	p := &a.h.Points[last]
	h := holding{id, Hold{Object: p.Object, Point: last}}
	switch p.Kind {
	case Unlock, RUnlock:
		a.perform(id, len(a.own[id])-1)
		return
	case Lock:
	case TryLock:
		h.Tried = true
	case RLock:
		h.Read = true
	case TryRLock:
		h.Read, h.Tried = true, true
	case CondWait:
		if g := a.left[id]; g != nil && (blocksIn(word(g.State)) == Lock || blocksIn(word(g.State)) == RLock) {
			return // woken, but it has not got its lock again
		}
		h.Object, h.Read = a.conds.waits[last].object, a.conds.waits[last].read
	default:
		return
	}
	if h.Object == 0 {
		return
	}
	s := a.lock(h.Object)
	switch {
	case h.Tried && !s.waited:
	case h.Read && s.unseenRLocks > 0:
		s.unseenRLocks--
	case !h.Read && s.unseenLocks > 0:
		s.unseenLocks--
	case s.writer != nil && !(s.writer.Tried && !h.Tried): // what is sure goes before what is guessed
	case h.Read:
		s.share(h)
	default:
		s.get(h)
	}
}
