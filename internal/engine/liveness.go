package engine

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// confirmation is a fair suffix: a suspicion of livelock is put to the test by giving every operation its turn.
type confirmation struct {
	on      bool
	start   int
	until   int
	choices int // made before, plus 1, if it began ahead of the threshold
	turn    int // Op.Index of the operation that had its turn last
}

// onAlarm is called when a bound is reached.
func (e *Engine) onAlarm() {
	if e.confirm.on {
		e.livelock()
		return
	}
	if e.steps >= e.cfg.MaxSteps {
		e.bounded, e.stop = true, true
		return
	}
	if e.cfg.Cool > 0 && e.steps >= e.cfg.Cool && e.isCool() {
		e.pruned, e.stop = true, true
		return
	}
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot && e.steps >= mo.deadline() {
			if e.cfg.Fair == nil || !e.fairFrom() {
				e.beginSuffix(mo, e.steps+e.cfg.Threshold)
			}
			break
		}
	}
	e.setAlarm()
}

// isCool reports whether no monitor is hot, nor was since it was cold.
func (e *Engine) isCool() bool {
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot || mo.heat > 0 {
			return false
		}
	}
	return true
}

// bound is the step at which the execution is cut as things are.
func (e *Engine) bound() int {
	if e.cfg.Cool > 0 && e.isCool() {
		return min(e.cfg.Cool, e.cfg.MaxSteps)
	}
	return e.cfg.MaxSteps
}

// beginSuffix begins the fair suffix because of a monitor.
func (e *Engine) beginSuffix(mo *monitor, until int) {
	e.confirm = confirmation{on: true, start: e.steps, until: until, turn: -1}
	e.special = true
	if e.cfg.Record {
		e.event(Event{Kind: trace.SuffixBegins, Who: mo.name, To: mo.StateName()})
	}
}

// fairFrom begins the fair suffix ahead of the threshold, if it is wanted and a monitor is hot. It reports whether it has.
func (e *Engine) fairFrom() bool {
	var hot *monitor
	until := 0
	for _, mo := range e.mons[:e.nmons] {
		if !mo.hot {
			continue
		}
		if until = max(until, mo.deadline()+e.cfg.Threshold); hot == nil {
			hot = mo
		}
	}
	if hot == nil || !e.cfg.Fair(len(e.choices)) {
		return false
	}
	e.beginSuffix(hot, until)
	e.confirm.choices = len(e.choices) + 1
	e.setAlarm()
	return true
}

// pickFair gives the turn to the next enabled operation in the order of their appearance. No fault happens.
func (e *Engine) pickFair() *op {
	ops := e.enabled
	if len(ops) == 0 && e.cfg.Ordered {
		ops = e.dueTimers()
	}
	if len(ops) == 0 {
		return e.quiescent()
	}
	return e.fairOf(ops)
}

// fairOf is pickFair among operations.
func (e *Engine) fairOf(ops []*strategy.Op) *op {
	var next, first *strategy.Op
	for _, o := range ops {
		if o.Index > e.confirm.turn && (next == nil || o.Index < next.Index) {
			next = o
		}
		if first == nil || o.Index < first.Index {
			first = o
		}
	}
	if next == nil {
		next = first
	}
	e.confirm.turn = next.Index
	return e.ops[next.Index]
}

// suspect returns a monitor that will have been hot for two thresholds when the suffix ends, of which one at least lies in
// it; nil if there is none any more.
func (e *Engine) suspect() *monitor {
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot && mo.deadline()+e.cfg.Threshold <= e.confirm.until {
			return mo
		}
	}
	return nil
}

func (e *Engine) livelock() {
	mo := e.suspect()
	e.end(&failure.Livelock{
		Site:      failure.Site{Machine: mo.name, State: mo.StateName(), Step: e.steps},
		Hot:       failure.Hot{Monitor: mo.name, State: mo.StateName(), Since: mo.since},
		Threshold: e.cfg.Threshold, Suffix: e.steps - e.confirm.start,
	})
}

// quiescent is called when nothing can move. The body may wait for this; AtEnd runs; then everybody who still waits for
// something is a failure.
func (e *Engine) quiescent() *op {
	if r := e.machs[0]; r.wait != nil && r.wait.Kind == machine.WaitQuiet {
		e.quiet = e.reduce != nil
		return &r.op
	}
	if err := e.unfulfilled(); err != nil {
		e.end(err)
		return nil
	}
	if e.finished {
		e.stop = true
		return nil
	}
	e.finished = true
	if f := e.prog.AtEnd; f != nil {
		root := e.machs[0]
		e.ending, e.running = true, root
		f()
		e.ending, e.running = false, nil
		if e.err == nil {
			e.stop = true
		}
		return nil
	}
	e.stop = true
	return nil
}

// unfulfilled reports the obligations that are left at quiescence: receives and hot monitors.
func (e *Engine) unfulfilled() error {
	var hot []failure.Hot
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot {
			hot = append(hot, failure.Hot{Monitor: mo.name, State: mo.StateName(), Since: mo.since})
		}
	}
	var blocked []failure.Blocked
	for _, m := range e.machs[:e.nmachs] {
		if e.limited {
			if t := e.heldBy(m); t != nil {
				blocked = append(blocked, e.blockedBy(m, t))
				continue
			}
		}
		if m.status == alive && m.wait != nil && m.wait.Kind == machine.WaitReceive {
			blocked = append(blocked, failure.Blocked{
				Site:     failure.Site{Machine: m.display(), State: m.StateName(), Step: m.waits, Place: placeOf(m.waitsAt)},
				WaitsFor: "event " + m.wait.Types,
			})
		}
	}
	switch {
	case len(blocked) > 0:
		site := blocked[0].Site
		site.Step = e.steps
		return &failure.Deadlock{Site: site, Blocked: blocked, Hot: hot}
	case len(hot) > 0:
		return &failure.HotAtEnd{Site: failure.Site{Machine: hot[0].Monitor, State: hot[0].State, Step: e.steps}, Hot: hot}
	}
	return nil
}
