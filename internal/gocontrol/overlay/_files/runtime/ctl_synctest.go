package runtime

// A bubble of package testing/synctest may be made inside of a region. Its goroutines belong to the region as all others
// do, and who runs is the region's decision. The bubble has its own clock, and keeps account of its goroutines: when all
// of them are durably blocked, it makes who called Run, or Wait, runnable.

// ctlLeaveBubble is called before gp is ended. A bubble that gp was to be woken by goes without account from then on: it
// must not wake a goroutine that is runnable already. The other goroutines of the bubble cannot tell.
func ctlLeaveBubble(gp *g) {
	b := gp.bubble
	if b.ctlOnly || b.root != gp && b.waiter != gp {
		return
	}
	lock(&b.mu)
	b.ctlOnly = true
	b.active++ // one that calls Wait finds it so
	unlock(&b.mu)
}
