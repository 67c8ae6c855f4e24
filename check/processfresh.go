package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// An execution in a process of its own: a copy of the test binary comes to the test, runs it once and ends. Nothing that
// another execution has left in package variables can matter there.

// errNotFresh is why an execution cannot have a process of its own.
var errNotFresh = errors.New("a process of its own runs one test of this test binary, and only check.Test says which")

// fresh runs one execution in a new process. The error says why that could not be done; how the execution failed is part of
// the outcome. Several may run side by side.
func (x *explorer) fresh(m *trial) (*outcome, error) {
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
	defer pages.close()
	defer memory.Close()
	c := &crew{x: x, test: t.Name(), planned: 1, pages: pages, stop: make(chan struct{})}
	p := c.newProcess(0)
	if err := p.start(memory); err != nil {
		return nil, err
	}
	defer p.requests.Close()
	defer p.answers.Close()
	limit := againTime + 2*max(x.cfg.Stuck, 0)
	if !x.cfg.report.IsZero() {
		limit = min(limit, time.Until(x.cfg.report))
	}
	var late atomic.Bool
	defer time.AfterFunc(limit, func() {
		late.Store(true)
		p.cmd.Process.Kill()
	}).Stop()
	m.setup, m.goroutines = *c.setup(), x.cfg.goroutines
	m.setup.zero = nil
	o, err := p.try(m)
	switch {
	case late.Load():
		p.end(false)
		return nil, errors.New("nothing had come of it when the time was over")
	case err != nil && errors.Is(err, errProtocol):
		p.end(false)
		return nil, err
	case err != nil:
		d := p.death(err)
		o = &outcome{err: &failure.ProcessFailure{How: d.how, Output: d.output}}
	default:
		p.end(true)
	}
	o.output = p.tail.all()
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
func trialOf(k uint64, choices []uint32) *trial { return &trial{k: k, choices: choices} }

// trialLike is the execution that is recorded, as far as its choices still fit: with another state of package variables the
// program may ask for others.
func trialLike(r *schedule.Record) (*trial, error) {
	text, err := r.MarshalText()
	return &trial{k: r.Execution, record: text, events: true}, err
}

// trial runs one execution for another process.
func (s *server) trial(m *trial) (*outcome, error) {
	x := s.x
	var strat strategy.Strategy = newRaw(m.choices)
	var guided *strategy.Guided
	if len(m.record) > 0 {
		var r schedule.Record
		if err := r.UnmarshalText(m.record); err != nil {
			return nil, err
		}
		guided = strategy.NewGuided(r.Choices)
		strat = guided
	}
	out := &outcome{}
	if m.warm {
		if first := x.warmUp(); first.Err != nil {
			out.first = first.Err.Error()
		}
	}
	s.begins(m.k)
	w := x.workers[0]
	w.use(strat)
	var o engine.Outcome
	run := func() {
		o, _ = w.only(strategy.Execution{K: m.k, MaxSteps: x.cfg.Steps}, mode{record: m.events, check: true})
	}
	if m.warm {
		out.changed, out.unknown = changes(run)
	} else {
		run()
	}
	s.ends(m.k, 1, o.Steps)
	out.fill(x, &o, m.events)
	if guided != nil {
		if stale := guided.Stale(); stale != nil {
			out.stale = stale.Error()
		}
	}
	return out, nil
}

func (out *outcome) fill(x *explorer, o *engine.Outcome, events bool) {
	if o.Err != nil {
		if x.cfg.goroutines.on {
			nameBeyond(o.Err)
		}
		out.failed, out.failure = true, remoteOf(o.Err)
	}
	out.steps, out.picks, out.digest = o.Steps, o.Picks, o.Digest
	out.choices = slices.Clone(o.Choices)
	if note := x.outside(o).Note(); note != "" {
		out.notes = append(out.notes, note)
	}
	out.notes = append(out.notes, x.report.Notes...)
	if events {
		for i := range o.Events {
			out.events = append(out.events, eventLine{o.Events[i].Step, tell(&o.Events[i])})
		}
	}
}

// is reports whether the execution has failed as err says.
func (out *outcome) is(err error) bool { return sameBug(out.err, err) }

// all is what a process has written, or the end of it.
func (t *tail) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Clone(string(t.text))
}
