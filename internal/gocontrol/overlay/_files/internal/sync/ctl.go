package sync

import "unsafe"

// Kinds of scheduling points, as in package runtime.
const (
	ctlKindLock    = 8
	ctlKindTryLock = 9
	ctlKindUnlock  = 10
)

//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(kind uint32, obj unsafe.Pointer)
