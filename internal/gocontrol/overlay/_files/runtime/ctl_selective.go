package runtime

// Who moves next in the walks of ctl_weighted.go.

// How a goroutine that is able to move stands to the object that counts.
const (
	ctlElsewhere = iota
	ctlBefore    // it stands before a step that touches it
	ctlLocked    // and would be blocked there
)

func (w *ctlWeights) standing(gp *g) int {
	if w.target == nil || gp.ctlKept != w.target || w.walkers[gp.ctlID].amid {
		return ctlElsewhere
	}
	if gp.ctlKind == ctlKindLock && w.holder >= 0 && w.holder != gp.ctlID {
		return ctlLocked
	}
	return ctlBefore
}

// weightOfAll is that of one alternative of a walk over all steps.
func (w *ctlWeights) weightOfAll(gp *g) uint64 {
	return uint64(max(w.walkers[gp.ctlID].steps, w.plan.unit))
}

// weighted picks an alternative by the steps that it has left.
func (r *ctlRegion) weighted(n int32, cur *g) int32 {
	w := &r.strategy.weights
	sum := uint64(0)
	for i := int32(0); i < n; i++ {
		sum += w.weightOfAll(r.alternative(i, cur))
	}
	x := r.strategy.below(sum)
	for i := int32(0); ; i++ {
		weight := w.weightOfAll(r.alternative(i, cur))
		if x < weight {
			return i
		}
		x -= weight
	}
}

// selective picks an alternative that does not wait, by the steps that it has left.
func (r *ctlRegion) selective(n int32, cur *g) int32 {
	s := &r.strategy
	w := &s.weights
	for {
		if !w.intends() {
			r.intend()
		}
		sum, waiting, free, last, able := uint64(0), uint64(0), 0, int32(0), false
		for i := int32(0); i < n; i++ {
			gp := r.alternative(i, cur)
			able = able || gp == w.intended.ptr()
			switch w.standing(gp) {
			case ctlLocked:
			case ctlBefore:
				if gp != w.intended.ptr() {
					waiting += w.weightOfSelected(gp)
					continue
				}
				fallthrough
			default:
				sum += w.weightOfAll(gp)
				free++
				last = i
			}
		}
		if able || waiting == 0 {
			w.stalled = 0
		} else {
			w.stalled++
		}
		switch {
		case waiting > 0 && (free == 0 || w.stalled > ctlPatience+ctlPatiencePerOp*uint32(n)):
			w.stalled = 0
			r.intendWaiting(n, cur, s.below(waiting))
			continue
		case free == 1:
			return last
		case free == 0:
			return s.uniform(n) // all of them would be blocked
		}
		x := s.below(sum)
		for i := int32(0); ; i++ {
			gp := r.alternative(i, cur)
			if at := w.standing(gp); at == ctlLocked || at == ctlBefore && gp != w.intended.ptr() {
				continue
			}
			weight := w.weightOfAll(gp)
			if x < weight {
				return i
			}
			x -= weight
		}
	}
}

// weightOfSelected is that of a goroutine as the intended one. The plan may have expected less than there is.
func (w *ctlWeights) weightOfSelected(gp *g) uint64 {
	weight := w.walkers[gp.ctlID].selected
	if w.standing(gp) == ctlBefore {
		weight = max(weight, w.plan.unit)
	}
	return uint64(weight)
}

// eligible returns the weight of a goroutine in a draw of the intended one: it is able to move, or blocked at a lock or in
// something like it, which does not last. Who would be blocked at the object itself has none.
func (w *ctlWeights) eligible(gp *g) uint64 {
	me := &w.walkers[gp.ctlID]
	weight := me.selected
	switch {
	case me.amid:
		switch gp.ctlKind {
		case ctlKindLock, ctlKindCondWait, ctlKindOnceDo:
		default:
			if readgstatus(gp)&^_Gscan == _Gwaiting {
				return 0
			}
		}
	case w.target != nil && gp.ctlKept == w.target:
		if gp.ctlKind == ctlKindLock && w.holder >= 0 && w.holder != gp.ctlID {
			return 0
		}
		weight = max(weight, w.plan.unit)
	}
	return uint64(weight)
}

// intends reports whether there is an intended goroutine, and nothing speaks against it.
func (w *ctlWeights) intends() bool {
	gp := w.intended.ptr()
	return gp != nil && w.eligible(gp) > 0
}

// intend draws the intended goroutine, if anybody has a step left that counts.
func (r *ctlRegion) intend() {
	w := &r.strategy.weights
	w.intended = 0
	w.stalled = 0
	sum := uint64(0)
	for i := int32(0); i < r.nall; i++ {
		sum += w.eligible(r.all[i].ptr())
	}
	if sum == 0 {
		return
	}
	x := r.strategy.below(sum)
	for i := int32(0); i < r.nall; i++ {
		gp := r.all[i].ptr()
		weight := w.eligible(gp)
		if x < weight {
			w.intended.set(gp)
			return
		}
		x -= weight
	}
}

// intendWaiting makes one of those intended that wait, the one at x in the sum of their weights.
func (r *ctlRegion) intendWaiting(n int32, cur *g, x uint64) {
	w := &r.strategy.weights
	for i := int32(0); i < n; i++ {
		gp := r.alternative(i, cur)
		if w.standing(gp) != ctlBefore || gp == w.intended.ptr() {
			continue
		}
		weight := w.weightOfSelected(gp)
		if x < weight {
			w.intended.set(gp)
			return
		}
		x -= weight
	}
}
