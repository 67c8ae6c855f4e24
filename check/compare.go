package check

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/strategy"
)

// verifyEvery is how seldom an execution that began in a saved state is compared with the same one run from its start. The
// first ones are compared more often: the first, the third, the seventh and so on.
const verifyEvery = 1000

// compare looks from time to time whether going back to saved states leads where the choices lead. If not, the run is done
// again without.
func (x *explorer) compare(w *worker, o *engine.Outcome) {
	if w.unverified += o.Rewound; o.Rewound == 0 || w.unverified < w.verify {
		return
	}
	w.unverified, w.verify = 0, min(2*w.verify, verifyEvery)
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
	r := x.report
	for _, w := range x.workers {
		err := w.eng.Unsaved()
		switch {
		case err == nil || !w.back || 2*r.Rewound > r.Executions:
		case r.Rewound == 0:
			r.note("executions were run from the start, as states could not be saved: " + err.Error())
			return
		default:
			r.note(fmt.Sprintf("only %s began in a saved state, as others could not be saved: %v", prose.Plural(r.Rewound, "execution"), err))
			return
		}
	}
}
