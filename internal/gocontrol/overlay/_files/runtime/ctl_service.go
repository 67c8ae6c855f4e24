package runtime

import "internal/stringslite"

// Goroutines that serve the whole process. The standard library starts some on first use; one that was part of the
// execution in which that happens would end with it, and be missed for ever. They begin outside of the region, and run when
// they want. The runtime's own (finalizers, cleanups) are outside by themselves.

// ctlServices are prefixes of the names of the functions that such goroutines run.
var ctlServices = [...]string{
	"os/signal.loop",        // delivers signals
	"os/signal.Notify.func", // the same, in a wrapper
}

// ctlServesProcess reports whether a function at entry point fn is one of those.
func ctlServesProcess(fn uintptr) bool {
	e := &ctlServiceCache[(fn>>4)%uintptr(len(ctlServiceCache))]
	if *e>>1 != fn {
		serves := uintptr(0)
		name := funcname(findfunc(fn))
		for _, prefix := range &ctlServices {
			if stringslite.HasPrefix(name, prefix) {
				serves = 1
			}
		}
		*e = fn<<1 | serves
	}
	return *e&1 != 0
}

// ctlServiceCache holds fn<<1 | answer. It belongs to who has the baton.
var ctlServiceCache [256]uintptr

// ctlStartedOutside is called by newproc1 for a goroutine that does not belong to its creator's region.
func ctlStartedOutside(creator *g) { creator.ctlApart = true }

// ctlPointGo is the point behind a go statement. There is none if the goroutine is not part of the region: it is started
// once per process, and the executions behind must not differ from the first.
func ctlPointGo(gp *g) {
	if gp.ctlApart {
		gp.ctlApart = false
		return
	}
	ctlPoint(ctlKindGo, nil)
}
