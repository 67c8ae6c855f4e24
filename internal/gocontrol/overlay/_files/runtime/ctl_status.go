package runtime

import "unsafe"

// ctlStatus is what the root learns when it gets control. Layout shared with package gocontrol.
type ctlStatus struct {
	why       uint8
	waits     bool // somebody waits for the network poller
	yields    bool
	end       uint8  // if why is ctlWhyOver
	current   int32  // the goroutine at a point; -1 for none
	cases     int32  // of a select
	alive     int32  // goroutines, those of the host included
	steps     uint64 // moves so far
	switches  uint64
	outside   uint64
	now       int64 // since the start
	timer     int64 // when the next timer is due, since the start; -1 for none
	digest    uint64
	ready     []ctlReady // who can move: the current one first, then the order of the run queue
	born      []ctlBorn
	decisions []uint64 // of the region's strategy, so far
	guarded   bool     // no timer may fire early
}

type ctlReady struct {
	id   int32
	slot int32 // in the run queue
	kind uint32
	obj  unsafe.Pointer
}

type ctlBorn struct {
	id      int32
	creator int32 // -1: a timer
	nth     int32 // creation of that creator
	startPC uintptr
	goPC    uintptr
}

// ctlTell fills in the status, on the root.
func ctlTell(r *ctlRegion, s *ctlStatus) {
	h := &r.host
	s.why, s.yields, s.end, s.current, s.cases = h.why, h.yields, r.end, -1, 0
	switch {
	case r.stopped:
		s.why = ctlWhyOver
	case r.strategy.asking:
		s.why, s.cases = ctlWhySelect, int32(len(r.strategy.question.alts))
		s.current = r.strategy.asker.ptr().ctlID
	case h.why == ctlWhyMoved && r.nrunq == 0:
		s.why = ctlWhyQuiet
	}
	s.steps, s.switches, s.outside, s.digest = r.steps, r.switches, r.outside, r.digest
	s.decisions = r.decisions
	s.alive = r.nall
	s.ready = s.ready[:0]
	at := h.at.ptr()
	lock(&r.mu)
	n := r.nrunq
	unlock(&r.mu)
	if at != nil {
		s.current = at.ctlID
		if !h.yields || n == 1 {
			s.ready = append(s.ready, ctlReadyOf(at, n-1))
		}
		n-- // it is the last of the queue
	}
	for i := int32(0); i < n; i++ {
		s.ready = append(s.ready, ctlReadyOf(r.runq[i].ptr(), i))
	}
	s.born = s.born[:0]
	if h.told < r.nextID {
		for i := int32(0); i < r.nall; i++ {
			if gp := r.all[i].ptr(); gp.ctlID >= h.told {
				s.born = append(s.born, ctlBorn{gp.ctlID, gp.ctlCreator, gp.ctlNth, gp.startpc, gp.gopc})
			}
		}
		h.told = r.nextID
	}
	r.races = ctlRaces()
	ctlTellTime(r, s)
}

func ctlTellTime(r *ctlRegion, s *ctlStatus) {
	s.now, s.timer, s.guarded = r.bubble.now-ctlBaseTime, -1, r.guarded()
	if when := r.bubble.timers.wakeTime(); when != 0 {
		s.timer = max(when, r.bubble.now) - ctlBaseTime
	}
	s.waits = false
	if netpollinited() {
		lock(&r.mu)
		s.waits = r.awaitsOutside()
		unlock(&r.mu)
	}
}

func ctlReadyOf(gp *g, slot int32) ctlReady {
	return ctlReady{gp.ctlID, slot, uint32(gp.ctlKind), gp.ctlKept}
}

// ctlShared turns the identity of an object into a pointer that keeps it, so that no other object gets its address while
// somebody remembers it. Objects on stacks are nobody else's business, and move: they give nil.
func ctlShared(p uintptr) unsafe.Pointer {
	if s := spanOf(p); s != nil && s.state.get() != mSpanInUse {
		return nil
	}
	return unsafe.Pointer(p)
}

// ctlSnapshot describes the goroutines that are there, on the root.
func ctlSnapshot(res *ctlResult) {
	r := ctlRegionNow
	*res = ctlResult{
		end: r.end, steps: r.steps, switches: r.switches, outside: r.outside, digest: r.digest,
		now: r.bubble.now - ctlBaseTime, panicVal: r.panicVal, fatalMsg: r.fatalMsg, pcs: r.pcs, failed: r.failed,
	}
	res.blocked = ctlDescribeAll(r)
}

// ctlDescribe describes one goroutine, on the root. It reports false if there is none with that number.
func ctlDescribe(id int32, b *ctlBlocked) bool {
	r := ctlRegionNow
	for i := int32(0); i < r.nall; i++ {
		if gp := r.all[i].ptr(); gp.ctlID == id {
			ctlDescribeOne(gp, b)
			return true
		}
	}
	return false
}
