package check

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// An execution in a process of its own: a copy of the test binary comes to the test, runs it once and ends. Nothing that
// another execution has left in package variables can matter there.

// errNotFresh is why an execution cannot have a process of its own.
var errNotFresh = errors.New("a process of its own runs one test of this test binary, and only check.Test says which")

// fresh runs one execution in a new process. The error says why that could not be done; how the execution failed is part of
// the outcome. Several may run side by side.
func (x *explorer) fresh(m *trial) (*outcome, error) {
	p, err := x.startFresh()
	if err != nil {
		return nil, err
	}
	o, err := p.run(m)
	if err != nil {
		p.dismiss(false)
		return nil, err
	}
	p.dismiss(o.failed || o.err == nil)
	o.output = p.tail.all()
	return o, nil
}

// freshProcess is a process that has been started for one execution.
type freshProcess struct {
	*process
	pages  *sharedPages
	memory *os.File
}

// startFresh starts a process. Its owner dismisses it.
func (x *explorer) startFresh() (*freshProcess, error) {
	t, tested := x.outer.(*testing.T)
	switch {
	case !processesWork:
		return nil, errors.New("worker processes do not work on this system")
	case !tested || t.Name() == "" || x.server != nil:
		return nil, errNotFresh
	case x.cfg.late():
		return nil, errors.New("the test's deadline is near")
	}
	pages, memory, err := newSharedPages(1)
	if err != nil {
		return nil, err
	}
	c := &crew{x: x, test: t.Name(), planned: 1, pages: pages, stop: make(chan struct{})}
	p := &freshProcess{c.newProcess(0), pages, memory}
	if err := p.start(memory); err != nil {
		pages.close()
		memory.Close()
		return nil, err
	}
	return p, nil
}

// dismiss ends the process: at once, unless it is asked to.
func (p *freshProcess) dismiss(ask bool) {
	p.end(ask)
	p.requests.Close()
	p.answers.Close()
	p.memory.Close()
	p.pages.close()
}

// run lets the process run the execution.
func (p *freshProcess) run(m *trial) (*outcome, error) {
	x := p.c.x
	limit := againTime + 2*max(x.cfg.Stuck, 0)
	if !x.cfg.report.IsZero() {
		limit = min(limit, time.Until(x.cfg.report))
	}
	var late atomic.Bool
	defer time.AfterFunc(limit, func() {
		late.Store(true)
		p.cmd.Process.Kill()
	}).Stop()
	m.setup, m.goroutines = *p.c.setup(), x.cfg.goroutines
	m.setup.zero = nil
	o, err := p.try(m)
	switch {
	case late.Load():
		return nil, errors.New("nothing had come of it when the time was over")
	case err != nil && errors.Is(err, errProtocol):
		return nil, err
	case err != nil:
		d := p.death(err)
		return &outcome{err: &failure.ProcessFailure{How: d.how, Output: d.output}}, nil
	}
	return o, nil
}

// try lets the process run the execution.
func (p *process) try(m *trial) (*outcome, error) {
	if err := p.greet(); err != nil {
		return nil, err
	}
	p.desk.now.Store(m.k + 1)
	p.busy.Store(true)
	defer p.busy.Store(false)
	if err := writeMessage(p.requests, m); err != nil {
		return nil, gone(err)
	}
	switch o, err := readMessage(p.reader); o := o.(type) {
	case *outcome:
		if o.failed {
			o.err = o.failure.error()
		}
		return o, nil
	case *refusal:
		return nil, fmt.Errorf("%w: %s", errProtocol, o.why)
	default:
		if err == nil {
			err = errProtocol
		}
		return nil, err
	}
}

// trialOf is the execution that made the choices, in the order in which the engine asked for them.
func trialOf(k uint64, choices []uint32) *trial {
	return &trial{k: k, follow: followChoices, choices: choices}
}

// trialLike is the execution that is recorded, as far as its choices still fit: with another state of package variables the
// program may ask for others.
func trialLike(r *schedule.Record) (*trial, error) {
	text, err := r.MarshalText()
	return &trial{k: r.Execution, follow: followRecord, record: text, events: true}, err
}

// trial runs one execution for another process.
func (s *server) trial(m *trial) (*outcome, error) {
	x := s.x
	w := x.workers[0]
	guided, err := x.follow(w, m)
	if err != nil {
		return nil, err
	}
	out := &outcome{}
	if m.warm {
		if first := x.warmUp(); first.Err != nil {
			out.first = first.Err.Error()
		}
	}
	s.begins(m.k)
	e, how := strategy.Execution{K: m.k, MaxSteps: x.cfg.Steps}, mode{record: m.events, check: true}
	if m.follow == followOwn {
		e = x.execution(m.k, strategy.Execution{Length: m.length, Steps: m.steps, Ops: m.ops})
		how.check = how.check && m.check
	}
	how.until = m.until
	var o engine.Outcome
	run := func() {
		w.now.Store(m.k + 1)
		defer w.now.Store(0)
		o, out.ran = x.run(w, e, how)
	}
	if m.warm {
		out.changed, out.unknown = changes(run)
	} else {
		run()
	}
	if x.broken != nil {
		return nil, x.broken
	}
	if m.follow == followDefault && x.cfg.ordinary != nil {
		x.cfg.ordinary.judge(&o)
		out.plain = x.cfg.ordinary.plain
	}
	s.ends(m.k, 1, o.Steps)
	out.fill(x, w, &o, m.events)
	if guided != nil {
		if stale := guided.Stale(); stale != nil {
			out.stale = stale.Error()
		}
	}
	return out, nil
}

// follow makes the worker's strategy that of the trial.
func (x *explorer) follow(w *worker, m *trial) (*strategy.Guided, error) {
	var r schedule.Record
	if len(m.record) > 0 {
		if err := r.UnmarshalText(m.record); err != nil {
			return nil, err
		}
	}
	switch m.follow {
	case followChoices:
		w.use(newRaw(m.choices))
	case followDefault:
		w.use(strategy.NewNonPreemptive())
	case followLoosely:
		w.use(newLoose(r.Choices))
	case followDeviations:
		values := make([]int, len(m.choices))
		for i, v := range m.choices {
			values[i] = int(v)
		}
		w.use(&deviating{values: values})
	case followRecord:
		g := strategy.NewGuided(r.Choices)
		w.use(g)
		return g, nil
	case followOwn: // it has it
		for _, frame := range m.lessons {
			l, err := readMessage(bytes.NewReader(frame))
			list, ok := l.(*lessons)
			if err != nil || !ok {
				return nil, errProtocol
			}
			if err := (&server{x: x, w: w}).learn(list.list); err != nil {
				return nil, err
			}
		}
	default:
		return nil, errProtocol
	}
	return nil, nil
}

func (out *outcome) fill(x *explorer, w *worker, o *engine.Outcome, events bool) {
	if o.Err != nil {
		if x.cfg.goroutines.on {
			nameBeyond(o.Err)
		}
		out.failed, out.failure = true, remoteOf(o.Err)
	}
	out.steps, out.picks, out.ops, out.digest = o.Steps, o.Picks, o.Ops, o.Digest
	out.bounded, out.slow, out.skipped, out.curtailed = o.Bounded, o.Slow, w.exec.skipped, w.exec.curtailed
	out.stalled, out.goroutines = o.Stalled, o.Goroutines
	out.choices = slices.Clone(o.Choices)
	out.heard, out.gone, out.somes = counts(w.eng.Heard()), counts(w.eng.Gone()), held(w.eng.Sometimes())
	if codec, ok := w.learner.(strategy.LessonCodec); ok && w.lesson != nil {
		out.taught, out.lesson = true, codec.AppendLesson(nil, w.lesson)
	}
	if note := x.outside(o).Note(); note != "" {
		out.notes = append(out.notes, note)
	}
	out.notes = append(out.notes, x.report.Notes...)
	if !events {
		return
	}
	for i := range o.Events {
		out.events = append(out.events, eventLine{o.Events[i].Step, tell(&o.Events[i])})
	}
	var b bytes.Buffer
	if trace.New(trace.Header{Settings: x.cfg.settings()}, o.Events, o.Err).WriteJSON(&b) == nil {
		out.trace = b.Bytes()
	}
	r := schedule.Record{Choices: o.Named}
	r.Test, r.Settings = x.cfg.test, x.cfg.settings()
	if text, err := r.MarshalText(); err == nil {
		out.named = text
	}
}

func held(m map[string]bool) (list []namedCount) {
	for _, name := range sortedKeys(m) {
		n := namedCount{name: name}
		if m[name] {
			n.n = 1
		}
		list = append(list, n)
	}
	return list
}

// is reports whether the execution has failed as err says.
func (out *outcome) is(err error) bool { return sameBug(out.err, err) }

// all is what a process has written, or the end of it.
func (t *tail) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Clone(string(t.text))
}
