package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Ending an execution. Every goroutine that is left ends by Goexit, called on its own stack where it stands: in gopark
// or at a scheduling point. Its deferred functions run under control. A goroutine that blocks again in one of them gets
// another Goexit, which skips that function. No stack is edited, so this is the same on every architecture.

// Values of g.ctlDoom.
const (
	ctlDoomNone  = iota
	ctlDoomNext  // Goexit when it is resumed
	ctlDoomGoing // Goexit runs
)

// ctlMaxRounds bounds the attempts to get all goroutines to exit; each one ends at least one deferred call of each.
const ctlMaxRounds = 1000

// ctlUnwindSteps bounds the steps of one attempt.
const ctlUnwindSteps = 100_000

// ctlUnwindIfDoomed is where a goroutine ends that was made runnable only for that.
func ctlUnwindIfDoomed(gp *g) {
	if gp.ctlDoom == ctlDoomNext {
		gp.ctlDoom = ctlDoomGoing
		ctlRaceEnable(gp)
		Goexit()
	}
}

// ctlUnwindParked is ctlUnwindIfDoomed for a goroutine that was parked.
func ctlUnwindParked(gp *g) {
	ctlCutShort(gp)
	ctlUnwindIfDoomed(gp)
}

// ctlUnwindAtPoint is ctlUnwindIfDoomed for a goroutine at a scheduling point. What releases others is done first, and the
// goroutine ends at its next point: it may stand in a deferred function, which would not be called again.
func ctlUnwindAtPoint(gp *g) {
	switch gp.ctlKind {
	case ctlKindUnlock, ctlKindRUnlock, ctlKindWaitGroupAdd, ctlKindClose, ctlKindCondSignal, ctlKindCondBroadcast:
	default:
		ctlUnwindIfDoomed(gp)
	}
}

// ctlUnwindAll ends the goroutines of the region. It runs on the root and returns the number of goroutines that it had
// to leave behind.
func ctlUnwindAll(r *ctlRegion, root *g) int32 {
	r.unwinding = true
	r.strategy.kind = ctlDefault
	for round := 0; round < ctlMaxRounds && r.nall > 0; round++ {
		r.stopped = false
		r.maxSteps = r.steps + ctlUnwindSteps
		list := make([]guintptr, r.nall)
		copy(list, r.all[:r.nall])
		doomed := 0
		systemstack(func() {
			for _, p := range list {
				if ctlDoom(p.ptr()) {
					doomed++
				}
			}
		})
		if doomed == 0 {
			break // coroutines of iterators that were not stopped: nobody can reach them
		}
		ctlEnter(r, root)
	}
	left := r.nall
	for i := int32(0); i < left; i++ {
		gp := r.all[i].ptr()
		r.leave(gp)
		gp.bubble, gp.ctlService = nil, false
		if readgstatus(gp)&^_Gscan == _Grunnable {
			gp.waitreason = waitReasonPanicWait
			casgstatus(gp, _Grunnable, _Gwaiting) // checkdead takes a runnable goroutine in no queue for corruption
		}
	}
	return left
}

// ctlDoom makes gp runnable with a Goexit ahead of it. It reports false for a coroutine: it ends with the goroutine
// that uses it, by coroexit.
func ctlDoom(gp *g) bool {
	if gp.ctlKind == ctlKindNone && gp.sched.pc == gp.startpc && readgstatus(gp)&^_Gscan == _Grunnable {
		gp.sched.pc = abi.FuncPCABIInternal(ctlNothing) // never ran: run nothing
		return true
	}
	waiting := readgstatus(gp)&^_Gscan == _Gwaiting
	if waiting && gp.waitreason == waitReasonCoroutine {
		return false
	}
	if waiting && !ctlClaim(gp) {
		// Something outside has taken it out of its queue and is about to make it runnable.
		for readgstatus(gp)&^_Gscan == _Gwaiting {
			osyield()
		}
		waiting = false
	}
	if !waiting {
		ctlDequeueChans(gp) // a served select is still queued at its other channels
	}
	ctlForget(gp)
	ctlLeaveBubble(gp)
	if waiting {
		casgstatus(gp, _Gwaiting, _Grunnable)
		ctlEnqueue(gp)
	}
	return true
}

func ctlNothing() {}

// ctlForget clears what a parked goroutine remembers of its wait, with its stack held still.
func ctlForget(gp *g) {
	s := readgstatus(gp) &^ _Gscan
	for !castogscanstatus(gp, s, s|_Gscan) {
		osyield()
	}
	gp.waiting = nil
	gp.param = nil
	gp.activeStackChans = false
	gp.parkingOnChan.Store(false)
	gp.selectDone.Store(0)
	gp.ctlWait = nil
	gp.ctlDoom = ctlDoomNext
	casfrom_Gscanstatus(gp, s|_Gscan, s)
}

// ctlClaim takes a parked goroutine out of the queue it waits in, under the lock of that queue. It reports false if
// somebody else has already done so.
func ctlClaim(gp *g) bool {
	switch gp.waitreason {
	case waitReasonSleep:
		gp.timer.stop()
		return true
	case waitReasonChanReceive, waitReasonChanSend, waitReasonSynctestChanReceive, waitReasonSynctestChanSend:
		return ctlDequeueChans(gp)
	case waitReasonSelect, waitReasonSynctestSelect:
		if !gp.selectDone.CompareAndSwap(0, 1) {
			return false
		}
		ctlDequeueChans(gp)
		return true
	case waitReasonSyncCondWait:
		return ctlDequeueNotify((*notifyList)(unsafe.Pointer(uintptr(gp.ctlWait)-unsafe.Offsetof(notifyList{}.lock))), gp)
	case waitReasonIOWait:
		gpp := (*atomic.Uintptr)(gp.ctlWait)
		if !gpp.CompareAndSwap(uintptr(unsafe.Pointer(gp)), pdNil) {
			return false
		}
		netpollAdjustWaiters(-1)
		return true
	case waitReasonSyncMutexLock, waitReasonSyncRWMutexLock, waitReasonSyncRWMutexRLock, waitReasonSyncWaitGroupWait,
		waitReasonSynctestWaitGroupWait:
		return ctlDequeueSema((*semaRoot)(gp.ctlWait), gp)
	}
	return true // nil channel, empty select
}

// ctlDequeueChans removes gp from the queues of all its channels and reports whether it was in any.
func ctlDequeueChans(gp *g) bool {
	found := false
	for sg := gp.waiting; sg != nil; sg = sg.waitlink {
		c := ctlSudogChan(sg)
		if c == nil {
			break // waits for a semaphore
		}
		lock(&c.lock)
		for _, q := range [2]*waitq{&c.recvq, &c.sendq} {
			for x := q.first; x != nil; x = x.next {
				if x == sg {
					q.dequeueSudoG(sg)
					found = true
					break
				}
			}
		}
		if c.timer != nil {
			unblockTimerChan(c)
		}
		unlock(&c.lock)
	}
	return found
}

// ctlDequeueNotify removes gp from the waiters of a sync.Cond.
func ctlDequeueNotify(l *notifyList, gp *g) bool {
	lockWithRank(&l.lock, lockRankNotifyList)
	defer unlock(&l.lock)
	var prev *sudog
	for s := l.head; s != nil; prev, s = s, s.next {
		if s.g != gp {
			continue
		}
		if prev == nil {
			l.head = s.next
		} else {
			prev.next = s.next
		}
		if l.tail == s {
			l.tail = prev
		}
		l.renumber()
		return true
	}
	return false
}

// renumber gives the waiters the last tickets that were drawn: the next Signal would go to a ticket that is gone.
func (l *notifyList) renumber() {
	n := uint32(0)
	for s := l.head; s != nil; s = s.next {
		n++
	}
	at := l.wait.Load() - n
	atomic.Store(&l.notify, at)
	for s := l.head; s != nil; s = s.next {
		s.ticket = at
		at++
	}
}

// ctlDequeueSema removes gp from the waiters of a semaphore.
func ctlDequeueSema(root *semaRoot, gp *g) bool {
	lockWithRank(&root.lock, lockRankRoot)
	defer unlock(&root.lock)
	head, prev := ctlFindSema(root.treap, gp)
	if head == nil {
		return false
	}
	if prev == nil {
		root.dequeue((*uint32)(ctlSudogElem(head)))
	} else {
		s := prev.waitlink
		prev.waitlink = s.waitlink
		if head.waittail == s {
			head.waittail = prev
			if prev == head {
				head.waittail = nil
			}
		}
		if head.waiters > 1 {
			head.waiters--
		}
	}
	root.nwait.Add(-1)
	return true
}

// ctlFindSema finds the list with the waiter of gp below t, and the waiter before it, nil if gp's is the head.
func ctlFindSema(t *sudog, gp *g) (head, prev *sudog) {
	if t == nil {
		return nil, nil
	}
	for s := t; s != nil; prev, s = s, s.waitlink {
		if s.g == gp {
			return t, prev
		}
	}
	if head, prev = ctlFindSema(t.prev, gp); head != nil {
		return head, prev
	}
	return ctlFindSema(t.next, gp)
}

// ctlPanic is called by gopanic when no deferred function has recovered. In a region the panic ends the execution, not
// the process.
func ctlPanic(e any) {
	gp := getg()
	r := ctlOf(gp)
	if r == nil || gp != r.cur.ptr() {
		return
	}
	runningPanicDefers.Add(-1)
	if !r.unwinding && !r.stopped {
		r.panicVal = e
		r.keepStack()
		r.stop(ctlPanicked)
	}
	goexit1()
}

// ctlFatalError is called by fatal: what the runtime finds wrong with the program (unlock of an unlocked mutex,
// concurrent map writes) ends the execution too.
//
//go:nosplit
func ctlFatalError(s string) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit || gp != gp.m.curg {
		return
	}
	ctlFatalSlow(gp, s)
}

// ctlFatalSlow may have write barriers: the goroutine has the baton and holds no lock.
//
//go:yeswritebarrierrec
func ctlFatalSlow(gp *g, s string) {
	r := gp.bubble.ctl
	if gp != r.cur.ptr() {
		return
	}
	if r.unwinding {
		Goexit() // a consequence of the unwinding, as an Unlock below a Wait: the other deferred functions go on
	}
	r.fatalMsg = s
	r.keepStack()
	r.stop(ctlFatal)
	if raceenabled && gp.ctlService {
		ctlOrder(gp, false)
	}
	goexit1()
}

func (r *ctlRegion) keepStack() {
	r.failed = getg().ctlID
	var pcs [64]uintptr
	n := callers(2, pcs[:])
	r.pcs = append([]uintptr(nil), pcs[:n]...)
}
