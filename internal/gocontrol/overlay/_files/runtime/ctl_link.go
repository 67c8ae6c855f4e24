package runtime

import "unsafe"

// What the packages above the runtime call.

//go:linkname sync_ctlPoint sync.runtime_ctlPoint
//go:nosplit
func sync_ctlPoint(kind uint32, obj unsafe.Pointer) { ctlPointIn(kind, obj) }

//go:linkname sync_ctlControlled sync.runtime_ctlControlled
//go:nosplit
func sync_ctlControlled() bool { return ctlControlled() }

//go:linkname context_ctlPoint context.runtime_ctlPoint
//go:nosplit
func context_ctlPoint(kind uint32, obj unsafe.Pointer) { ctlPointIn(kind, obj) }

//go:linkname atomic_ctlPoint sync/atomic.runtime_ctlPoint
//go:nosplit
func atomic_ctlPoint(kind uint32, obj unsafe.Pointer) { ctlPointAtomic(kind, obj, false) }

//go:linkname atomic_ctlFunction sync/atomic.runtime_ctlFunction
//go:nosplit
func atomic_ctlFunction(kind uint32, obj unsafe.Pointer) { ctlPointAtomic(kind, obj, true) }

//go:linkname sysrand_ctlRead crypto/internal/sysrand.runtime_ctlRead
func sysrand_ctlRead(b []byte) bool { return ctlRead(b) }
