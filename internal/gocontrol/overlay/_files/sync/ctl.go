package sync

import "unsafe"

// Kinds of scheduling points, as in package runtime.
const (
	ctlKindLock          = 8
	ctlKindTryLock       = 9
	ctlKindUnlock        = 10
	ctlKindRLock         = 11
	ctlKindTryRLock      = 12
	ctlKindRUnlock       = 13
	ctlKindWaitGroupAdd  = 14
	ctlKindWaitGroupWait = 15
	ctlKindCondWait      = 16
	ctlKindCondSignal    = 17
	ctlKindCondBroadcast = 18
	ctlKindOnceDo        = 24
	ctlKindMapLoad       = 25
	ctlKindMapUpdate     = 26
	ctlKindPoolGet       = 27
	ctlKindPoolPut       = 28

	ctlOfRW     = 256 // beside a kind: the lock is an RWMutex
	ctlBigDelta = 512 // what a WaitGroup's Add adds does not fit
)

// ctlDelta is what Add of a WaitGroup adds, beside its kind.
func ctlDelta(delta int) uint32 {
	if int(int16(delta)) != delta {
		return ctlBigDelta
	}
	return uint32(uint16(delta)) << 16
}

//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(kind uint32, obj unsafe.Pointer)

//go:linkname runtime_ctlControlled
func runtime_ctlControlled() bool

//go:linkname runtime_ctlDoomed
func runtime_ctlDoomed() bool
