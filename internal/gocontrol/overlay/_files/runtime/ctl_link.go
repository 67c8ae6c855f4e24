package runtime

import "unsafe"

// What the packages above the runtime call. A point of an operation there begins here, so that its caller is the operation;
// otherwise as ctlPoint. It is nosplit because the child of a fork, which must not grow its stack, reaches it.

//go:linkname sync_ctlPoint sync.runtime_ctlPoint
//go:nosplit
func sync_ctlPoint(kind uint32, obj unsafe.Pointer) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit {
		return
	}
	ctlPointSync(gp, kind, obj)
}

//go:linkname context_ctlPoint context.runtime_ctlPoint
//go:nosplit
func context_ctlPoint(kind uint32, obj unsafe.Pointer) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit {
		return
	}
	ctlPointCalled(gp, kind, obj, ctlInOperation)
}

// atomic_ctlPoint is the point of a method of a type of sync/atomic.
//
//go:linkname atomic_ctlPoint sync/atomic.runtime_ctlPoint
//go:nosplit
func atomic_ctlPoint(kind uint32, obj unsafe.Pointer) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || !b.ctl.atomics || gp.m.locks != 0 || gp.throwsplit {
		return
	}
	ctlPointCalled(gp, kind, obj, ctlInOperation)
}

// atomic_ctlFunction is the point of a function of sync/atomic. A counter of code coverage is not the program's.
//
//go:linkname atomic_ctlFunction sync/atomic.runtime_ctlFunction
//go:nosplit
func atomic_ctlFunction(kind uint32, obj unsafe.Pointer) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || !b.ctl.atomics || gp.m.locks != 0 || gp.throwsplit {
		return
	}
	if p := uintptr(obj); firstmoduledata.covctrs <= p && p < firstmoduledata.ecovctrs {
		return
	}
	ctlPointFunction(gp, kind, obj)
}

// sync_ctlDoomed reports whether the calling goroutine is being ended, and only runs its deferred functions.
//
//go:linkname sync_ctlDoomed sync.runtime_ctlDoomed
//go:nosplit
func sync_ctlDoomed() bool {
	gp := getg()
	return ctlOf(gp) != nil && gp.ctlDoom == ctlDoomGoing
}

//go:linkname sync_ctlControlled sync.runtime_ctlControlled
//go:nosplit
func sync_ctlControlled() bool { return ctlControlled() }

var ctlQuiet bool // an ordinary test is explored

//go:linkname testing_ctlQuiet testing.runtime_ctlQuiet
func testing_ctlQuiet(on bool) { ctlQuiet = on }

//go:linkname testing_ctlMask testing.runtime_ctlMask
func testing_ctlMask(off bool) bool { return ctlMask(off) }

//go:linkname rand_ctlSerial math/rand.runtime_ctlSerial
func rand_ctlSerial() uint64 {
	if r := ctlOf(getg()); r != nil {
		return r.bubble.id
	}
	return 0
}

//go:linkname testing_ctlControlled testing.runtime_ctlControlled
func testing_ctlControlled() bool { return ctlControlled() }

//go:linkname sysrand_ctlRead crypto/internal/sysrand.runtime_ctlRead
func sysrand_ctlRead(b []byte) bool { return ctlRead(b) }
