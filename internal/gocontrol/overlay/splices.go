package overlay

import "slices"

// A splice is one edit of a file of the standard library. Its anchor must occur exactly once in the declaration that
// begins with In, so that a toolchain that does not fit is refused instead of patched wrongly.
type splice struct {
	file   string // below GOROOT/src
	in     string // first line of the declaration, a prefix at the start of a line; "" for the whole file
	anchor string // within one line
	how    placement
	text   string
	op     bool // in is an operation of package sync: see operations
	from   int  // Go 1.from up to Go 1.to; 0 means no bound
	to     int
}

type placement int

const (
	top     placement = iota // new lines at the start of the body; no anchor
	before                   // new lines before the line with the anchor
	after                    // new lines after the line with the anchor
	replace                  // the anchor becomes the text, on the same line
)

// splices is what the runtime and the packages above it need to know of a region. Every entry is a call into the files
// of _files, or a condition; the logic is there.
var splices = slices.Concat(runtimeSplices, packageSplices, mapPoints())

// runtimeSplices are those of the runtime, and of what packages have it do for them.
var runtimeSplices = []splice{
	// State.
	{file: "runtime/runtime2.go", in: "type g struct {", anchor: "bubble  ", how: after, text: `
	ctlID    int32          // number in its region, in order of creation
	ctlSlot  int32          // index in ctlRegion.all
	ctlPrio  uint32         // of PCT
	ctlKind  uint8          // of the last scheduling point
	ctlDoom  uint8          // to be ended, see ctl_end.go
	ctlService bool         // runs code of the host, see ctl_host.go
	ctlMasked  bool         // has no scheduling points at present
	ctlCreator int32        // number of the goroutine that created it, -1 for a timer
	ctlNth     int32        // creation of its creator
	ctlBorn    int32        // goroutines that it has created
	ctlSelects uint32       // selects with several ready cases that it has decided
	ctlParks uint32         // how often it has waited
	ctlMoved uint64         // number of the move in which it last came to wait
	ctlObj   uintptr        // of the last scheduling point; an identity, never followed
	ctlKept  unsafe.Pointer // the same where others can have it, so that nothing else gets its address; nil on stacks
	ctlWait  unsafe.Pointer // argument of gopark's unlockf: tells the queue it waits in
	ctlStart *ctlRegion     // argument of ctlEnter_m
	ctlHolds *ctlHolds      // locks, see ctl_hold.go
	ctlApart bool           // its last go statement started a goroutine outside of its region`},
	{file: "runtime/synctest.go", in: "type synctestBubble struct {", how: top, text: `
	ctl     *ctlRegion // the region that its goroutines belong to
	ctlOnly bool       // it is the region's own bubble, not one of synctest`},

	// A region does without synctest's accounting; a bubble of synctest inside of one has it.
	{file: "runtime/synctest.go", in: "func (bubble *synctestBubble) changegstatus(", how: top, text: `
	if bubble.ctlOnly {
		return
	}`},
	{file: "runtime/synctest.go", in: "func (bubble *synctestBubble) maybeWakeLocked(", how: top, text: `
	if bubble.ctlOnly {
		return nil
	}`},
	{file: "runtime/synctest.go", in: "func synctest_isInBubble(", anchor: "return getg().bubble != nil", how: replace,
		text: "return getg().bubble != nil && !getg().bubble.ctlOnly"},
	{file: "runtime/proc.go", in: "func casgstatus(", anchor: "if gp.bubble != nil {", how: replace,
		text: "if gp.bubble != nil && !gp.bubble.ctlOnly {"},
	{file: "runtime/chan.go", in: "func makechan(", anchor: "if b := getg().bubble; b != nil {", how: replace,
		text: "if b := getg().bubble; b != nil && !b.ctlOnly {"}, // a package variable may hold it across executions
	{file: "runtime/time.go", in: "func newTimer(", anchor: "t.isFake = true", how: after, text: `
		if bubble.ctlOnly && c != nil {
			c.bubble = bubble
		}
		ctlGuard(when)`},

	{file: "runtime/synctest.go", in: "func synctestRun(", anchor: "if gp.bubble != nil {", how: replace,
		text: "outer := gp.bubble; if outer != nil && !outer.ctlOnly {"},
	{file: "runtime/synctest.go", in: "func synctestRun(", anchor: "bubble.now = synctestBaseTime", how: after, text: `
	if outer != nil {
		bubble.ctl = outer.ctl
	}`},
	{file: "runtime/synctest.go", in: "func synctestRun(", anchor: "gp.bubble = nil", how: replace, text: "gp.bubble = outer"},
	{file: "runtime/synctest.go", in: "func synctestRun(", anchor: "pp := getg().m.p.ptr()", how: before, text: `
		if ctlReadied(bubble.main) {
			return
		}`},
	{file: "runtime/synctest.go", in: "func synctestRun(", anchor: "if gp.timer != nil && gp.timer.isFake {", how: replace,
		text: "if outer == nil && gp.timer != nil && gp.timer.isFake {"},

	// Goroutines that become runnable wait in the region.
	{file: "runtime/proc.go", in: "func ready(", anchor: "runqput(mp.p.ptr(), gp, next)", how: before, text: `
	if ctlReadied(gp) {
		releasem(mp)
		return
	}`},
	{file: "runtime/proc.go", in: "func newproc(", anchor: "pc := sys.GetCallerPC()", how: after, text: `
	if fn == nil && ctlOf(gp) != nil {
		fatal("go of nil func value") // newproc1 would say so on a system stack, where it cannot be caught
	}
	if ctlOf(gp) != nil {
		pc = ctlCreator(gp, pc)
	}`},
	{file: "runtime/proc.go", in: "func newproc(", anchor: "pp := getg().m.p.ptr()", how: before, text: `
		if ctlReadied(newg) {
			return
		}`},
	{file: "runtime/proc.go", in: "func newproc(", anchor: "\t})", how: after, text: `
	ctlPointGo(gp)`},
	{file: "runtime/proc.go", in: "func newproc1(", anchor: "newg.bubble = callergp.bubble", how: after, text: `
		if newg.bubble != nil && newg.bubble.ctl != nil {
			if ctlServesProcess(fn.fn) {
				newg.bubble = nil
				ctlStartedOutside(callergp)
			} else {
				ctlRegister(newg, callergp)
			}
		}`},
	{file: "runtime/proc.go", in: "func newproc1(", anchor: "sched.ngsys.Add(1)", how: after, text: `
		ctlStartedOutside(callergp)`},
	{file: "runtime/proc.go", in: "func newproc1(", anchor: "newg.raceignore = 0", how: after, text: `
		if newg.bubble != nil && newg.bubble.ctl != nil {
			ctlRaceStart(newg)
		}`},
	{file: "runtime/netpoll.go", in: "func netpollready(", anchor: "if rg != nil {", how: replace,
		text: "if rg != nil && !ctlNetReady(rg) {"},
	{file: "runtime/netpoll.go", in: "func netpollready(", anchor: "if wg != nil {", how: replace,
		text: "if wg != nil && !ctlNetReady(wg) {"},

	// The baton changes hands where its holder parks, exits or switches to a coroutine.
	{file: "runtime/proc.go", in: "func gopark(", anchor: "mp.waitlock = lock", how: after, text: `
	if ctlOf(gp) != nil {
		gp.ctlWait = lock
	}`},
	{file: "runtime/proc.go", in: "func gopark(", anchor: "mcall(park_m)", how: after, text: `
	if raceenabled && gp.ctlService {
		ctlOrder(gp, true)
	}
	if gp.ctlDoom == ctlDoomNext { // no call otherwise: a mark worker must not be preempted here
		ctlUnwindParked(gp)
	}`},
	{file: "runtime/proc.go", in: "func park_m(", anchor: "bubble := gp.bubble", how: after, text: `
	if bubble != nil && bubble.ctlOnly {
		bubble = nil
	}`},
	{file: "runtime/proc.go", in: "func park_m(", anchor: "\tdropg()", how: before, text: `
	ctl := ctlPark(gp)`},
	{file: "runtime/proc.go", in: "func park_m(", anchor: "if !ok {", how: after, text: `
			ctlUnpark(ctl, gp)`},
	{file: "runtime/proc.go", in: "func park_m(", anchor: "\tschedule()", how: before, text: `
	if ctl != nil {
		ctlDispatch(ctl)
	}`},
	{file: "runtime/proc.go", in: "func goexit0(", anchor: "\tgdestroy(gp)", how: before, text: `
	ctl := ctlLockedExit(gp, ctlExit(gp))`},
	{file: "runtime/proc.go", in: "func goexit0(", anchor: "\tschedule()", how: before, text: `
	if ctl != nil {
		ctlDispatch(ctl)
	}`},
	{file: "runtime/proc.go", in: "func Gosched(", how: top, text: `
	if ctlControlled() {
		ctlPoint(ctlKindYield, nil)
		return
	}`},
	{file: "runtime/proc.go", in: "func exitsyscall() {", anchor: "Gosched()", how: replace,
		text: "mcall(gosched_m)"}, // the collector's wish, not the goroutine's: it keeps the baton
	{file: "runtime/coro.go", in: "func coroswitch_m(", anchor: "c := gp.coroarg", how: after, text: `
	ctl := ctlOf(gp)
	if ctl != nil && gp.coroexit {
		ctlExit(gp)
	}`},
	{file: "runtime/coro.go", in: "func coroswitch_m(", anchor: "setGNoWB(&mp.curg, gnext)", how: before, text: `
	if ctl != nil {
		ctl.cur.set(gnext)
	}`},
	{file: "runtime/mgc.go", in: "func GC() {", how: top, text: stepOut}, // its loops of Gosched wait for what is outside of the region
	{file: "runtime/sigqueue.go", in: "func signal_enable(", how: top, text: stepOut},
	{file: "runtime/sigqueue.go", in: "func signal_disable(", how: top, text: stepOut},
	{file: "runtime/sigqueue.go", in: "func signal_ignore(", how: top, text: stepOut},

	// Scheduling points of the runtime.
	{file: "runtime/chan.go", in: "func chansend(", how: top, text: `
	ctlPoint(ctlKindSend, unsafe.Pointer(c))`},
	{file: "runtime/chan.go", in: "func chanrecv(", how: top, text: `
	ctlPoint(ctlKindRecv, unsafe.Pointer(c))`},
	{file: "runtime/chan.go", in: "func closechan(", how: top, text: `
	ctlPoint(ctlKindClose, unsafe.Pointer(c))`},
	{file: "runtime/select.go", in: "func selectgo(", how: top, text: `
	ctlPoint(ctlKindSelect, nil)`},
	{file: "runtime/select.go", in: "func selectgo(", anchor: "j := cheaprandn(uint32(norder + 1))", how: after, text: `
		if ctlControlled() {
			j = uint32(norder)
		}`},
	{file: "runtime/select.go", in: "func selectgo(", anchor: "pollorder = pollorder[:norder]", how: after, text: `
	ctlSelect(scases, nsends, pollorder)`},
	{file: "runtime/time.go", in: "func timeSleep(", how: top, text: `
	ctlPoint(ctlKindSleep, nil)
	ctlGuardSleep(ns)`},

	// What a program sees of its goroutines: see ctl_list.go.
	{file: "runtime/mprof.go", in: "func Stack(", anchor: "g0.m.traceback = 1", how: after, text: `
			ctlListing(gp, true)`},
	{file: "runtime/mprof.go", in: "func Stack(", anchor: "g0.m.traceback = 0", how: before, text: `
			ctlListing(gp, false)`},
	{file: "runtime/mprof.go", in: "func Stack(", anchor: "tracebackothers(gp)", how: replace, text: "ctlTracebackOthers(gp, pc, sp)"},
	{file: "runtime/traceback.go", in: "func goroutineheader(", anchor: "if bubble := gp.bubble; bubble != nil &&", how: replace,
		text: "if bubble := ctlShownBubble(gp); bubble != nil &&"},
	{file: "runtime/traceback.go", in: "func goroutineheader(", anchor: "if bubble := gp.bubble; bubble != nil {", how: replace,
		text: "if bubble := ctlShownBubble(gp); bubble != nil {"},
	{file: "runtime/traceback.go", in: "func goroutineheader(", anchor: `print("goroutine ", gp.goid)`, how: replace,
		text: `print("goroutine ", ctlShownID(gp))`},
	{file: "runtime/traceback.go", in: "func printcreatedby(", anchor: "gp.parentGoid", how: replace, text: "ctlShownParent(gp)"},
	{file: "runtime/debug.go", in: "func NumGoroutine(", how: top, text: `
	if r := ctlOf(getg()); r != nil {
		return r.shown()
	}`},
	{file: "runtime/mprof.go", in: "func goroutineProfileWithLabels(", how: top, text: `
	if ctlOf(getg()) != nil {
		return ctlProfile(p, labels)
	}`},
	{file: "runtime/chan.go", in: "type hchan struct {", anchor: "sendq    waitq", how: after, text: `
	ctlMade  uintptr // where it was made`},
	{file: "runtime/chan.go", in: "func makechan(", anchor: "c.elemsize = uint16(elem.Size_)", how: after, text: `
	c.ctlMade = sys.GetCallerPC()`},

	// Values that differ from run to run.
	{file: "runtime/rand.go", in: "func rand() uint64 {", how: top, text: `
	if x, ok := ctlRand(); ok {
		return x
	}`},
	{file: "runtime/rand.go", in: "func randinit(", anchor: "globalRand.state.Init(*seed)", how: before, text: `
	for i := range seed {
		seed[i] = byte(i) // one process hashes maps as the next
	}`},
	{file: "runtime/time.go", in: "func (t *timer) maybeAdd(", anchor: "t.rand = cheaprand()", how: after, text: `
			if x, ok := ctlRand(); ok {
				t.rand = uint32(x)
			}`},
	{file: "runtime/time.go", in: "func (ts *timers) cleanHead(", anchor: "if gp.preemptStop {", how: replace,
		text: "if gp.preemptStop && ctlOf(gp) == nil {"}, // when the collector comes decides nothing
	{file: "runtime/proc.go", in: "func internal_sync_runtime_canSpin(", how: top, text: `
	if ctlControlled() {
		return false
	}`},
	{file: "runtime/sema.go", in: "func internal_sync_nanotime(", how: top, text: `
	if r := ctlOf(getg()); r != nil {
		return r.bubble.now
	}`},
	{file: "runtime/sema.go", in: "func poll_runtime_Semacquire(", anchor: "waitReasonSemacquire", how: replace,
		text: "waitReasonSyncMutexLock"}, // waitReasonSemacquire is left to the runtime's own waits
	{file: "runtime/sema.go", in: "func sync_runtime_Semacquire(", anchor: "waitReasonSemacquire", how: replace,
		text: "waitReasonSyncMutexLock"},
	{file: "crypto/internal/sysrand/rand.go", in: "func Read(", how: top, text: `
	if runtime_ctlRead(b) {
		return
	}`},
	{file: "sync/pool.go", in: "func (p *Pool) Put(", how: top, op: true, text: `
	if runtime_ctlControlled() {
		runtime_ctlPoint(ctlKindPoolPut, unsafe.Pointer(p))
		return // what a pool holds depends on Ps and on collections
	}`},
	{file: "sync/pool.go", in: "func (p *Pool) Get(", how: top, op: true, text: `
	if runtime_ctlControlled() {
		runtime_ctlPoint(ctlKindPoolGet, unsafe.Pointer(p))
		if p.New == nil {
			return nil
		}
		return p.New()
	}`},

	// Accesses of maps, for the race detector. Those of other memory are in memory.go.
	{file: "runtime/race.go", in: "func race_ReadPC(", how: top, text: `
	if ctlMemory != 0 {
		ctlPointMemory(ctlKindMemoryRead, uintptr(addr), callerpc)
	}`},
	{file: "runtime/race.go", in: "func race_WritePC(", how: top, text: `
	if ctlMemory != 0 {
		ctlPointMemory(ctlKindMemoryWrite, uintptr(addr), callerpc)
	}`},

	// Reports of the race detector that an explorer has judged.
	{file: "runtime/race.go", in: "func race_Errors(", anchor: "return RaceErrors()", how: replace,
		text: "return RaceErrors() - ctlRacesJudged"},
	{file: "runtime/race.go", in: "func racefini(", how: top, text: `
	if ctlNoRaceLeft() {
		return
	}`},

	// Ends.
	{file: "runtime/panic.go", in: "func gopanic(", anchor: "preprintpanics(&p)", how: before, text: `
	ctlPanic(e)`},
	{file: "runtime/panic.go", in: "func fatal(s string) {", how: top, text: `
	ctlFatalError(s)`},

	// Timers that call a function. A new one has no identity yet.
	{file: "runtime/time.go", in: "func newTimer(", how: top, text: `
	if c == nil {
		ctlPoint(ctlKindTimerStart, nil)
	}`},
	{file: "runtime/time.go", in: "func stopTimer(", how: top, text: `
	ctlPoint(ctlKindTimerStop, unsafe.Pointer(t))`},
	{file: "runtime/time.go", in: "func resetTimer(", how: top, text: `
	ctlPoint(ctlKindTimerReset, unsafe.Pointer(t))
	if t.isFake {
		ctlGuard(when)
	}`},
}

// stepOut takes the calling goroutine out of its region for a function: it waits there for goroutines of the runtime. It
// keeps the baton meanwhile.
const stepOut = `
	if gp := getg(); ctlOf(gp) != nil {
		b := gp.bubble
		gp.bubble = nil
		defer func() { gp.bubble = b }()
	}`
