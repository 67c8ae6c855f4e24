package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// What the goroutines of an execution hold when they end. A lock, or the count of a WaitGroup, may be in memory that
// outlives the execution, and nobody else is left who could release it. So each goroutine keeps a list of the locks that
// it has got and not released; what dead goroutines leave in theirs is told to the host, who releases it.

// Beside the kind of a point of package sync. Keep in sync with the file added to that package.
const (
	ctlOfRW       = 256 // the lock is an RWMutex
	ctlBigDelta   = 512 // of a WaitGroup's Add: it does not fit
	ctlDeltaShift = 16  // above it, a WaitGroup's delta as int16
)

// How a lock was left. Keep in sync with package gocontrol.
const (
	ctlLeftWrite = iota
	ctlLeftRead
	ctlLeftWait     // the goroutine was ended while it waited for it: for the Mutex,
	ctlLeftPending  // as the writer that comes next,
	ctlLeftWaitRead // or as a reader
	ctlLeftGroup
)

type ctlHold struct {
	obj unsafe.Pointer // keeps the lock
	how uint8
	rw  bool
}

// ctlHolds is what a goroutine holds.
type ctlHolds struct {
	list []ctlHold
	at   unsafe.Pointer // the lock that its last operation of package sync gets, nil if that gets none
	id   int32
	next *ctlHolds // of another goroutine, when both have exited
}

// ctlGroup is a WaitGroup in a package variable. Balance is what goroutines of the region have added to it.
type ctlGroup struct {
	obj     unsafe.Pointer
	balance int32
	strange bool
}

// ctlLeft is a lock or a WaitGroup as the host learns of it. Layout shared with package gocontrol.
type ctlLeft struct {
	obj    unsafe.Pointer
	id     int32 // the goroutine
	how    uint8
	rw     bool
	global bool // it is part of a package variable
}

// ctlLeftOver is what the last region has left; owned by who set ctlRunning.
var ctlLeftOver []ctlLeft

func ctlLeftBehind() []ctlLeft { return ctlLeftOver }

// ctlPointSync is the point of an operation of package sync, and keeps account of it. Its caller is not the operation: see
// ctlCaller.
//
//go:noinline
func ctlPointSync(gp *g, kind uint32, obj unsafe.Pointer) {
	r := gp.bubble.ctl
	if gp != r.cur.ptr() || gp != gp.m.curg {
		return
	}
	who := ctlCaller(gp, ctlInOperation)
	if who == ctlByOperation {
		return
	}
	if who == ctlByUser || r.inner {
		ctlPointSlow(gp, kind&0xff, obj)
	}
	if !gp.ctlMasked {
		ctlAccount(gp, r, kind, obj)
	}
}

// ctlAccount is called when gp is about to do an operation.
func ctlAccount(gp *g, r *ctlRegion, kind uint32, obj unsafe.Pointer) {
	h := gp.ctlHolds
	if h != nil {
		h.at = nil
	}
	switch kind & 0xff {
	case ctlKindLock:
		ctlHolding(gp, ctlHold{obj, ctlLeftWrite, kind&ctlOfRW != 0}, true)
	case ctlKindRLock:
		ctlHolding(gp, ctlHold{obj, ctlLeftRead, true}, true)
	case ctlKindTryLock:
		if ctlLockFree(obj, kind&ctlOfRW != 0) {
			ctlHolding(gp, ctlHold{obj, ctlLeftWrite, kind&ctlOfRW != 0}, false)
		}
	case ctlKindTryRLock:
		if int32(atomic.Load(ctlReaders(obj))) >= 0 {
			ctlHolding(gp, ctlHold{obj, ctlLeftRead, true}, false)
		}
	case ctlKindUnlock:
		ctlRelease(gp, r, obj, ctlLeftWrite)
	case ctlKindRUnlock:
		ctlRelease(gp, r, obj, ctlLeftRead)
	case ctlKindCondWait:
		if h != nil {
			h.at = *(*unsafe.Pointer)(add(obj, unsafe.Sizeof(uintptr(0)))) // c.L, if it is a pointer to a lock
		}
	case ctlKindWaitGroupAdd:
		if ctlGlobal(uintptr(obj)) {
			r.adds(obj, kind)
		}
	}
}

// ctlHolding adds to what gp holds. Locks on stacks are nobody else's business, and move.
func ctlHolding(gp *g, hold ctlHold, waits bool) {
	if hold.obj = ctlShared(uintptr(hold.obj)); hold.obj == nil {
		return
	}
	h := gp.ctlHolds
	if h == nil {
		h = new(ctlHolds)
		gp.ctlHolds = h
	}
	h.list = append(h.list, hold)
	if waits {
		h.at = hold.obj
	}
}

// ctlRelease takes out what gp holds, or, if that does not, some other goroutine.
func ctlRelease(gp *g, r *ctlRegion, obj unsafe.Pointer, how uint8) {
	if gp.ctlHolds.drop(obj, how) {
		return
	}
	for i := int32(0); i < r.nall; i++ {
		if r.all[i].ptr().ctlHolds.drop(obj, how) {
			return
		}
	}
	for h := r.left; h != nil; h = h.next {
		if h.drop(obj, how) {
			return
		}
	}
}

// find returns the latest hold of a lock, -1 if there is none.
func (h *ctlHolds) find(obj unsafe.Pointer, how uint8) int {
	if h == nil {
		return -1
	}
	for i := len(h.list) - 1; i >= 0; i-- {
		if h.list[i].obj == obj && h.list[i].how == how {
			return i
		}
	}
	return -1
}

func (h *ctlHolds) drop(obj unsafe.Pointer, how uint8) bool {
	i := h.find(obj, how)
	if i < 0 {
		return false
	}
	n := len(h.list) - 1
	copy(h.list[i:], h.list[i+1:])
	h.list[n] = ctlHold{}
	h.list = h.list[:n]
	return true
}

// ctlCutShort is called when gp ends where it was parked: it has not got what it was waiting for, and within Wait of a Cond
// it does not hold the lock.
func ctlCutShort(gp *g) {
	h := gp.ctlHolds
	if h == nil || h.at == nil {
		return
	}
	at := h.at
	h.at = nil
	i := max(h.find(at, ctlLeftWrite), h.find(at, ctlLeftRead))
	if i < 0 {
		return
	}
	switch gp.waitreason {
	case waitReasonSyncCondWait:
		h.drop(at, h.list[i].how)
	case waitReasonSyncMutexLock:
		h.list[i].how = ctlLeftWait
	case waitReasonSyncRWMutexLock:
		h.list[i].how = ctlLeftPending
	case waitReasonSyncRWMutexRLock:
		h.list[i].how = ctlLeftWaitRead
	}
}

// ctlLockFree reports whether TryLock will get a Mutex or RWMutex. The baton makes the look ahead sound.
func ctlLockFree(obj unsafe.Pointer, rw bool) bool {
	const locked, starving = 1, 4 // of package internal/sync
	return atomic.Load((*uint32)(obj))&(locked|starving) == 0 && (!rw || atomic.Load(ctlReaders(obj)) == 0)
}

// ctlReaders is the number of readers of an RWMutex.
func ctlReaders(obj unsafe.Pointer) *uint32 { return (*uint32)(add(obj, 16)) }

// ctlGlobal reports whether an address is in a package variable.
func ctlGlobal(p uintptr) bool {
	for md := &firstmoduledata; md != nil; md = md.next {
		if md.noptrdata <= p && p < md.enoptrdata || md.data <= p && p < md.edata ||
			md.bss <= p && p < md.ebss || md.noptrbss <= p && p < md.enoptrbss {
			return true
		}
	}
	return false
}

// adds keeps account of Add and Done of a WaitGroup in a package variable.
func (r *ctlRegion) adds(obj unsafe.Pointer, kind uint32) {
	i := 0
	for i < len(r.groups) && r.groups[i].obj != obj {
		i++
	}
	if i == len(r.groups) {
		r.groups = append(r.groups, ctlGroup{obj: obj})
	}
	r.groups[i].balance += int32(int16(kind >> ctlDeltaShift))
	r.groups[i].strange = r.groups[i].strange || kind&ctlBigDelta != 0
}

// leave keeps what an exiting goroutine still holds.
func (r *ctlRegion) leave(gp *g) {
	if h := gp.ctlHolds; h != nil && len(h.list) > 0 {
		h.id, h.at, h.next = gp.ctlID, nil, r.left
		r.left = h
		gp.ctlHolds = nil
	}
}

// tellLeft lists what is left when all goroutines have ended, on the root. WaitGroups are released here.
func (r *ctlRegion) tellLeft() {
	ctlLeftOver = nil
	for h := r.left; h != nil; h = h.next {
		for _, x := range h.list {
			ctlLeftOver = append(ctlLeftOver, ctlLeft{x.obj, h.id, x.how, x.rw, ctlGlobal(uintptr(x.obj))})
		}
	}
	r.left = nil
	for i := range r.groups {
		if g := &r.groups[i]; !g.strange && g.settle() {
			ctlLeftOver = append(ctlLeftOver, ctlLeft{obj: g.obj, how: ctlLeftGroup, global: true})
		}
	}
}

// settle makes a WaitGroup what it would be without the goroutines that have ended, if nobody else uses it. It reports whether
// it had to.
func (g *ctlGroup) settle() bool {
	state := (*uint64)(g.obj)
	sema := (*uint32)(add(g.obj, 8))
	was := atomic.Load64(state)
	if int32(was>>32) != g.balance || was == 0 && atomic.Load(sema) == 0 {
		return false
	}
	atomic.Store64(state, 0)
	atomic.Store(sema, 0)
	return true
}
