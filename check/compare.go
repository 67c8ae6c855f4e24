package check

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// An execution that began in a saved state is compared with the same one run from its start: the first one of a run, and
// one in verifyEvery.
const (
	verifyFirst = 1
	verifyEvery = 1000
)

// compare looks from time to time whether going back to saved states leads where the choices lead. If not, the run is done
// again without.
func (x *explorer) compare(w *worker, o *engine.Outcome) {
	ran := uint64(o.Before.N) + 1
	if w.verify > ran {
		w.verify -= ran
		return
	}
	if o.Before.N == 0 && w.verify == verifyFirst {
		return // it began at the start itself
	}
	w.verify = verifyEvery
	if w.referee == nil {
		w.referee = newWorker(x.cfg, x.body, x.outer)
	}
	r := w.referee
	r.use(newRaw(o.Choices))
	again, _ := r.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{fingerprint: true, until: o.Steps})
	if again.Steps == o.Steps && again.State == o.State && again.Err == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.distrusted.Swap(true) {
		return
	}
	why := fmt.Sprintf("there it had %d steps, here %d", again.Steps, o.Steps)
	if d := w.eng.Differing(r.eng); len(d) > 0 {
		why = "they differ in " + strings.Join(d, ", ")
	}
	x.report.note("an execution that began in a saved state ended in another state than the same one run from its start: " + why +
		". What machines refer to was changed by something else. All executions were run from the start instead")
	x.lower(0)
}

// unsaved tells why states were not saved.
func (x *explorer) unsaved() {
	for _, w := range x.workers {
		if err := w.eng.Unsaved(); err != nil && w.back {
			x.report.note("executions were run from the start, as states could not be saved: " + err.Error())
			return
		}
	}
}
