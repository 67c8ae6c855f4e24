package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// Calls of the operating system that last until somebody else in the execution has done something, such as the end of a
// process whose output another goroutine reads. A goroutine that made one would keep the baton and nothing would ever
// move: it lets a goroutine outside make it, and waits for that as for the network.

var ctlErrands chan func() // to the goroutine that starts the others; made when the first region opens

// ctlErrandRunner starts a goroutine for every call. It is outside of all regions, and so are they.
func ctlErrandRunner() {
	for f := range ctlErrands {
		go f()
	}
}

// os_ctlErrand gives f to a goroutine outside of the region and lets the caller wait with os_ctlAwait; f has to begin with
// os_ctlBegun and to end with os_ctlServed. It returns false, and does nothing, if the caller is not in a region.
//
//go:linkname os_ctlErrand os.runtime_ctlErrand
func os_ctlErrand(slot *uintptr, f func()) bool {
	gp := getg()
	if ctlOf(gp) == nil || ctlErrands == nil {
		return false
	}
	*slot = pdWait // as that of a descriptor of the network poller, so that ctlClaim can end the wait
	if raceenabled {
		racerelease(unsafe.Pointer(slot))
	}
	was := gp.ctlMasked
	gp.ctlMasked = true // the channel is no business of the schedule
	ctlErrands <- f
	gp.ctlMasked = was
	return true
}

//go:linkname os_ctlAwait os.runtime_ctlAwait
func os_ctlAwait(slot *uintptr) {
	gopark(netpollblockcommit, unsafe.Pointer(slot), waitReasonIOWait, traceBlockNet, 1)
	if raceenabled {
		raceacquire(unsafe.Pointer(slot))
	}
}

//go:linkname os_ctlBegun os.runtime_ctlBegun
func os_ctlBegun(slot *uintptr) {
	if raceenabled {
		raceacquire(unsafe.Pointer(slot))
	}
}

//go:linkname os_ctlServed os.runtime_ctlServed
func os_ctlServed(slot *uintptr) {
	if raceenabled {
		racerelease(unsafe.Pointer(slot))
	}
	if old := atomic.Xchguintptr(slot, pdNil); old > pdWait {
		netpollAdjustWaiters(-1)
		goready((*g)(unsafe.Pointer(old)), 1)
	}
}
