package check

import (
	"slices"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// Bounds of the search for the nearest schedule that passes, in executions. They are recorded.
const (
	nearestTries  = 40
	isolatedNears = 10
)

// nearest looks for the schedule next to a failing one that passes, and for the step that decides. It takes back one
// deviation, the last one first, so that the two have as long a beginning in common as can be.
func (x *explorer) nearest(w *worker, f *Failure) {
	if f.Trace == nil || len(f.Trace.Events) == 0 {
		return
	}
	n := neighbours{x: x, w: w, choices: f.Record.Choices, steps: f.Steps, left: nearestTries, fair: fairIn(&f.Record.Settings)}
	if x.cfg.isolation != nil {
		n.left = isolatedNears
	}
	for at := len(n.choices) - 1; at >= 0 && n.left > 0 && !x.cfg.late(); at-- {
		if n.choices[at].Value == 0 {
			continue
		}
		if events := n.without(at); events != nil {
			h := f.Trace.Header
			h.Strategy = "nearest passing schedule"
			f.Passing, f.Deciding = trace.New(h, events, nil), parting(f.Trace.Events, events)
			break
		}
	}
	if f.Deciding < 0 {
		f.Passing = nil // it parts from the failing one in nothing that a trace shows
	}
}

// neighbours are the schedules next to one that fails.
type neighbours struct {
	x       *explorer
	w       *worker
	choices []schedule.Named
	steps   int
	left    int // tries
	fair    int // where the fair suffix begins
}

// without returns the events of an execution that passes without the deviation at a place: with what stands behind it
// followed by name, or else with the default order behind it. It returns nil if neither passes.
func (n *neighbours) without(at int) []engine.Event {
	d := &deviating{}
	for _, c := range n.choices[:at] {
		d.values = append(d.values, c.Value)
	}
	plain, ok := n.run(d, d.exhausted)
	if len(plain.Named) <= at {
		return n.passed(plain, ok)
	}
	events := n.passed(plain, ok)
	l := newLoose(append(slices.Clone(plain.Named[:at+1]), n.choices[at+1:]...))
	rest, ok := n.run(l, l.exhausted)
	if closer := n.passed(rest, ok); closer != nil {
		return closer
	}
	return events
}

func (n *neighbours) run(s strategy.Strategy, exhausted func(int) bool) (engine.Outcome, bool) {
	n.left--
	n.w.use(s)
	m := mode{record: true, check: true, explain: true, logs: true}
	if m.until = 2*n.steps + 200; n.fair > 0 {
		m.fair = exhausted
	}
	return n.w.run(strategy.Execution{MaxSteps: n.x.cfg.Steps}, m)
}

// passed returns the events of an execution if it passed; one that went on and on without a failure has.
func (n *neighbours) passed(o engine.Outcome, ok bool) []engine.Event {
	if !ok || o.Err != nil || o.Endless != nil || n.w.exec.skipped {
		return nil
	}
	events := slices.Clone(o.Events)
	if o.Bounded || n.w.exec.curtailed {
		events = append(events, engine.Event{Step: o.Steps, Kind: trace.Logged, Who: "test", Value: "the execution goes on; it was cut here without a failure"})
	}
	return events
}

// parting returns the index of the first event of the step in which two executions part, -1 if they do not.
func parting(failing, passing []engine.Event) int {
	for i := range failing {
		if i < len(passing) && failing[i].Step == passing[i].Step && tell(&failing[i]) == tell(&passing[i]) {
			continue
		}
		for i > 0 && failing[i-1].Step == failing[i].Step {
			i--
		}
		return i
	}
	return -1
}
