package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// Who called an operation. A point counts if the program itself does the operation: if the standard library does it, it
// is part of the step of whoever called the library, as is an operation of package sync that another one is made of.
// Only the stack can tell. It is read by its frame pointers, and a table remembers what every return address means, so
// the answer takes a few nanoseconds.

// How far the search for the caller has got, and its results.
const (
	ctlInOperation = iota // frames of the operation come first
	ctlInLibrary          // frames that pass their caller's operation on
	ctlByUser             // the program called the operation
	ctlByLibrary          // the standard library did
	ctlByOperation        // an operation of package sync or sync/atomic did
)

// ctlCallers holds pc<<4 | state<<3 | result, at an index by pc and state. Its entries are overwritten when they collide.
// It belongs to who has the baton.
var ctlCallers [4096]uint64

// ctlCaller says who called the operation whose point the current goroutine is at: one of the last three. It starts in
// state ctlInOperation if the operation is not the runtime's, else in ctlInLibrary.
//
// It must not move the stack that it walks: it and what it calls are nosplit, or run on another stack. It counts on the
// frames of its caller and of that one's caller, which are the runtime's.
//
//go:nosplit
//go:noinline
func ctlCaller(gp *g, state uint64) uint64 {
	fp := getfp()
	if fp == 0 {
		return ctlCallerUnwound(gp, state)
	}
	fp = *(*uintptr)(unsafe.Pointer(*(*uintptr)(unsafe.Pointer(fp))))
	// The frame pointers of C code below a callback are anything.
	for gp.stack.lo <= fp && fp < gp.stack.hi {
		pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		state = ctlMeaning(pc, state)
		if state >= ctlByUser {
			return state
		}
		next := *(*uintptr)(unsafe.Pointer(fp))
		if next <= fp {
			break
		}
		fp = next
	}
	return ctlByUser // nobody but the libraries of concurrency: the last call in a goroutine of WaitGroup.Go
}

// ctlCallerUnwound is ctlCaller without frame pointers.
//
//go:nosplit
func ctlCallerUnwound(gp *g, state uint64) uint64 {
	pc, sp := sys.GetCallerPC(), sys.GetCallerSP()
	systemstack(func() { state = ctlUnwindCaller(gp, pc, sp, state) })
	return state
}

func ctlUnwindCaller(gp *g, pc, sp uintptr, state uint64) uint64 {
	var u unwinder
	for u.initAt(pc, sp, 0, gp, unwindSilentErrors); u.valid(); u.next() {
		if state = ctlMeaning(u.frame.pc, state); state >= ctlByUser {
			return state
		}
	}
	return ctlByUser
}

// ctlMeaning is the state after the frames, inlined ones too, that have a call at return address pc.
//
//go:nosplit
func ctlMeaning(pc uintptr, state uint64) uint64 {
	key := uint64(pc)<<1 | state
	e := &ctlCallers[(key^key>>11)%uint64(len(ctlCallers))]
	if *e>>3 != key {
		systemstack(func() { *e = key<<3 | ctlMeaningSlow(pc, state) })
	}
	return *e & 7
}

func ctlMeaningSlow(pc uintptr, state uint64) uint64 {
	f := findfunc(pc)
	if !f.valid() {
		return state
	}
	u, uf := newInlineUnwinder(f, pc-1)
	for ; uf.valid(); uf = u.next(uf) {
		sf := u.srcFunc(uf)
		if sf.funcID == abi.FuncIDWrapper {
			continue
		}
		file, _ := u.fileLine(uf)
		state = ctlFrame(sf.name(), file, state)
		if state >= ctlByUser {
			break
		}
	}
	return state
}

// ctlFrame is the state after one frame.
func ctlFrame(name, file string, state uint64) uint64 {
	dir, std := ctlDir(file)
	switch {
	case std && (dir == "runtime" || stringslite.HasPrefix(dir, "internal/runtime/")):
		return state
	case state == ctlInOperation:
		return ctlInLibrary
	case !std:
		return ctlByUser
	}
	switch dir {
	case "sync/atomic", "internal/sync":
		return ctlByOperation
	case "sync":
		for _, op := range &ctlOperations {
			if op == name {
				return ctlByOperation
			}
		}
		return state
	case "time", "reflect":
		return state
	}
	return ctlByLibrary
}

// ctlDir returns the directory of a file of the standard library, below its root. Names of functions would not do: a
// closure in a function of the library that is inlined has the name of who inlines it.
func ctlDir(file string) (dir string, std bool) {
	if !ctlRootKnown {
		ctlFindRoot()
	}
	if !stringslite.HasPrefix(file, ctlRoot) {
		return "", false
	}
	if stringslite.HasSuffix(file, "_test.go") || stringslite.HasSuffix(file, "/internal/gocontrol/selftest.go") {
		return "", false // tests of the library are programs
	}
	dir = file[len(ctlRoot):]
	end := len(dir) - 1
	for end >= 0 && dir[end] != '/' {
		end--
	}
	if end < 0 {
		return "", false
	}
	dir = dir[:end]
	// With -trimpath there is no root, and files of the program begin with the path of a module, with a dot or without.
	return dir, ctlRoot != "" || ctlStandardPackage(dir)
}

var (
	ctlRoot      string // of the standard library's files: "" with -trimpath
	ctlRootKnown bool
)

// ctlFindRoot finds the root in the position of a function of the runtime.
func ctlFindRoot() {
	f := findfunc(abi.FuncPCABIInternal(ctlFindRoot))
	file, _ := funcline(f, f.entry())
	const here = "runtime/"
	for i := len(file) - len(here); i >= 0; i-- {
		if stringslite.HasPrefix(file[i:], here) {
			ctlRoot = file[:i]
			break
		}
	}
	ctlRootKnown = true
}

func ctlStandardPackage(dir string) bool {
	if stringslite.HasPrefix(dir, "internal/ravel") {
		return true // added by the overlay
	}
	lo, hi := 0, len(ctlStandard)
	for lo < hi {
		if mid := (lo + hi) / 2; ctlStandard[mid] < dir {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(ctlStandard) && ctlStandard[lo] == dir
}

// ctlCreator is where the program starts a goroutine: pc, or, if package sync does it there (WaitGroup.Go), or package
// testing (T.Run), who called that. It is called by newproc.
func ctlCreator(gp *g, pc uintptr) uintptr {
	if !ctlOnBehalf(pc) {
		return pc
	}
	fp := getfp()
	if fp == 0 {
		return pc
	}
	for fp = *(*uintptr)(unsafe.Pointer(fp)); gp.stack.lo <= fp && fp < gp.stack.hi; { // from newproc on
		caller := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		if caller != pc && !ctlOnBehalf(caller) {
			if stringslite.HasPrefix(funcname(findfunc(caller)), "internal/ravel/") {
				return pc // the first goroutine of a test
			}
			return caller
		}
		next := *(*uintptr)(unsafe.Pointer(fp))
		if next <= fp {
			break
		}
		fp = next
	}
	return pc
}

// ctlOnBehalf reports whether the function at a return address starts goroutines on behalf of its caller, whatever is inlined
// in it.
func ctlOnBehalf(pc uintptr) bool {
	f := findfunc(pc)
	return f.valid() && (stringslite.HasPrefix(funcname(f), "sync.") || stringslite.HasPrefix(funcname(f), "testing."))
}
