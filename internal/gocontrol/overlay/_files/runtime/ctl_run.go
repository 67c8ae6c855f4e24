package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"unsafe"
)

// ctlABI changes with every change of the types that are shared with package gocontrol.
const ctlABI = 3

// ctlTable is what package gocontrol sees of the overlay.
type ctlTable struct {
	abi uint64
	run func(f func(), cfg *ctlConfig, res *ctlResult) uint32

	// Of a hosted region, see ctl_host.go.
	open      func(cfg *ctlConfig) uint32
	spawn     func(f func(), service bool) int32
	resume    func(c *ctlCommand, s *ctlStatus)
	advance   func(to int64, s *ctlStatus)
	snapshot  func(res *ctlResult)
	describe  func(id int32, b *ctlBlocked) bool
	end       func(id int32) bool
	wake      func(id int32)
	close     func() int32
	park      func()
	halt      func()
	mask      func(off bool) bool
	current   func() int32
	decided   func() []uint64
	look      func(s *ctlStatus)
	interrupt func()
	point     func(kind uint32, obj unsafe.Pointer)
	claimed   bool // the tests use Ravel themselves
	left      func() []ctlLeft
	object    func(p uintptr) (base, size uintptr, pointers bool)
	peek      func(to []byte, from uintptr)
	serial    func() uint64

	// Of the race detector, see ctl_race.go.
	racesTo    func(fd uintptr)
	judgeRaces func(n int)
}

// The variable is declared, nil, in package gocontrol. A program that does not import it has no use for this one.
//
//go:linkname ctlHooks github.com/ravelgo/ravel/internal/gocontrol.hooks
var ctlHooks = &ctlHookTable

// The same for the copy of that package in the standard library.
//
//go:linkname ctlHooksInside internal/ravel/internal/gocontrol.hooks
var ctlHooksInside = &ctlHookTable

var ctlHookTable = ctlTable{
	abi: ctlABI, run: ctlRun, open: ctlOpen, spawn: ctlSpawn, resume: ctlResumeRegion, advance: ctlAdvance, snapshot: ctlSnapshot,
	describe: ctlDescribe, end: ctlEnd, wake: ctlWake, close: ctlClose, park: ctlParkService, halt: ctlHalt, mask: ctlMask,
	current: ctlCurrent, decided: ctlDecided, look: ctlLook, interrupt: ctlInterrupt, point: ctlPointOfHost,
	left: ctlLeftBehind, object: ctlHeapObject, peek: ctlPeek,
	serial: ctlSerial, racesTo: ctlRacesTo, judgeRaces: ctlJudgeRaces,
}

// Reasons why a run does not start.
const (
	ctlStarted = iota
	ctlBusy
	ctlNested
	ctlAsyncTimerChan
)

// ctlConfig and ctlResult: layout shared with package gocontrol.
type ctlConfig struct {
	strategy  uint8
	atomics   bool
	seed      uint64
	maxSteps  uint64
	depth     int32
	maxTrace  int32
	expect    uint64
	replay    []uint32
	decisions []uint64                   // empty, for the result
	choose    func(q *ctlQuestion) int64 // negative: stop
	inner     bool
	memory    bool
	values    uint64 // seed of the values that the execution draws, beside seed for the strategy's decisions
	plan      *ctlPlan
}

type ctlResult struct {
	end       uint8
	steps     uint64
	switches  uint64
	outside   uint64
	digest    uint64
	now       int64
	decisions []uint64
	replayed  int
	trace     []ctlEvent
	blocked   []ctlBlocked
	abandoned int32
	panicVal  any
	fatalMsg  string
	pcs       []uintptr
	failed    int32 // the goroutine of the panic or fatal error
}

// ctlBlocked is a goroutine that was alive at the end.
type ctlBlocked struct {
	id       int32
	kind     uint32 // of its last point
	obj      uintptr
	waiting  bool
	timed    bool // it sleeps, or waits for the channel of a timer
	seen     bool // it was there when goleak looked last
	reason   string
	moved    uint64  // number of the move that led it to where it waits
	parks    uint32  // how often it has waited
	made     uintptr // where the channel was made that it sends to or receives from
	createPC uintptr
	pcs      [32]uintptr
}

// ctlBaseTime is the time at which every execution starts: midnight UTC, 2000-01-01, as in synctest.
const ctlBaseTime = 946684800000000000

var (
	ctlRunning atomic.Uint32 // one region per process
	ctlSpare   *ctlRegion    // of a clean execution, for its memory; owned by who set ctlRunning
)

// ctlRun runs f as the main goroutine of a new region and returns when the execution is over and its goroutines have
// ended. The caller is not part of the region.
func ctlRun(f func(), cfg *ctlConfig, res *ctlResult) uint32 {
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
	r := ctlNewRegion(gp, cfg)
	pc := sys.GetCallerPC()
	systemstack(func() {
		fv := *(**funcval)(unsafe.Pointer(&f))
		gp.bubble = r.bubble
		main := newproc1(fv, gp, pc, false, waitReasonZero)
		gp.bubble = nil
		r.main.set(main)
		r.strategy.root(main)
		ctlEnqueue(main)
	})
	ctlEnter(r, gp)
	for r.strategy.asking {
		ctlAnswer(r, cfg)
		ctlEnter(r, gp)
	}
	if !r.stopped {
		r.end = ctlVerdict(r)
	}
	ctlReport(r, res)
	res.abandoned = ctlUnwindAll(r, gp)
	if raceenabled {
		raceacquireg(gp, r.bubble.raceaddr()) // released by goexit1
	}
	ctlFinish(r, res.abandoned)
	return ctlStarted
}

// ctlFinish lets another region start.
func ctlFinish(r *ctlRegion, abandoned int32) {
	ctlSetMemory(false)
	r.tellLeft()
	r.bubble = nil
	r.panicVal = nil
	if abandoned == 0 {
		ctlSpare = r
	}
	ctlRunning.Store(0)
}

func ctlNewRegion(root *g, cfg *ctlConfig) *ctlRegion {
	r := ctlSpare
	ctlSpare = nil
	if r == nil {
		r = new(ctlRegion)
	}
	b := &synctestBubble{id: bubbleGen.Add(1), root: root, now: ctlBaseTime, ctl: r, ctlOnly: true}
	lockInit(&b.mu, lockRankSynctest)
	lockInit(&b.timers.mu, lockRankTimers)
	strategy := r.strategy // keeps its buffer
	*r = ctlRegion{
		bubble: b, root: root,
		runq: r.runq, all: r.all, groups: r.groups[:0],
		atomics: cfg.atomics, inner: cfg.inner, memory: cfg.memory, values: cfg.values ^ 0xA5A5A5A5A5A5A5A5, maxSteps: cfg.maxSteps,
		decisions: cfg.decisions, maxTrace: cfg.maxTrace,
	}
	ctlSetMemory(cfg.memory)
	r.strategy = strategy
	r.strategy.start(cfg.strategy, cfg.seed, cfg.depth, cfg.expect, cfg.replay, cfg.plan)
	return r
}

// ctlEnter leaves the root parked until the region comes to rest or asks.
func ctlEnter(r *ctlRegion, root *g) {
	root.ctlStart = r
	root.waitreason = waitReasonSynctestRun
	mcall(ctlEnter_m)
}

func ctlEnter_m(gp *g) {
	r := gp.ctlStart
	gp.ctlStart = nil
	trace := traceAcquire()
	if trace.ok() {
		trace.GoPark(traceBlockSynctest, 1)
	}
	casgstatus(gp, _Grunning, _Gwaiting)
	if trace.ok() {
		traceRelease(trace)
	}
	dropg()
	if r.host.on {
		ctlEnterHosted_m(r)
	}
	s := &r.strategy
	if !s.answered {
		ctlDispatch(r)
	}
	if asker := s.asker.ptr(); asker != nil {
		s.asker = 0
		lock(&r.mu)
		r.cur.set(asker)
		unlock(&r.mu)
		ctlResume(asker)
	}
	s.answered = false
	for i := int32(0); i < r.nrunq; i++ {
		if uint32(r.runq[i].ptr().ctlID) == s.answer {
			r.switches++
			ctlResume(r.take(i))
		}
	}
	throw("ctl: answer names no runnable goroutine")
}

// ctlAnswer calls the function that decides, on the root. An answer that is not an alternative stops the execution.
func ctlAnswer(r *ctlRegion, cfg *ctlConfig) {
	s := &r.strategy
	s.asking = false
	a := cfg.choose(&s.question)
	for _, alt := range s.question.alts {
		if a == int64(alt) {
			s.answer, s.answered = alt, true
			if !s.question.sel {
				r.decisions = append(r.decisions, uint64(alt))
			}
			return
		}
	}
	if asker := s.asker.ptr(); asker != nil {
		s.asker = 0
		ctlEnqueue(asker)
	}
	r.stop(ctlStopped)
}

// ctlVerdict judges a region in which nothing can move any more.
func ctlVerdict(r *ctlRegion) uint8 {
	if !r.mainDone {
		return ctlDeadlock
	}
	for i := int32(0); i < r.nall; i++ {
		if r.all[i].ptr().waitreason != waitReasonCoroutine {
			return ctlLeak
		}
	}
	return ctlFinished
}

func ctlReport(r *ctlRegion, res *ctlResult) {
	*res = ctlResult{
		end: r.end, steps: r.steps, switches: r.switches, outside: r.outside, digest: r.digest,
		now: r.bubble.now - ctlBaseTime, decisions: r.decisions, replayed: r.strategy.pos, trace: r.trace,
		panicVal: r.panicVal, fatalMsg: r.fatalMsg, pcs: r.pcs, failed: r.failed,
	}
	if r.end == ctlFinished {
		return
	}
	res.blocked = ctlDescribeAll(r)
}

func ctlDescribeAll(r *ctlRegion) []ctlBlocked {
	list := make([]ctlBlocked, r.nall)
	for i := range list {
		ctlDescribeOne(r.all[i].ptr(), &list[i])
	}
	return list
}

func ctlDescribeOne(gp *g, b *ctlBlocked) {
	b.id, b.kind, b.obj, b.createPC = gp.ctlID, uint32(gp.ctlKind), gp.ctlObj, gp.gopc
	b.moved, b.parks, b.seen = gp.ctlMoved, gp.ctlParks, gp.ctlID < ctlOf(gp).looked
	systemstack(func() { ctlStack(gp, b) })
}

// ctlStack describes where gp stands, with its stack held still.
func ctlStack(gp *g, b *ctlBlocked) {
	for {
		s := readgstatus(gp) &^ _Gscan
		if castogscanstatus(gp, s, s|_Gscan) {
			b.waiting = s == _Gwaiting
			if b.waiting {
				b.reason = gp.waitreason.String()
				ctlWaitsFor(gp, b)
			}
			gcallers(gp, 0, b.pcs[:])
			casfrom_Gscanstatus(gp, s|_Gscan, s)
			return
		}
		osyield()
	}
}
