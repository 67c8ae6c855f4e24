package runtime

import "internal/abi"

// This file and its siblings are added to package runtime by an overlay. They put the goroutines of one call, a
// region, under the control of one scheduler: exactly one of them runs at a time, the holder of the baton, and who
// holds it next is a decision.
//
// A region rides on a synctestBubble: goroutines inherit it through the go statement, the clock and the timers of its
// goroutines are fake, and the runtime already leaves it out while a goroutine does work for the garbage collector.
// Synctest's own accounting of idle goroutines is switched off (bubble.ctlOnly). Bubbles of synctest
// inside of a region have it: ctl_synctest.go.
//
// The baton is independent of Ps and Ms. Its holder may be preempted, assist the collector or sit in a system call and
// keeps the baton meanwhile; these go the runtime's ordinary way and are not decisions.

// Kinds of scheduling points. Keep in sync with Kind in package gocontrol.
const (
	ctlKindNone = iota
	ctlKindGo
	ctlKindYield
	ctlKindSend
	ctlKindRecv
	ctlKindClose
	ctlKindSelect
	ctlKindSleep
	ctlKindLock
	ctlKindTryLock
	ctlKindUnlock
	ctlKindRLock
	ctlKindTryRLock
	ctlKindRUnlock
	ctlKindWaitGroupAdd
	ctlKindWaitGroupWait
	ctlKindCondWait
	ctlKindCondSignal
	ctlKindCondBroadcast
	ctlKindAtomicLoad
	ctlKindAtomicStore
	ctlKindAtomicUpdate
	ctlKindMemoryRead
	ctlKindMemoryWrite
	ctlKindOnceDo
	ctlKindMapLoad
	ctlKindMapUpdate
	ctlKindPoolGet
	ctlKindPoolPut
	ctlKindContextErr
	ctlKindContextCancel
	ctlKindTimerStart
	ctlKindTimerStop
	ctlKindTimerReset
	ctlKindTimer // the clock advanced; not a point of a goroutine
)

// Why a region came to rest. Keep in sync with End in package gocontrol.
const (
	ctlFinished = iota
	ctlDeadlock
	ctlLeak
	ctlPanicked
	ctlFatal
	ctlBounded
	ctlStopped
	ctlDiverged
)

// A ctlRegion is one execution under control.
type ctlRegion struct {
	// mu guards runq, nrunq, cur and idle against wakeups from outside of the region, and all and nall. Everything
	// else belongs to whoever has the baton, or to the root while nobody has it.
	mu mutex

	bubble *synctestBubble
	root   *g       // the caller, outside of the region
	main   guintptr // runs the function of the region; 0 once it has exited
	cur    guintptr // holder of the baton
	idle   bool     // nobody can run until something outside wakes a goroutine

	// Invariant: len(runq) >= nall, so enqueueing never allocates.
	runq  []guintptr // runnable, without the baton
	nrunq int32
	all   []guintptr // live
	nall  int32

	nextID    int32
	pick      int32 // index in runq that ctlSwitch_m switches to
	end       uint8
	stopped   bool // no goroutine runs any more, the root goes on
	unwinding bool // the execution is over, its goroutines run their deferred functions
	mainDone  bool
	atomics   bool // atomic operations are points
	inner     bool // operations that the standard library does are points
	memory    bool // plain accesses of memory are points, in a program built with -race

	strategy  ctlStrategy
	decisions []uint64 // see ctlDecision
	values    uint64   // state of the generator behind rand, map order and crypto/rand
	hidden    uint64   // the same for code of the host, which may differ from run to run

	steps    uint64
	maxSteps uint64
	switches uint64
	outside  uint64 // wakeups from outside of the region
	digest   uint64

	panicVal any
	fatalMsg string
	pcs      []uintptr // stack of the panic or fatal error

	trace    []ctlEvent
	maxTrace int32

	failed      int32 // the goroutine of the panic or fatal error
	looked      int32 // goroutines numbered below were created before goleak looked last
	listing     bool  // one of the goroutines lists them, see ctl_list.go
	timersFired int32 // goroutines that timers have started
	races       int   // reports of the race detector that the root has been told of
	raceHost    uint8 // its address orders the host with its service goroutines, for the race detector
	host        ctlHosted

	left   *ctlHolds  // of goroutines that have exited
	groups []ctlGroup // WaitGroups in package variables
}

// ctlEvent is one scheduling point. Layout shared with package gocontrol.
type ctlEvent struct {
	id   int32
	kind uint32
	obj  uintptr
	n    int32 // goroutines that could have run
	pcs  [12]uintptr
}

//go:nosplit
func ctlOf(gp *g) *ctlRegion {
	if b := gp.bubble; b != nil {
		return b.ctl
	}
	return nil
}

// ctlRegister makes a new goroutine part of the region that it inherited from its creator. Called by newproc1.
func ctlRegister(gp, creator *g) {
	r := gp.bubble.ctl
	switch {
	case creator.bubble == gp.bubble && creator == r.cur.ptr():
		gp.ctlCreator, gp.ctlNth = creator.ctlID, creator.ctlBorn
		creator.ctlBorn++
	default:
		gp.ctlCreator, gp.ctlNth = -1, r.timersFired
		r.timersFired++
	}
	gp.ctlBorn = 0
	gp.ctlMoved, gp.ctlParks = 0, 0
	gp.ctlSelects = 0
	gp.ctlApart = false
	if gp.ctlHolds != nil {
		gp.ctlHolds.list, gp.ctlHolds.at = gp.ctlHolds.list[:0], nil
	}
	gp.ctlService = false
	gp.ctlMasked = false
	if creator.ctlDoom == ctlDoomNext {
		gp.sched.pc = abi.FuncPCABIInternal(ctlNothing) // the execution is over, and its creator about to end: run nothing
	}
	if int(r.nall) == len(r.all) {
		all := make([]guintptr, 2*len(r.all)+16)
		runq := make([]guintptr, len(all))
		lock(&r.mu)
		copy(all, r.all)
		copy(runq, r.runq[:r.nrunq])
		r.all, r.runq = all, runq
		unlock(&r.mu)
	}
	gp.ctlID = r.nextID
	gp.ctlDoom = ctlDoomNone
	gp.ctlKind = ctlKindNone
	gp.stands(nil)
	gp.ctlWait = nil
	gp.ctlPrio = r.strategy.newPriority()
	if r.strategy.weighs() {
		r.strategy.born(gp, creator)
	}
	r.nextID++
	lock(&r.mu)
	gp.ctlSlot = r.nall
	r.all[r.nall].set(gp)
	r.nall++
	unlock(&r.mu)
}

// ctlExit takes an exiting goroutine out of its region and returns the region if the goroutine had the baton. Called by
// goexit0 and by an exiting coroutine, before gdestroy.
func ctlExit(gp *g) *ctlRegion {
	r := ctlOf(gp)
	if r == nil {
		return nil
	}
	gp.ctlDoom = ctlDoomNone
	gp.ctlWait = nil
	gp.stands(nil)
	if r.strategy.weighs() {
		r.strategy.gone(gp)
	}
	r.leave(gp)
	service := gp.ctlService
	gp.ctlService = false // the runtime may use gp again for a goroutine of its own
	lock(&r.mu)
	r.nall--
	last := r.all[r.nall]
	r.all[gp.ctlSlot] = last
	last.ptr().ctlSlot = gp.ctlSlot
	r.all[r.nall] = 0
	if gp == r.main.ptr() {
		r.main = 0
		r.mainDone = true
	}
	held := gp == r.cur.ptr()
	if held {
		r.cur = 0
	}
	unlock(&r.mu)
	if !held {
		return nil
	}
	if gp.coroexit {
		return r // whoever resumed the coroutine goes on in the same move
	}
	r.steps++
	r.did(gp, false)
	if service && r.host.on {
		r.host.toRoot, r.host.why = true, ctlWhyParked // ctlMask has ordered its memory; the detector knows it no more
	}
	return r
}

// note folds what happens into the digest of the schedule.
//
//go:nosplit
func (r *ctlRegion) note(id int32, what uint32) {
	r.digest = (r.digest ^ (uint64(uint32(id))<<8 | uint64(what))) * 0x100000001b3
	r.digest ^= r.digest >> 29
}

// ctlMix is a step of SplitMix64.
//
//go:nosplit
func ctlMix(state *uint64) uint64 {
	*state += 0x9E3779B97F4A7C15
	z := *state
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// ctlRand replaces rand for the holder of the baton.
//
//go:nosplit
func ctlRand() (uint64, bool) {
	gp := getg()
	if r := ctlOf(gp); r != nil && gp == r.cur.ptr() {
		if gp.ctlMasked {
			return ctlMix(&r.hidden), true
		}
		return ctlMix(&r.values), true
	}
	return 0, false
}

// ctlRead fills b for crypto/rand. It reports false outside of a region.
func ctlRead(b []byte) bool {
	if ctlOf(getg()) == nil {
		return false
	}
	for i := range b {
		x, _ := ctlRand()
		b[i] = byte(x >> 56)
	}
	return true
}

//go:nosplit
func ctlControlled() bool { return ctlOf(getg()) != nil }
