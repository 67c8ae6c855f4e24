package runtime

import "unsafe"

// What the packages above the runtime call.

//go:linkname sync_ctlPoint sync.runtime_ctlPoint
//go:nosplit
func sync_ctlPoint(kind uint32, obj unsafe.Pointer) { ctlPoint(kind, obj) }

//go:linkname internal_sync_ctlPoint internal/sync.runtime_ctlPoint
//go:nosplit
func internal_sync_ctlPoint(kind uint32, obj unsafe.Pointer) { ctlPoint(kind, obj) }

//go:linkname sync_ctlControlled sync.runtime_ctlControlled
//go:nosplit
func sync_ctlControlled() bool { return ctlControlled() }

//go:linkname atomic_ctlPoint sync/atomic.runtime_ctlPoint
//go:nosplit
func atomic_ctlPoint(obj unsafe.Pointer) { ctlPointAtomic(obj) }

//go:linkname sysrand_ctlRead crypto/internal/sysrand.runtime_ctlRead
func sysrand_ctlRead(b []byte) bool { return ctlRead(b) }
