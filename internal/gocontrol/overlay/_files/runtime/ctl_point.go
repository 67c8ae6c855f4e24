package runtime

import "unsafe"

// ctlPoint is a scheduling point of the runtime: the calling goroutine is about to do an operation of the given kind on
// obj, and any other runnable goroutine may go first. It does nothing on a goroutine that is not controlled, where the
// goroutine must not be rescheduled, and where the standard library does the operation.
//
//go:nosplit
//go:noinline
func ctlPoint(kind uint32, obj unsafe.Pointer) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit {
		return
	}
	if kind == ctlKindYield {
		ctlPointSlow(gp, kind, obj) // the library's too: it waits for another goroutine
		return
	}
	ctlPointCalled(gp, kind, obj, ctlInLibrary)
}

// ctlPointCalled is a point if the program called the operation, or if points inside of the standard library are
// wanted. Its caller is not the operation: see ctlCaller.
//
//go:noinline
func ctlPointCalled(gp *g, kind uint32, obj unsafe.Pointer, state uint64) {
	r := gp.bubble.ctl
	if gp != r.cur.ptr() || gp != gp.m.curg {
		return
	}
	if who := ctlCaller(gp, state); who == ctlByUser || who == ctlByLibrary && r.inner {
		ctlPointSlow(gp, kind, obj)
	}
}

// ctlPointFunction is the point of a function of sync/atomic. In the standard library the compiler makes instructions of
// their calls, unless it instruments for the race detector: never a point there.
//
//go:noinline
func ctlPointFunction(gp *g, kind uint32, obj unsafe.Pointer) {
	r := gp.bubble.ctl
	if gp == r.cur.ptr() && gp == gp.m.curg && ctlCaller(gp, ctlInOperation) == ctlByUser {
		ctlPointSlow(gp, kind, obj)
	}
}

// stands notes the object of a point. It is kept until the next point: a goroutine that goes on, and waits for something
// that is no point, may be the last to know of it. An object on the goroutine's stack is nobody else's business, and moves.
// obj is hidden from the compiler, or no lock could live on a stack.
//
//go:nosplit
func (gp *g) stands(obj unsafe.Pointer) {
	p := uintptr(obj)
	gp.ctlObj = p
	if gp.stack.lo <= p && p < gp.stack.hi {
		obj = nil
	}
	gp.ctlKept = noescape(obj)
}

func ctlPointSlow(gp *g, kind uint32, obj unsafe.Pointer) {
	r := gp.bubble.ctl
	mp := gp.m
	if gp != r.cur.ptr() || gp != mp.curg || mp.mallocing != 0 || mp.preemptoff != "" || gp.ctlMasked || r.host.atomic {
		return
	}
	r.did(gp, true)
	gp.ctlKind = uint8(kind)
	gp.stands(obj)
	if r.strategy.kind == ctlSURW {
		r.strategy.meet(gp)
	}
	if gp.ctlDoom == ctlDoomNext {
		ctlUnwindAtPoint(gp)
	}
	r.note(gp.ctlID, kind)
	r.steps++
	if r.host.on {
		if r.host.stepping || r.full() {
			ctlPointHosted(gp, r, kind)
			return
		}
	} else if r.steps >= r.maxSteps {
		r.stop(ctlBounded)
		mcall(ctlFreeze_m)
		ctlUnwindAtPoint(gp)
	}
	n := r.nrunq
	if len(r.trace) < int(r.maxTrace) && !r.unwinding {
		r.record(gp, kind, uintptr(obj), n+1)
	}
	if n == 0 {
		if r.host.early {
			r.alone(gp)
		}
		return
	}
	if r.strategy.kind == ctlAsk {
		if n > 1 || kind != ctlKindYield {
			r.ask(gp, kind != ctlKindYield)
			mcall(ctlAskNext_m)
		} else {
			r.pick = 0
			mcall(ctlSwitch_m)
		}
		ctlUnwindAtPoint(gp)
		return
	}
	var i int32
	if kind == ctlKindYield {
		// The others first: a loop of Gosched must not be able to run for ever beside a runnable goroutine.
		if n > 1 {
			i = r.choose(n, nil)
		} else if r.host.early {
			r.alone(r.runq[0].ptr())
		}
	} else {
		i = r.choose(n+1, gp) - 1
	}
	if r.stopped {
		mcall(ctlFreeze_m)
	} else if i >= 0 {
		if raceenabled && gp.ctlService {
			ctlOrder(gp, false)
		}
		r.pick = i
		mcall(ctlSwitch_m)
		if raceenabled && gp.ctlService {
			ctlOrder(gp, true)
		}
	}
	ctlUnwindAtPoint(gp)
}

// ctlPointHosted hands control to the root, with gp at a point.
func ctlPointHosted(gp *g, r *ctlRegion, kind uint32) {
	h := &r.host
	if !h.stepping {
		h.why = ctlWhyLimit
	}
	h.yields = kind == ctlKindYield
	h.at.set(gp)
	if raceenabled && gp.ctlService {
		ctlOrder(gp, false)
	}
	mcall(ctlFreeze_m)
	if raceenabled && gp.ctlService {
		ctlOrder(gp, true)
	}
	ctlUnwindAtPoint(gp)
}

// record keeps a point for the trace.
func (r *ctlRegion) record(gp *g, kind uint32, obj uintptr, n int32) {
	e := ctlEvent{id: gp.ctlID, kind: kind, obj: obj, n: n}
	callers(2, e.pcs[:])
	r.trace = append(r.trace, e)
}

// ask fills in the question who runs next.
func (r *ctlRegion) ask(gp *g, goOn bool) {
	s := &r.strategy
	q := &s.question
	q.current, q.kind, q.obj, q.sel = -1, ctlKindNone, 0, false
	q.alts = q.alts[:0]
	if gp != nil {
		q.current, q.kind, q.obj = gp.ctlID, uint32(gp.ctlKind), gp.ctlObj
		if goOn {
			q.alts = append(q.alts, uint32(gp.ctlID))
		}
	}
	for i := int32(0); i < r.nrunq; i++ {
		q.alts = append(q.alts, uint32(r.runq[i].ptr().ctlID))
	}
	s.asking = true
}

// stop ends the execution. The first end counts.
func (r *ctlRegion) stop(end uint8) {
	if r.stopped {
		return
	}
	r.stopped = true
	if !r.unwinding {
		r.end = end
	}
}

// ctlSuspend makes the current goroutine runnable and takes it off its M. It runs on g0.
func ctlSuspend(gp *g) {
	trace := traceAcquire()
	if trace.ok() {
		trace.GoSched()
	}
	casgstatus(gp, _Grunning, _Grunnable)
	if trace.ok() {
		traceRelease(trace)
	}
	dropg()
}

// ctlSwitch_m exchanges the current goroutine for runq[pick].
func ctlSwitch_m(gp *g) {
	r := gp.bubble.ctl
	ctlSuspend(gp)
	lock(&r.mu)
	next := r.runq[r.pick].ptr()
	r.runq[r.pick].set(gp)
	r.cur.set(next)
	unlock(&r.mu)
	r.switches++
	ctlResume(next)
}

// ctlAskNext_m puts the current goroutine back among the runnable ones and lets the root decide.
func ctlAskNext_m(gp *g) {
	r := gp.bubble.ctl
	ctlSuspend(gp)
	lock(&r.mu)
	r.runq[r.nrunq].set(gp)
	r.nrunq++
	r.cur = 0
	unlock(&r.mu)
	ctlResume(ctlWakeRoot(r))
}

// ctlFreeze_m stops at the current goroutine: it stays runnable and the root goes on.
func ctlFreeze_m(gp *g) {
	r := gp.bubble.ctl
	ctlSuspend(gp)
	lock(&r.mu)
	r.runq[r.nrunq].set(gp)
	r.nrunq++
	r.cur = 0
	unlock(&r.mu)
	ctlResume(ctlWakeRoot(r))
}

// ctlCaseReady reports whether a case of a select can go on now. The baton makes the look without the lock sound: no
// other goroutine of the region runs.
func ctlCaseReady(cas *scase, send bool) bool {
	c := cas.c
	if c == nil {
		return false
	}
	if c.closed != 0 {
		return true
	}
	if send {
		return c.qcount < c.dataqsiz || ctlWaiting(c.recvq.first)
	}
	return c.qcount > 0 || ctlWaiting(c.sendq.first)
}

// ctlWaiting reports whether a queue has a waiter that can still be served. One that selects and has been served by
// another channel stays queued until it runs.
func ctlWaiting(sg *sudog) bool {
	for ; sg != nil; sg = sg.next {
		if !sg.isSelect || sg.g.selectDone.Load() == 0 {
			return true
		}
	}
	return false
}

// ctlSelect is called by selectgo with the cases in source order. It moves the chosen one of several ready cases to the
// front of the poll order.
func ctlSelect(cases []scase, nsends int, order []uint16) {
	gp := getg()
	r := ctlOf(gp)
	if r == nil || gp != r.cur.ptr() {
		return
	}
	ready := 0
	for i := range cases {
		if ctlCaseReady(&cases[i], i < nsends) {
			ready++
		}
	}
	if ready < 2 {
		return
	}
	chosen := uint16(r.chooseCase(gp, cases, nsends, ready))
	for i := range order {
		if order[i] == chosen {
			order[i], order[0] = order[0], chosen
			return
		}
	}
}
