package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// A hosted region is driven step by step from outside: its root is a scheduler of its own (package internal/engine, which
// schedules machines beside goroutines), and gets control back when a goroutine has made one move, or when those that
// may run without it (ctlFree) need it again.
//
// A move goes from one scheduling point of a goroutine to the next, to a park or to its exit.
//
// Service goroutines run code of the host inside of the region: the handlers of machines. They hand control back with
// ctlPark, and the host's memory is ordered between them and the root, for the race detector.

// What the root lets the region do. Keep in sync with package gocontrol.
const (
	ctlMove     = iota // the goroutine at runq[arg] makes one move
	ctlMoveFree        // the same, and then as ctlFree
	ctlFree            // goroutines move as the region's strategy decides, until the root is needed
	ctlCase            // the selecting goroutine takes its ready case with that number, and makes the rest of its move
	ctlAwait           // wait until something outside wakes a goroutine, which moves
	ctlPoll            // see whether something outside has woken a goroutine; nobody moves
)

// Why the root has control. Keep in sync with package gocontrol.
const (
	ctlWhyMoved  = iota // a goroutine has come to a point, parked or exited
	ctlWhyQuiet         // nobody can move
	ctlWhyParked        // a service goroutine has called ctlPark
	ctlWhySelect        // a select has several ready cases
	ctlWhyLimit         // so many moves were allowed
	ctlWhyOver          // a panic, a fatal error or ctlHalt
)

// ctlHosted is what a region keeps for its host.
type ctlHosted struct {
	on       bool
	stepping bool // every move needs the root
	await    bool
	poll     bool
	toRoot   bool // the present move is the last one before the root
	atomic   bool // no scheduling points: the move is one step whatever it does
	early    bool // see ctlCommand
	earlyAt  uint64
	why      uint8
	at       guintptr // at a scheduling point, last in the run queue
	from     guintptr // what at was before the root let the region go on
	held     bool     // what yields was
	yields   bool     // its point is a Gosched: the others come first
	told     int32    // goroutines numbered below have been told of
	slack    int64
	guards   bool   // see ctlGuard
	tested   string // the package under test
	guard    int64  // no timer fires early before
}

// ctlCommand is what the root lets the region do. Layout shared with package gocontrol.
type ctlCommand struct {
	how     uint8
	atomic  bool   // no scheduling points: the move is one step whatever it does
	early   bool   // while a timer is pending, that it fires early is one more alternative at every decision
	arg     int32  // of how
	limit   uint64 // no free moves beyond so many, counted from the start
	earlyAt uint64 // with early: the root decides once so many moves have been made and a timer is pending
	slack   int64  // with early: timers that are due within so many nanoseconds
}

// ctlRegionNow is the hosted region, which belongs to its root.
var ctlRegionNow *ctlRegion

func ctlOpen(cfg *ctlConfig) uint32 {
	gp := getg()
	if gp.bubble != nil {
		return ctlNested
	}
	if ctlAsyncTimers() {
		return ctlAsyncTimerChan
	}
	if !ctlRunning.CompareAndSwap(0, 1) {
		return ctlBusy
	}
	if ctlErrands == nil {
		ctlErrands = make(chan func(), 64)
		go ctlErrandRunner()
	}
	r := ctlNewRegion(gp, cfg)
	r.host = ctlHosted{on: true}
	r.hidden = 1
	ctlRegionNow = r
	return ctlStarted
}

// ctlSpawn starts a goroutine of the region from outside and returns its number.
func ctlSpawn(f func(), service bool) int32 {
	gp := getg()
	r := ctlRegionNow
	pc := sys.GetCallerPC()
	var id int32
	r.host.at = 0
	r.root = gp
	if raceenabled {
		racereleasemerge(unsafe.Pointer(&r.raceHost))
	}
	systemstack(func() {
		fv := *(**funcval)(unsafe.Pointer(&f))
		gp.bubble = r.bubble
		newg := newproc1(fv, gp, pc, false, waitReasonZero)
		gp.bubble = nil
		if newg.ctlService = service; service {
			r.strategy.root(newg)
		}
		id = newg.ctlID
		ctlEnqueue(newg)
	})
	return id
}

// ctlResumeRegion lets the region go on and returns when the root is needed.
func ctlResumeRegion(c *ctlCommand, s *ctlStatus) {
	r := ctlRegionNow
	h := &r.host
	how, arg := c.how, c.arg
	r.root = getg()
	h.stepping = how == ctlMove || how == ctlCase
	h.await, h.toRoot, h.atomic, h.why = how == ctlAwait, false, c.atomic, ctlWhyMoved
	h.early, h.earlyAt, h.slack = c.early, c.earlyAt, c.slack
	h.held, h.yields = h.yields, false
	h.poll = how == ctlPoll
	if how == ctlAwait || how == ctlPoll {
		h.stepping = true
	}
	h.from, h.at = h.at, 0
	r.maxSteps = c.limit
	r.pick = -1
	switch how {
	case ctlMove, ctlMoveFree:
		r.pick = arg
	case ctlCase:
		r.strategy.asking = false
		r.strategy.answer = r.strategy.question.alts[arg]
	case ctlFree:
		h.why = ctlWhyQuiet
	}
	if raceenabled {
		racereleasemerge(unsafe.Pointer(&r.raceHost))
	}
	ctlEnter(r, r.root)
	if raceenabled {
		raceacquire(unsafe.Pointer(&r.raceHost))
	}
	ctlTell(r, s)
}

// ctlEnterHosted_m goes on after ctlEnter_m for a hosted region.
func ctlEnterHosted_m(r *ctlRegion) {
	s := &r.strategy
	if asker := s.asker.ptr(); asker != nil {
		s.asker = 0
		lock(&r.mu)
		r.cur.set(asker)
		unlock(&r.mu)
		ctlResume(asker)
	}
	if r.pick >= 0 {
		r.switches++
		ctlResume(r.take(r.pick))
	}
	if at := r.host.from.ptr(); at != nil && !r.host.stepping {
		ctlGoOn(r, at)
	}
	ctlDispatch(r)
}

// offersTimer reports whether a timer may fire early.
func (r *ctlRegion) offersTimer() bool {
	if !r.host.early || r.guarded() {
		return false
	}
	when := r.bubble.timers.wakeTime()
	return when != 0 && when-r.bubble.now <= r.host.slack
}

// full reports whether the root is needed before the next decision. It learns of a data race at once.
func (r *ctlRegion) full() bool {
	return r.steps >= r.maxSteps || raceenabled && ctlRaces() != r.races || r.host.early && r.steps >= r.host.earlyAt && r.offersTimer()
}

// alone records a decision with one alternative beside that of a timer that fires early.
func (r *ctlRegion) alone(gp *g) {
	if r.offersTimer() {
		r.decisions = append(r.decisions, ctlDecision(uint32(gp.ctlID), 0))
	}
}

// ctlSerial is the number of the region: no other of this process has it.
func ctlSerial() uint64 { return ctlRegionNow.bubble.id }

// ctlDecided returns what the region's strategy has decided so far, also to its goroutines.
func ctlDecided() []uint64 { return ctlRegionNow.decisions }

// ctlPointOfHost is a scheduling point that the host makes in a goroutine of the program.
func ctlPointOfHost(kind uint32, obj unsafe.Pointer) { ctlPoint(kind, obj) }

// ctlInterrupt makes the present move of the calling goroutine the last one before the root.
func ctlInterrupt() {
	if r := ctlOf(getg()); r != nil {
		r.maxSteps = 0
	}
}

// ctlGoOn lets the region decide at the point where the root interrupted it: the goroutine there is an alternative, and
// the first one, as it would have been.
func ctlGoOn(r *ctlRegion, at *g) {
	lock(&r.mu)
	n := r.nrunq - 1
	if n < 0 || r.runq[n].ptr() != at {
		unlock(&r.mu)
		return
	}
	r.runq[n] = 0
	r.nrunq = n
	r.cur.set(at)
	unlock(&r.mu)
	i := int32(-1)
	switch {
	case n == 0:
		r.alone(at)
	case !r.host.held:
		i = r.choose(n+1, at) - 1
	case n > 1:
		i = r.choose(n, nil)
	default:
		i = 0
		r.alone(r.runq[0].ptr())
	}
	next := at
	if i >= 0 {
		lock(&r.mu)
		next = r.runq[i].ptr()
		r.runq[i].set(at)
		r.cur.set(next)
		unlock(&r.mu)
	}
	r.switches++
	ctlResume(next)
}

// ctlAdvance moves the clock to a time, if it is later, and runs the timers that are due then.
func ctlAdvance(to int64, s *ctlStatus) {
	r := ctlRegionNow
	b := r.bubble
	r.root = getg()
	r.note(0, ctlKindTimer)
	if to += ctlBaseTime; to > b.now {
		b.now = to
	}
	systemstack(func() { b.timers.check(b.now, b) })
	r.host.at, r.host.yields, r.host.why = 0, false, ctlWhyMoved
	ctlTell(r, s)
}

// ctlEnd makes a goroutine run its deferred functions and exit: it becomes able to move, with a Goexit ahead of it.
func ctlEnd(id int32) bool {
	r := ctlRegionNow
	r.root = getg()
	for i := int32(0); i < r.nall; i++ {
		if gp := r.all[i].ptr(); gp.ctlID == id {
			ok := false
			systemstack(func() { ok = ctlDoom(gp) })
			return ok
		}
	}
	return false
}

// ctlClose ends all goroutines that are left, and the region. It returns how many had to be left behind.
func ctlClose() int32 {
	r := ctlRegionNow
	gp := getg()
	r.root = gp
	r.host = ctlHosted{}
	r.strategy.asking = false
	if asker := r.strategy.asker.ptr(); asker != nil {
		r.strategy.asker = 0
		systemstack(func() { ctlEnqueue(asker) })
	}
	if raceenabled {
		racereleasemerge(unsafe.Pointer(&r.raceHost))
	}
	left := ctlUnwindAll(r, gp)
	if raceenabled {
		raceacquireg(gp, r.bubble.raceaddr())
	}
	ctlFinish(r, left)
	ctlRegionNow = nil
	return left
}

// ctlPark hands control from a service goroutine to the root, until that lets it move again.
func ctlParkService() {
	gp := getg()
	r := ctlOf(gp)
	if r == nil || !r.host.on && !r.unwinding {
		throw("ctl: park of a goroutine that is not hosted")
	}
	r.host.toRoot = true
	r.host.why = ctlWhyParked
	gopark(nil, nil, waitReasonSynctestWait, traceBlockSynctest, 1) // orders the memory, too
}

// ctlWake makes a parked service goroutine able to move.
func ctlWake(id int32) {
	r := ctlRegionNow
	r.host.at = 0
	r.root = getg()
	for i := int32(0); i < r.nall; i++ {
		if gp := r.all[i].ptr(); gp.ctlID == id {
			goready(gp, 1)
			return
		}
	}
	throw("ctl: no such goroutine")
}

// ctlLook brings the root's view up to date after ctlSpawn, ctlWake and ctlEnd.
func ctlLook(s *ctlStatus) {
	ctlRegionNow.host.at = 0
	ctlTell(ctlRegionNow, s)
}

// ctlHalt ends the execution where the calling goroutine stands.
func ctlHalt() {
	gp := getg()
	r := ctlOf(gp)
	if r == nil || gp != r.cur.ptr() {
		return
	}
	if r.unwinding {
		Goexit()
	}
	r.stop(ctlStopped)
	mcall(ctlFreeze_m)
	ctlUnwindIfDoomed(gp)
}

// ctlMask switches the scheduling points of the calling goroutine off or on and returns what they were.
func ctlMask(off bool) bool {
	gp := getg()
	was := gp.ctlMasked
	gp.ctlMasked = off
	if raceenabled {
		if r := ctlOf(gp); r != nil && off != was {
			if off {
				raceacquire(unsafe.Pointer(&r.raceHost))
			} else {
				racereleasemerge(unsafe.Pointer(&r.raceHost))
			}
		}
	}
	return was
}

// ctlCurrent is the number of the calling goroutine, -1 if it is not controlled.
func ctlCurrent() int32 {
	if gp := getg(); ctlOf(gp) != nil {
		return gp.ctlID
	}
	return -1
}

// ctlOrder orders the memory of a service goroutine with that of the root, for the race detector: before it loses the
// baton and after it gets it back.
func ctlOrder(gp *g, back bool) {
	r := ctlOf(gp)
	if r == nil {
		return // it collects garbage, outside of its region
	}
	if back {
		raceacquire(unsafe.Pointer(&r.raceHost))
	} else {
		racereleasemerge(unsafe.Pointer(&r.raceHost))
	}
}
