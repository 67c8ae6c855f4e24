package runtime

import "unsafe"

// ctlResume runs a runnable goroutine on this M: directly, unless the M or the goroutine is wanted elsewhere.
func ctlResume(next *g) {
	mp := getg().m
	pp := mp.p.ptr()
	gcwaiting := sched.gcwaiting.Load()
	if gcwaiting || pp.preempt || pp.runSafePointFn != 0 || next.lockedm != 0 || mp.lockedg != 0 {
		runqput(pp, next, gcwaiting)
		wakep()
		schedule()
	}
	execute(next, true)
}

// ctlEnqueue takes a goroutine that became runnable. It reports false if the goroutine goes the ordinary way: it has
// the baton, or now gets it.
func ctlEnqueue(gp *g) bool {
	r := gp.bubble.ctl
	lock(&r.mu)
	if gp == r.cur.ptr() {
		unlock(&r.mu)
		return false
	}
	if r.idle {
		r.idle = false
		r.outside++
		r.cur.set(gp)
		unlock(&r.mu)
		return false
	}
	if by := getg().m.curg; by != nil && by != r.root && ctlOf(by) != r {
		r.outside++
	}
	r.runq[r.nrunq].set(gp)
	r.nrunq++
	unlock(&r.mu)
	return true
}

// ctlReadied is ctlEnqueue for ready and newproc.
func ctlReadied(gp *g) bool {
	return gp.bubble != nil && gp.bubble.ctl != nil && ctlEnqueue(gp)
}

// ctlNetReady takes a goroutine that the network poller made ready and reports whether it did. If nobody could run, the
// goroutine gets the baton and goes the ordinary way.
func ctlNetReady(gp *g) bool {
	r := ctlOf(gp)
	if r == nil {
		return false
	}
	lock(&r.mu)
	r.outside++
	if gp == r.cur.ptr() || r.idle {
		r.idle = false
		r.cur.set(gp)
		unlock(&r.mu)
		return false
	}
	unlock(&r.mu)
	casgstatus(gp, _Gwaiting, _Grunnable)
	lock(&r.mu)
	r.runq[r.nrunq].set(gp)
	r.nrunq++
	unlock(&r.mu)
	return true
}

// ctlPark takes the baton from a goroutine that parks and returns its region. It returns nil if the goroutine parks for
// the runtime's own business, during which it keeps the baton.
func ctlPark(gp *g) *ctlRegion {
	r := ctlOf(gp)
	if r == nil || ctlRuntimeWait(gp.waitreason) {
		return nil
	}
	lock(&r.mu)
	if gp != r.cur.ptr() {
		unlock(&r.mu)
		return nil
	}
	r.cur = 0
	unlock(&r.mu)
	r.note(gp.ctlID, 64+uint32(gp.waitreason))
	r.steps++
	gp.ctlMoved = r.steps
	gp.ctlParks++
	r.did(gp, false)
	if raceenabled && gp.ctlService {
		racereleasemergeg(gp, unsafe.Pointer(&r.raceHost))
	}
	return r
}

// ctlRuntimeWait: Semacquire is the runtime's own here; the overlay gives sync and internal/poll another reason.
func ctlRuntimeWait(reason waitReason) bool {
	switch reason {
	case waitReasonIOWait, waitReasonSleep, waitReasonChanReceiveNilChan, waitReasonChanSendNilChan,
		waitReasonSelectNoCases, waitReasonSelect, waitReasonChanReceive, waitReasonChanSend, waitReasonSyncCondWait,
		waitReasonSyncMutexLock, waitReasonSyncRWMutexRLock, waitReasonSyncRWMutexLock, waitReasonSyncWaitGroupWait,
		waitReasonCoroutine, waitReasonSynctestRun, waitReasonSynctestWait, waitReasonSynctestChanReceive,
		waitReasonSynctestChanSend, waitReasonSynctestSelect, waitReasonSynctestWaitGroupWait, waitReasonPanicWait:
		return false
	}
	return true
}

// ctlUnpark undoes ctlPark: the park did not happen.
func ctlUnpark(r *ctlRegion, gp *g) {
	if r == nil {
		return
	}
	lock(&r.mu)
	if r.cur == 0 {
		r.cur.set(gp)
	}
	unlock(&r.mu)
	r.steps--
	gp.ctlParks--
}

// ctlDispatch finds something to run. It runs on g0, without a current goroutine, when nobody has the baton.
func ctlDispatch(r *ctlRegion) {
	if next := ctlNext(r); next != nil {
		r.switches++
		ctlResume(next)
	}
	schedule()
}

// ctlNext chooses who gets the baton: a runnable goroutine; else the clock advances to the next timer; else, while
// somebody waits for the network, nobody (nil); else the root, because the execution is over.
func ctlNext(r *ctlRegion) *g {
	for !r.stopped && !r.host.toRoot {
		n := r.nrunq
		if r.host.on {
			if r.host.stepping && (n > 0 || !r.host.await && !r.host.poll) {
				break
			}
			if r.full() && !r.host.stepping {
				r.host.why = ctlWhyLimit
				break
			}
		}
		if n > 0 {
			var i int32
			if n > 1 {
				if r.strategy.kind == ctlAsk {
					r.ask(nil, false)
					return ctlWakeRoot(r)
				}
				i = r.choose(n, nil)
				if r.stopped {
					break
				}
			} else if r.host.early {
				r.alone(r.runq[0].ptr())
			}
			return r.take(i)
		}
		if r.unwinding {
			break
		}
		if r.polled() {
			continue
		}
		switch {
		case r.host.on && !r.host.await:
			r.host.why = ctlWhyQuiet
			return ctlWakeRoot(r)
		case r.host.on:
		case r.mainDone:
			return ctlWakeRoot(r) // time stops with the main goroutine
		case r.advance():
			continue
		}
		lock(&r.mu)
		if r.nrunq > 0 {
			unlock(&r.mu)
			continue
		}
		if !r.awaitsOutside() {
			unlock(&r.mu)
			break
		}
		r.idle = true
		unlock(&r.mu)
		return nil
	}
	return ctlWakeRoot(r)
}

// polled asks the network poller whether it has something for a waiting goroutine, before the clock advances: what a
// goroutine of the region wrote to a loopback connection has arrived by now.
func (r *ctlRegion) polled() bool {
	lock(&r.mu)
	outside := r.awaitsOutside()
	unlock(&r.mu)
	if !outside || !netpollinited() {
		return false
	}
	list, delta := netpoll(0)
	injectglist(&list)
	netpollAdjustWaiters(delta)
	return r.nrunq > 0
}

// take gives the baton to runq[i].
func (r *ctlRegion) take(i int32) *g {
	lock(&r.mu)
	next := r.runq[i].ptr()
	r.nrunq--
	r.runq[i] = r.runq[r.nrunq]
	r.runq[r.nrunq] = 0
	r.cur.set(next)
	unlock(&r.mu)
	return next
}

// advance moves the clock to the earliest timer and runs what is due. It reports false if there is no timer, or if the
// step bound is reached: ticks of a timer that wakes nobody count too.
func (r *ctlRegion) advance() bool {
	b := r.bubble
	when := b.timers.wakeTime()
	if when == 0 {
		return false
	}
	if r.steps >= r.maxSteps {
		r.stop(ctlBounded)
		return true
	}
	r.steps++
	r.note(0, ctlKindTimer)
	if when > b.now {
		b.now = when
	}
	b.timers.check(b.now, b)
	return true
}

// awaitsOutside reports whether a goroutine waits for the network poller. The caller holds r.mu.
func (r *ctlRegion) awaitsOutside() bool {
	for i := int32(0); i < r.nall; i++ {
		gp := r.all[i].ptr()
		if readgstatus(gp)&^_Gscan == _Gwaiting && gp.waitreason == waitReasonIOWait {
			return true
		}
	}
	return false
}

// ctlWakeRoot makes the root, parked in ctlEnter_m, runnable.
func ctlWakeRoot(r *ctlRegion) *g {
	trace := traceAcquire()
	casgstatus(r.root, _Gwaiting, _Grunnable)
	if trace.ok() {
		trace.GoUnpark(r.root, 0)
		traceRelease(trace)
	}
	return r.root
}

// ctlLockedExit dispatches for a goroutine that exits locked to its thread: the thread ends with it, so another one
// must run what is next.
func ctlLockedExit(gp *g, r *ctlRegion) *ctlRegion {
	if r == nil || gp.lockedm == 0 {
		return r
	}
	curg := gp.m.curg
	gp.m.curg = nil
	next := ctlNext(r)
	gp.m.curg = curg
	if next != nil {
		runqput(gp.m.p.ptr(), next, true)
		wakep()
	}
	return nil
}
