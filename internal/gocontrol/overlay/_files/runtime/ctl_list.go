package runtime

import (
	"internal/profilerecord"
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// What a program sees of its goroutines: with Stack of all, NumGoroutine and the profile of goroutines one of a region sees
// those of its region, as it would if it were alone in its process. They have the numbers of their region there, which are the
// same in every execution of a schedule; ctlFirstID keeps them apart from those of goroutines outside, which a
// program may have listed before. They are in no bubble that they know of.

// ctlFirstID is the number of the first goroutine of a region.
const ctlFirstID = 1_000_000_000

// ctlListing is called when Stack begins and ends, on the system stack.
func ctlListing(gp *g, on bool) {
	if r := ctlOf(gp); r != nil {
		r.listing = on
	}
}

func ctlIsListed(gp *g) bool {
	r := ctlOf(gp)
	return r != nil && r.listing
}

func ctlShownID(gp *g) uint64 {
	if ctlIsListed(gp) {
		return ctlFirstID + uint64(gp.ctlID)
	}
	return gp.goid
}

// ctlShownParent is the number of the creator: 0, which is not shown, for a timer.
func ctlShownParent(gp *g) uint64 {
	switch {
	case !ctlIsListed(gp):
		return gp.parentGoid
	case gp.ctlCreator < 0:
		return 0
	}
	return ctlFirstID + uint64(gp.ctlCreator)
}

// ctlShownBubble is the bubble of synctest that a goroutine is in.
func ctlShownBubble(gp *g) *synctestBubble {
	if b := gp.bubble; b == nil || !b.ctlOnly || !b.ctl.listing {
		return b
	}
	return nil
}

// ctlShown reports whether a goroutine is one of the program's: of the host's only those that run its code.
func ctlShown(gp *g) bool { return !gp.ctlService || !gp.ctlMasked }

// ctlShownTo is ctlShown for the list that the current goroutine of the M makes.
func ctlShownTo(gp *g) bool { return ctlOf(gp) == ctlOf(getg().m.curg) && ctlShown(gp) }

// ctlTracebackOthers is tracebackothers, called by Stack on the system stack, which has been called at pc.
func ctlTracebackOthers(gp *g, pc, sp uintptr) {
	r := ctlOf(gp)
	if r == nil {
		tracebackothers(gp)
		return
	}
	if ctlAskedBy(gp, pc, sp, "go.uber.org/goleak") {
		r.looked = r.nextID
	}
	tracebacksomeothers(gp, ctlShownTo)
}

// ctlAskedBy reports whether one of the innermost callers is of a package whose path begins so, in a vendor folder or not.
func ctlAskedBy(gp *g, pc, sp uintptr, path string) bool {
	var u unwinder
	n := 0
	for u.initAt(pc, sp, 0, gp, unwindSilentErrors); u.valid() && n < 4; u.next() {
		n++
		in, f := newInlineUnwinder(u.frame.fn, u.symPC())
		for ; f.valid(); f = in.next(f) {
			name := in.srcFunc(f).name()
			if i := stringslite.Index(name, path); i == 0 || i > 0 && name[i-1] == '/' {
				return true
			}
		}
	}
	return false
}

// shown counts what a list of all goroutines shows.
func (r *ctlRegion) shown() int {
	n := 0
	lock(&r.mu)
	for i := int32(0); i < r.nall; i++ {
		if ctlShown(r.all[i].ptr()) {
			n++
		}
	}
	unlock(&r.mu)
	return n
}

// ctlProfile is goroutineProfileWithLabels for a goroutine of a region.
func ctlProfile(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	me := getg()
	r := ctlOf(me)
	if n = max(r.shown(), 1); n > len(p) {
		return n, false
	}
	pcs := makeProfStack()
	stw := stopTheWorld(stwGoroutineProfile)
	pc, sp := sys.GetCallerPC(), sys.GetCallerSP()
	systemstack(func() { saveg(pc, sp, me, &p[0], pcs) })
	if len(labels) == len(p) {
		labels[0] = me.labels
	}
	at := 1
	for i := int32(0); i < r.nall && at < n; i++ {
		gp := r.all[i].ptr()
		if gp == me || !ctlShown(gp) {
			continue
		}
		systemstack(func() { saveg(^uintptr(0), ^uintptr(0), gp, &p[at], pcs) })
		if len(labels) == len(p) {
			labels[at] = gp.labels
		}
		at++
	}
	startTheWorld(stw)
	return at, true
}

// ctlWaitsFor describes what a parked goroutine, whose stack is held still, waits for.
func ctlWaitsFor(gp *g, b *ctlBlocked) {
	switch gp.waitreason {
	case waitReasonSleep:
		b.timed = true
	case waitReasonChanReceive, waitReasonChanSend, waitReasonSynctestChanReceive, waitReasonSynctestChanSend,
		waitReasonSelect, waitReasonSynctestSelect:
		for sg := gp.waiting; sg != nil; sg = sg.waitlink {
			c := ctlSudogChan(sg)
			if c == nil {
				return
			}
			b.timed = b.timed || c.timer != nil
			if sg == gp.waiting && sg.waitlink == nil {
				b.made = c.ctlMade
			}
		}
	}
}
