package check

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// aloneSteps is where the alone executions of an exhaustive search are cut: a program that goes through its states for ever
// may have a high step bound, and they record everything.
const aloneSteps = 20_000

// repeatEvery is how often an execution is run a second time, to see whether it is the same.
const repeatEvery = 1000

// executeAlone runs execution 0 twice alone and then on every worker at the same time, before anything is believed. It
// returns the first estimates.
func (x *explorer) executeAlone(workers int) (est strategy.Execution) {
	w := x.workers[0]
	if x.report.Exhaustive {
		// The executions of an exhaustive strategy depend on each other: it cannot be asked for a trial.
		mine := w.strat
		defer func() { w.use(mine) }()
	}
	if x.watchGoroutines(); x.broken != nil || x.cfg.ordinary != nil && x.cfg.ordinary.plain != "" {
		return est
	}
	first, err := x.probeWatched()
	if err != nil {
		x.first = found{err: err}
		return est
	}
	second, suspicious := x.suspicious(w, mode{record: true, check: true})
	x.zero = second.events
	if !x.report.Exhaustive {
		est = strategy.Execution{Length: first.picks, Steps: first.steps, Ops: first.ops}
	}
	if x.broken != nil {
		return est
	}
	if d := first.differs(&second); d != nil {
		x.nondeterministic(d)
		return est
	}
	if suspicious && x.suspects(w) {
		x.report.note(uncontrolledNote)
	}
	if workers > 1 && !x.cfg.goroutines.on && x.cfg.isolation == nil {
		x.besideOthers(workers, &first)
	}
	return est
}

// probe is an execution with everything kept that can be compared.
type probe struct {
	events            []engine.Event
	picks, steps, ops int
	digest            uint64 // of what goroutines did
	outside           *failure.Outside
	shared            error
}

func (x *explorer) probe(w *worker, m mode) probe {
	if x.report.Exhaustive {
		w.use(strategy.NewNonPreemptive())
		m.until = aloneSteps
	}
	w.now.Store(1)
	defer w.now.Store(0)
	o, _ := x.run(w, x.execution(0, strategy.Execution{}), m)
	p := x.sight(&o)
	if o.Shared != nil {
		p.shared = o.Shared
	}
	return p
}

func (x *explorer) sight(o *engine.Outcome) probe {
	return probe{
		events: slices.Clone(o.Events), picks: o.Picks, steps: o.Steps, ops: o.Ops, digest: o.Digest, outside: x.outside(o),
	}
}

var address = regexp.MustCompile(`0x[0-9a-f]+|\b[gG]oroutine \d+|synctest bubble \d+`)

// differs returns the first difference of two executions that should be the same.
func (p *probe) differs(q *probe) *failure.Nondeterminism {
	for i := range max(len(p.events), len(q.events)) {
		a, b := "the execution is over", "the execution is over"
		step := 0
		if i < len(q.events) {
			b, step = tell(&q.events[i]), q.events[i].Step
		}
		if i < len(p.events) {
			a, step = tell(&p.events[i]), p.events[i].Step
		}
		if a != b {
			return &failure.Nondeterminism{Site: failure.Site{Step: step}, First: a, Second: b, Outside: p.outside.And(q.outside)}
		}
	}
	if p.digest != q.digest {
		return &failure.Nondeterminism{
			Site: failure.Site{Step: q.steps}, Outside: p.outside.And(q.outside),
			First:  fmt.Sprintf("the digest of what goroutines did was %x after %s", p.digest, prose.Plural(p.steps, "step")),
			Second: fmt.Sprintf("it was %x after %d", q.digest, q.steps),
		}
	}
	return nil
}

// tell is one event as a line; addresses may differ.
func tell(e *engine.Event) string {
	s := fmt.Sprintf("%s: %v", e.Who, e.Kind)
	if e.Kind == trace.Did && !e.Place.IsZero() {
		s += fmt.Sprintf(" at %v", e.Place)
	}
	for _, part := range []string{e.Type, e.Value, e.Peer, e.From, e.To} {
		if part != "" {
			s += " " + part
		}
	}
	return address.ReplaceAllString(s, "0x")
}

// Executions are put side by side for besideTime, as often as that allows within bounds.
const (
	besideTime  = time.Millisecond
	besideLeast = 4
	besideMost  = 32
)

// besideOthers runs execution 0 on several workers at once, again and again: if one differs, executions share something.
func (x *explorer) besideOthers(n int, alone *probe) {
	x.grow(n)
	got := make([]probe, n)
	until := time.Now().Add(besideTime)
	for i := 0; i < besideMost && (i < besideLeast || time.Now().Before(until)); i++ {
		var ready, wg sync.WaitGroup
		ready.Add(n)
		for i := range got {
			wg.Go(func() {
				x.knows(x.workers[i])
				ready.Done()
				ready.Wait()
				got[i] = x.probe(x.workers[i], mode{record: true})
			})
		}
		wg.Wait()
		for i := range got {
			if d := alone.differs(&got[i]); d != nil {
				x.disturbed(d)
				return
			}
		}
	}
}

// disturbed is called when executions are not the same side by side as they are alone.
func (x *explorer) disturbed(d *failure.Nondeterminism) {
	d.Concurrent = true
	x.report.note("executions disturb each other: " + d.Error() + ". Alone: " + d.First + "; beside others: " + d.Second +
		". The run went on with one worker; check.Processes() gives each worker a process of its own, check.Serial() says that one is meant")
	x.alone.Store(true)
	x.shrink()
}

// repeat runs an execution a second time. If it differs it looks for the step where that begins.
func (x *explorer) repeat(w *worker, k uint64, est strategy.Execution, o *engine.Outcome) {
	steps, choices, picks, digest := o.Steps, hashChoices(o.Choices), o.Picks, o.Digest
	outside := x.outside(o)
	again, _ := x.run(w, x.execution(k, est), mode{})
	same := again.Steps == steps && hashChoices(again.Choices) == choices && again.Picks == picks
	if same && again.Digest == digest && again.Err == nil {
		return
	}
	d := &failure.Nondeterminism{
		Site:    failure.Site{Step: min(steps, again.Steps)},
		First:   fmt.Sprintf("execution %d had %d steps and %d decisions", k, steps, picks),
		Second:  fmt.Sprintf("it had %d steps and %d decisions", again.Steps, again.Picks),
		Outside: outside.And(x.outside(&again)),
	}
	if same {
		d.First = fmt.Sprintf("execution %d had goroutines do what has the digest %x", k, digest)
		d.Second = fmt.Sprintf("they did what has the digest %x", again.Digest)
	}
	if again.Err != nil {
		d.Second = fmt.Sprintf("it failed: %v", again.Err)
	}
	var before probe
	for i := range 4 {
		o, _ := x.run(w, x.execution(k, est), mode{record: true})
		p := x.sight(&o)
		if i > 0 {
			if first := before.differs(&p); first != nil {
				d = first
				break
			}
		}
		before = p
	}
	x.nondeterministic(d)
}
