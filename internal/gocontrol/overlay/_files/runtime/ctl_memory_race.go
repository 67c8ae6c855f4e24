//go:build race

package runtime

import (
	"internal/goarch"
	"internal/runtime/sys"
	"unsafe"
)

// Points at plain accesses of memory. While ctlMemory is set, the assembly of raceread and its like comes here. What it
// was called for has to be done here too: calling it again would show this file in the reports of the race detector.

// What the assembly behind racereadpc and so on adds to the program counter that it is given: the race detector wants the
// return address.
const (
	ctlReadOffset  = 1 - goarch.IsArm64
	ctlRangeOffset = 1 + 3*goarch.IsArm64
)

//go:nosplit
func ctl_raceread(addr uintptr) {
	pc := sys.GetCallerPC()
	ctlPointMemory(ctlKindMemoryRead, addr, pc)
	racereadpc(unsafe.Pointer(addr), 0, pc-ctlReadOffset)
}

//go:nosplit
func ctl_racewrite(addr uintptr) {
	pc := sys.GetCallerPC()
	ctlPointMemory(ctlKindMemoryWrite, addr, pc)
	racewritepc(unsafe.Pointer(addr), 0, pc-ctlReadOffset)
}

//go:nosplit
func ctl_racereadrange(addr, size uintptr) {
	pc := sys.GetCallerPC()
	ctlPointMemory(ctlKindMemoryRead, addr, pc)
	racereadrangepc1(addr, size, pc-ctlRangeOffset)
}

//go:nosplit
func ctl_racewriterange(addr, size uintptr) {
	pc := sys.GetCallerPC()
	ctlPointMemory(ctlKindMemoryWrite, addr, pc)
	racewriterangepc1(addr, size, pc-ctlRangeOffset)
}

// ctlPointMemory is the point of an access of addr whose code returns to pc. An address on the goroutine's own stack is
// nobody else's business, and does not outlive a growth of the stack.
//
//go:nosplit
func ctlPointMemory(kind uint32, addr, pc uintptr) {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit ||
		gp.stack.lo <= addr && addr < gp.stack.hi {
		return
	}
	ctlPointAccess(gp, kind, addr, pc)
}

func ctlPointAccess(gp *g, kind uint32, addr, pc uintptr) {
	r := gp.bubble.ctl
	if gp != r.cur.ptr() || gp != gp.m.curg || !r.memory {
		return
	}
	// No search for a caller: the library's own data is its own business.
	if who := ctlMeaning(pc, ctlInLibrary); who == ctlByUser || who == ctlByLibrary && r.inner {
		ctlPointSlow(gp, kind, unsafe.Pointer(addr))
	}
}
