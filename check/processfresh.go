package check

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
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
	begun := p.greet()
	var o *outcome
	err := begun
	if err == nil {
		o, err = p.try(m)
	}
	switch {
	case late.Load():
		return nil, errors.New("nothing had come of it when the time was over")
	case err != nil && errors.Is(err, errProtocol):
		return nil, err
	case begun != nil:
		d := p.death(err)
		return nil, fmt.Errorf("a copy of the test process ended before it came to the test (%s); its last output: %s", d.how, cmp.Or(d.output, "none"))
	case err != nil:
		d := p.death(err)
		return &outcome{err: &failure.ProcessFailure{How: d.how, Output: d.output}}, nil
	}
	return o, nil
}

// try lets the process run the execution.
func (p *process) try(m *trial) (*outcome, error) {
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

// is reports whether the execution has failed as err says.
func (out *outcome) is(err error) bool { return sameBug(out.err, err) }

// all is what a process has written, or the end of it.
func (t *tail) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Clone(string(t.text))
}
