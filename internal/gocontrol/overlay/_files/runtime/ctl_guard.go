package runtime

import (
	"internal/stringslite"
	_ "unsafe" // for go:linkname
)

// Timers of an ordinary test that may not fire early. In a test, time.After(time.Second) means "it hangs"; in what is tested it
// is a timeout, which may come before the answer. So once the test, or anybody else but the package under test, has
// started a timer, none fires early until that one is due.

// ctlGuardHorizon is how far ahead a timer may be due to matter: one of minutes would keep all others from firing early.
const ctlGuardHorizon = 10e9

// testing_ctlGuards says which package is under test in the present execution; it is called at its beginning.
//
//go:linkname testing_ctlGuards testing.runtime_ctlGuards
func testing_ctlGuards(pkg string) {
	if r := ctlOf(getg()); r != nil {
		r.host.guards, r.host.tested = true, pkg
	}
}

// ctlGuard is called where a timer that is due at a time is started.
func ctlGuard(when int64) {
	r := ctlOf(getg())
	if r == nil || !r.host.guards || when <= r.host.guard || when-r.bubble.now > ctlGuardHorizon || ctlCalledByTested(r.host.tested) {
		return
	}
	r.host.guard = when
}

// ctlGuardSleep is ctlGuard of a sleep.
func ctlGuardSleep(ns int64) {
	if r := ctlOf(getg()); r != nil && ns > 0 {
		ctlGuard(r.bubble.now + ns)
	}
}

// guarded reports whether a timer that may not fire early is pending.
func (r *ctlRegion) guarded() bool { return r.bubble.now < r.host.guard }

// ctlCalledByTested reports whether the nearest caller outside of the standard library is the package, and not its tests.
func ctlCalledByTested(pkg string) bool {
	var pcs [32]uintptr
	for _, pc := range pcs[:callers(1, pcs[:])] {
		f := findfunc(pc)
		if !f.valid() {
			continue
		}
		u, uf := newInlineUnwinder(f, pc-1)
		for ; uf.valid(); uf = u.next(uf) {
			file, _ := u.fileLine(uf)
			if _, std := ctlDir(file); std {
				continue
			}
			sf := u.srcFunc(uf)
			name := sf.name()
			return len(name) > len(pkg) && name[len(pkg)] == '.' && stringslite.HasPrefix(name, pkg) &&
				!stringslite.HasSuffix(file, "_test.go")
		}
	}
	return false
}
