//go:build race

package runtime

import (
	"internal/goarch"
	"internal/stringslite"
	"unsafe"
)

// ctlRaceEnable undoes every RaceDisable of a goroutine that is ended between it and its RaceEnable, as in
// WaitGroup.Wait. Otherwise its deferred functions would seem to synchronize with nobody.
func ctlRaceEnable(gp *g) {
	if gp.raceignore > 0 {
		gp.raceignore = 1
		RaceEnable()
	}
}

//go:linkname __tsan_func_enter __tsan_func_enter
var __tsan_func_enter byte

//go:cgo_import_static __sanitizer_set_report_fd
//go:linkname __sanitizer_set_report_fd __sanitizer_set_report_fd
var __sanitizer_set_report_fd byte

// ctlRaceMark is set in the outermost return address of every goroutine of a region, as the race detector knows its stack.
// No code is there: a report shows it as it is. It tells the region and the goroutine, and makes the detector take equal
// stacks of two regions for different ones: it reports the same two stacks only once in a process. The lowest digit is
// room for what the detector subtracts to come from a return address to its call.
const ctlRaceMark = 1<<56 | 8

// ctlRaceStart is called for a new goroutine of a region when the race detector knows it.
func ctlRaceStart(gp *g) {
	mark := uintptr(ctlRaceMark) | uintptr(gp.bubble.ctl.bubble.id&(1<<30-1))<<24 | uintptr(gp.ctlID&(1<<20-1))<<4
	for range 2 { // reports leave out the outermost one, which is the runtime's as a rule
		racecall(&__tsan_func_enter, gp.racectx, mark, 0, 0)
	}
}

//go:linkname __tsan_func_exit __tsan_func_exit
var __tsan_func_exit byte

// atomic_ctlRaceEnter tells the race detector who called a function of sync/atomic, which otherwise knows who called the caller:
// the package is compiled without telling of its functions, and the overlay's are between those of the program and the
// detector's.
//
//go:linkname atomic_ctlRaceEnter sync/atomic.runtime_ctlRaceEnter
//go:nosplit
func atomic_ctlRaceEnter() bool {
	gp := getg()
	if b := gp.bubble; b == nil || b.ctl == nil || gp.m.locks != 0 || gp.throwsplit || gp != gp.m.curg {
		return false
	}
	fp := getfp()
	if fp == 0 {
		return false
	}
	var pc uintptr
	systemstack(func() { pc = ctlCallerOfAtomic(gp, fp) })
	if pc == 0 {
		return false
	}
	racecall(&__tsan_func_enter, gp.racectx, pc, 0, 0)
	return true
}

//go:linkname atomic_ctlRaceExit sync/atomic.runtime_ctlRaceExit
//go:nosplit
func atomic_ctlRaceExit() { racecall(&__tsan_func_exit, getg().racectx, 0, 0, 0) }

// ctlCallerOfAtomic is the innermost return address, from frame fp of gp on, that is not in sync/atomic; 0 if there is none.
func ctlCallerOfAtomic(gp *g, fp uintptr) uintptr {
	for gp.stack.lo <= fp && fp < gp.stack.hi {
		pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		f := findfunc(pc)
		if !f.valid() {
			return 0
		}
		if !stringslite.HasPrefix(funcname(f), "sync/atomic.") {
			return pc
		}
		next := *(*uintptr)(unsafe.Pointer(fp))
		if next <= fp {
			return 0
		}
		fp = next
	}
	return 0
}

// ctlRaces counts the reports of the race detector in this process.
func ctlRaces() int { return RaceErrors() }

// ctlRacesTo makes the race detector write its reports to a file.
func ctlRacesTo(fd uintptr) {
	racecall(&__sanitizer_set_report_fd, fd, 0, 0, 0)
}

// ctlRacesJudged counts the reports that an explorer has made failures of executions. Package testing and the end of the
// process have no more to do with them.
var ctlRacesJudged int

func ctlJudgeRaces(n int) { ctlRacesJudged += n }

// ctlNoRaceLeft reports whether there have been races, and all of them were judged.
func ctlNoRaceLeft() bool { return ctlRacesJudged > 0 && ctlRacesJudged == RaceErrors() }
