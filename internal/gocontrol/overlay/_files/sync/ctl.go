package sync

import "unsafe"

// Kinds of scheduling points, as in package runtime.
const (
	ctlKindUnlock        = 10
	ctlKindRLock         = 11
	ctlKindTryRLock      = 12
	ctlKindRUnlock       = 13
	ctlKindWaitGroupAdd  = 14
	ctlKindWaitGroupWait = 15
	ctlKindCondWait      = 16
	ctlKindCondSignal    = 17
	ctlKindCondBroadcast = 18
)

//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(kind uint32, obj unsafe.Pointer)

//go:linkname runtime_ctlControlled
func runtime_ctlControlled() bool
