package check

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
)

// Failures of controlled goroutines are found in a process that has run other executions before. What those have left
// behind, in package variables, may be the cause rather than the schedule: so the execution is run once more in a process
// of its own, before the failure is reported.

// confirm runs the execution of a failure in a fresh process. It returns the failure to report instead, nil if there it
// fails in the same way, or if that cannot be tried.
//
// The first execution of a process also does what is done once: its record need not fit there. A failure that shows
// only behind another execution, as it does in a replay, is believed if that one leaves nothing behind.
func (x *explorer) confirm(r *schedule.Record, o *engine.Outcome) error {
	if !x.cfg.goroutines.on || x.cfg.isolation != nil {
		return nil
	}
	m, err := trialLike(r)
	if err != nil {
		return nil
	}
	first, err := x.fresh(m)
	if err != nil || first.is(o.Err) {
		return nil
	}
	m.warm, m.events = true, false
	second, err := x.fresh(m)
	if err != nil {
		return nil
	}
	leak := &failure.Carried{Fresh: true, Variables: second.changed, Unknown: second.unknown, Behind: second.first}
	if second.is(o.Err) && second.first == "" && len(second.changed) == 0 {
		return nil
	}
	leak.Here, leak.There = firstDifference(o.Events, first.events)
	return &failure.NotReproducible{First: o.Err, Second: first.err, Outside: x.outside(o), Carried: leak}
}

// carried asks a fresh process what an execution leaves for the next one; nil if that cannot be known.
func (x *explorer) carried() *failure.Carried {
	if !x.cfg.goroutines.on || x.cfg.isolation != nil {
		return nil
	}
	o, err := x.fresh(&trial{follow: followDefault, warm: true})
	if err != nil || len(o.changed) == 0 && o.unknown == "" {
		return nil
	}
	return &failure.Carried{Variables: o.changed, Unknown: o.unknown}
}

// firstDifference returns the first event in which two executions differ.
func firstDifference(here []engine.Event, there []eventLine) (a, b string) {
	for i := range max(len(here), len(there)) {
		a, b = "the execution is over", "the execution is over"
		if i < len(here) {
			a = tell(&here[i])
		}
		if i < len(there) {
			b = there[i].text
		}
		if a != b {
			return a, b
		}
	}
	return "", ""
}
