package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// isolation runs every execution of an explorer in a process of its own: those of the rounds, replays, and those of the
// search for a simpler schedule. Workers wait for their processes. The next ones are started ahead, so that they come up
// while others run.
type isolation struct {
	x       *explorer
	spare   chan *freshProcess
	stop    chan struct{}
	starts  sync.WaitGroup // of the goroutines that start processes
	reapers sync.WaitGroup // of those that wait for their ends
	once    sync.Once

	plain string // why an ordinary test is not explored

	mu      sync.Mutex
	err     error    // why there are no more processes
	lessons [][]byte // what the strategy has learnt, a message for each round
}

// newIsolation says why it is not possible, if it is not.
func newIsolation(x *explorer) (*isolation, error) {
	w := x.workers[0]
	codec := true
	if w.learner != nil {
		_, codec = w.learner.(strategy.LessonCodec)
	}
	switch {
	case x.report.Exhaustive || w.back:
		return nil, fmt.Errorf("the executions of strategy %s depend on each other, and cannot be isolated: use random, pct:3 or portfolio", x.cfg.Strategy)
	case !codec:
		return nil, fmt.Errorf("strategy %s learns, and does not say how its lessons can be taken to another process (strategy.LessonCodec)", x.cfg.Strategy)
	}
	first, err := x.startFresh()
	if err != nil {
		return nil, fmt.Errorf("executions cannot be isolated: %w", err)
	}
	i := &isolation{x: x, spare: make(chan *freshProcess, 1), stop: make(chan struct{})}
	i.spare <- first
	for range max(x.cfg.Workers, 1) {
		i.starts.Go(i.start)
	}
	return i, nil
}

// start starts processes until they are not wanted any more.
func (i *isolation) start() {
	for {
		p, err := i.x.startFresh()
		if err != nil {
			i.mu.Lock()
			i.err = err
			i.mu.Unlock()
			i.once.Do(func() { close(i.stop) })
			return
		}
		select {
		case i.spare <- p:
		case <-i.stop:
			p.dismiss(false)
			return
		}
	}
}

// close ends what has been started.
func (i *isolation) close() {
	i.once.Do(func() { close(i.stop) })
	i.starts.Wait()
	for len(i.spare) > 0 {
		p := <-i.spare
		p.dismiss(false)
	}
	i.reapers.Wait()
}

// remember keeps what a round has taught.
func (i *isolation) remember(w *worker, all []any) {
	codec := w.learner.(strategy.LessonCodec)
	m := &lessons{}
	for _, l := range all {
		m.list = append(m.list, sentLesson{what: codec.AppendLesson(nil, l)})
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.lessons = append(i.lessons, appendFrame(nil, m))
}

// run is worker.run in a process of its own.
func (i *isolation) run(w *worker, e strategy.Execution, m mode) (engine.Outcome, bool) {
	t := i.trial(w, e, m)
	out, err := i.try(t)
	if err != nil {
		i.x.mu.Lock()
		defer i.x.mu.Unlock()
		if i.x.broken == nil {
			i.x.broken = fmt.Errorf("an execution in a process of its own: %w", err)
		}
		return engine.Outcome{}, false
	}
	return i.outcome(w, out), out.ran || out.err != nil
}

// trial describes an execution of a worker.
func (i *isolation) trial(w *worker, e strategy.Execution, m mode) *trial {
	t := &trial{
		k: e.K, events: m.record, explain: m.explain, check: m.check, cover: m.cover, until: m.until, length: e.Length, steps: e.Steps, ops: e.Ops,
	}
	record := func(names []schedule.Named) {
		r := schedule.Record{Choices: names}
		r.Test, r.Settings = i.x.cfg.test, i.x.cfg.settings()
		t.record, _ = r.MarshalText()
	}
	switch s := w.strat.(type) {
	case *raw:
		t.follow, t.choices = followChoices, s.choices
	case *loose:
		t.follow = followLoosely
		record(s.names)
	case *deviating:
		t.follow = followDeviations
		for _, v := range s.values {
			t.choices = append(t.choices, uint32(v))
		}
	case *strategy.NonPreemptive:
		t.follow = followDefault
	default:
		i.mu.Lock()
		t.lessons = slices.Clone(i.lessons)
		i.mu.Unlock()
	}
	return t
}

// try runs an execution in the next process.
func (i *isolation) try(t *trial) (*outcome, error) {
	var p *freshProcess
	select {
	case p = <-i.spare:
	case <-i.stop:
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.err == nil {
			i.err = errors.New("the run is over")
		}
		return nil, i.err
	}
	out, err := p.run(t)
	i.reapers.Go(func() { p.dismiss(err == nil) })
	if t.follow == followDefault && err == nil {
		i.plain = out.plain
	}
	return out, err
}

// again runs the execution that is recorded, as far as its choices fit. Stale says where they do not.
func (i *isolation) again(w *worker, r *schedule.Record, events bool) (o engine.Outcome, stale error) {
	t, err := trialLike(r)
	if err != nil {
		return o, err
	}
	t.events, t.explain = events, events
	out, err := i.try(t)
	if err != nil {
		return o, err
	}
	if out.stale != "" {
		stale = errors.New(out.stale)
	}
	return i.outcome(w, out), stale
}

// outcome is how an execution has ended, for a worker.
func (i *isolation) outcome(w *worker, out *outcome) engine.Outcome {
	o := engine.Outcome{
		Err: out.err, Steps: out.steps, Picks: out.picks, Ops: out.ops, Bounded: out.bounded, Slow: out.slow, Choices: out.choices,
		Digest: out.digest, Goroutines: out.goroutines, Stalled: out.stalled,
		Endless: out.endless,
	}
	for _, rule := range out.allowed {
		if rule < len(w.cfg.allow) {
			o.Allowed = append(o.Allowed, rule)
		}
	}
	if p, ok := out.err.(*failure.ProcessFailure); ok {
		p.Again = "not tried"
		return o
	}
	var rest outcomeRest
	if json.Unmarshal(out.rest, &rest) == nil {
		o.Spinning, o.Outside, o.Wakeups = rest.Spinning, rest.Outside, rest.Wakeups
	}
	w.exec.skipped, w.exec.curtailed = out.skipped, out.curtailed
	w.away.add(out)
	if codec, ok := w.learner.(strategy.LessonCodec); ok && out.taught {
		if what, err := codec.ReadLesson(out.lesson); err == nil {
			w.lesson = what
		}
	}
	if len(out.trace) > 0 {
		if t, err := trace.ReadJSON(bytes.NewReader(out.trace)); err == nil {
			o.Events = t.Events
		}
	}
	var r schedule.Record
	if len(out.named) > 0 && r.UnmarshalText(out.named) == nil {
		o.Named = r.Choices
	}
	return o
}

// awaySums is what processes have told beside what became of their executions.
type awaySums struct {
	heard, gone, somes map[string]uint64
	notes              []string
	covered            *Coverage
}

func (a *awaySums) add(out *outcome) {
	if a.heard == nil {
		a.heard, a.gone, a.somes = map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	}
	if c, err := coverage.Decode(out.covered); err == nil {
		a.covered = coverage.Merge(a.covered, c)
	}
	for _, n := range out.heard {
		a.heard[n.name] += n.n
	}
	for _, n := range out.gone {
		a.gone[n.name] += n.n
	}
	for _, n := range out.somes {
		a.somes[n.name] += n.n
	}
	for _, s := range out.notes {
		if !slices.Contains(a.notes, s) {
			a.notes = append(a.notes, s)
		}
	}
}

func (a *awaySums) summarize(r *Report, heard, gone map[string]int, somes map[string]bool) {
	for name, n := range a.heard {
		heard[name] += int(n)
	}
	for name, n := range a.gone {
		gone[name] += int(n)
	}
	for name, n := range a.somes {
		somes[name] = somes[name] || n > 0
	}
	for _, s := range a.notes {
		r.note(s)
	}
}
