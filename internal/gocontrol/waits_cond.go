package gocontrol

import "slices"

// Cond.Wait has one point. It unlocks the Locker of the Cond, waits, and locks it again, and the points do not say which
// lock that is: one that every goroutine holds that comes to wait for the Cond. Of several it is taken to be the one that
// was locked last, but rather for writing than for reading.

// conds is what is known of the locks of Conds.
type conds struct {
	locks map[int][]int      // by Cond: the objects that it may be
	waits map[int]condLocked // by point of a Wait: what it has unlocked
}

type condLocked struct {
	object int // 0 if it is not known
	read   bool
}

// unlockToWait unlocks the lock of a Cond for the goroutine that has come to the point of a Wait.
func (a *analysis) unlockToWait(point int) {
	p := &a.h.Points[point]
	var held []holding
	for _, s := range a.locks {
		if s.writer != nil && s.writer.id == p.Goroutine {
			held = append(held, *s.writer)
		}
		for _, r := range s.readers {
			if r.id == p.Goroutine {
				held = append(held, r)
			}
		}
	}
	slices.SortFunc(held, func(x, y holding) int {
		if x.Read != y.Read {
			return map[bool]int{true: 1, false: -1}[x.Read]
		}
		return y.Point - x.Point
	})
	var may []int
	for _, h := range held {
		if known := a.conds.locks[p.Object]; known == nil || slices.Contains(known, h.Object) {
			may = append(may, h.Object)
		}
	}
	if len(may) == 0 {
		return // a Locker without points, or the lock is not known
	}
	a.conds.locks[p.Object] = may
	i := slices.IndexFunc(held, func(h holding) bool { return h.Object == may[0] })
	a.conds.waits[point] = condLocked{may[0], held[i].Read}
	if held[i].Read {
		a.lock(may[0]).leave(p.Goroutine)
	} else {
		a.lock(may[0]).release(p.Goroutine)
	}
}

// relock locks the lock again for the goroutine whose Wait of that point is over.
func (a *analysis) relock(point int) {
	l := a.conds.waits[point]
	if l.object == 0 {
		return
	}
	h := holding{a.h.Points[point].Goroutine, Hold{Object: l.object, Point: point, Read: l.read}}
	if l.read {
		a.lock(l.object).share(h)
	} else {
		a.lock(l.object).get(h)
	}
}

// signals finds out whether the last signal of a Cond came before the goroutine waited. One that came later would have
// woken it, unless it woke another one.
func (a *analysis) signals(w *Waiting) {
	shared := slices.ContainsFunc(a.h.Points, func(p Point) bool {
		return p.Kind == CondWait && p.Object == w.Object && p.Goroutine != w.ID
	})
	for i := range a.h.Points {
		p := &a.h.Points[i]
		switch {
		case p.Object != w.Object || p.Kind != CondSignal && p.Kind != CondBroadcast:
		case a.last(p.Goroutine) == i && !a.done(p.Goroutine):
		case i > w.Point && p.Kind == CondSignal && shared:
			w.Past = -1
			return
		default:
			w.Past = i
		}
	}
	if w.Past >= 0 {
		w.Reason = ReasonSignal
	}
}
