package engine

import (
	"fmt"

	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// Paths counts executions that one Run has run one after the other, going back to saved states in between.
type Paths struct {
	N       int // executions
	Steps   int // of all of them together, whether taken or part of a state gone back to
	Longest int // steps
	Bounded int
	Pruned  int
	Slow    int
}

func (p *Paths) add(e *Engine) {
	p.N++
	p.Steps += e.steps
	p.Longest = max(p.Longest, e.steps)
	if e.bounded {
		p.Bounded++
	}
	if e.pruned {
		p.Pruned++
	}
	if e.slow {
		p.Slow++
	}
}

// Resumes reports whether the next Run with this strategy, which has been started, goes back to a saved state: the
// program does not begin again.
func (e *Engine) Resumes(s strategy.Strategy) bool {
	return e.back != nil && e.strat == s && e.frameFor(e.back.Common()) >= 0
}

// Forget drops all saved states: the next Run begins at the start.
func (e *Engine) Forget() { e.forget() }

// Unsaved says why states of the program could not be saved, nil if there was no reason yet.
func (e *Engine) Unsaved() error { return e.unsaved }

// Differing names the machines and monitors whose states differ between the ends of two executions of one program, with the
// types of their fields.
func (e *Engine) Differing(o *Engine) []string {
	var names []string
	for i, m := range e.machs[:e.nmachs] {
		if i >= o.nmachs || o.machs[i].Ref.Canon != m.Ref.Canon || o.machs[i].part.sum != m.part.sum {
			names = append(names, fmt.Sprintf("%s (%T)", m.display(), m.Self))
		}
	}
	for i, mo := range e.mons[:e.nmons] {
		if i >= o.nmons || o.mons[i].part.sum != mo.part.sum {
			names = append(names, fmt.Sprintf("monitor %s (%T)", mo.name, mo.Self))
		}
	}
	return names
}

// goOn begins the next execution where the one that has just ended has left off, if there is one that shares a saved
// state with it.
func (e *Engine) goOn() bool {
	if e.back == nil || e.err != nil || e.paths.N+1 >= e.cfg.Paths || e.prog.Final != nil && e.prog.Final() {
		return false
	}
	if f, ok := e.strat.(strategy.Finisher); ok {
		f.Finish(strategy.Result{Steps: e.steps, Picks: e.picks, Ops: len(e.ops), Bounded: e.bounded})
	}
	x := e.cfg.Execution
	x.K += uint64(e.paths.N + 1)
	e.ended = !e.strat.Start(x)
	if e.ended {
		return false
	}
	n := e.frameFor(e.back.Common())
	if n < 0 {
		e.begun = true
		return false
	}
	e.paths.add(e)
	e.rewind(n)
	return true
}

// frameFor returns the topmost frame of a state that so many choices lead to; -1 when there is none.
func (e *Engine) frameFor(choices int) int {
	n := len(e.frames) - 1
	for n >= 0 && e.frames[n].choices > choices {
		n--
	}
	return n
}

// rewind goes back to a frame. Nothing is suspended there, so what is suspended now ends.
func (e *Engine) rewind(n int) {
	e.bury()
	e.rewound++
	if e.cfg.Cover {
		e.covers.next()
	}
	e.distrust()
	f := e.frames[n]
	e.frames = e.frames[:n+1]
	e.choices = e.choices[:f.choices]
	e.picks, e.steps, e.alarm, e.now, e.last = f.picks, f.steps, f.alarm, f.now, f.last
	e.stop, e.finished, e.bounded, e.pruned, e.slow, e.err = false, false, false, false, false, nil
	e.confirm = confirmation{}
	e.running, e.lent, e.listening, e.unfinished, e.current, e.ending = nil, nil, nil, nil, nil, false
	if e.prog.Trim != nil {
		e.prog.Trim(f.ends)
	}
	for _, o := range e.enabled {
		opOf(o).pos = -1
	}
	e.rewindMachs(f)
	e.rewindMonitors(f)
	if len(f.models.models) > 0 || len(e.models) > 0 { // even if unchanged: machines may refer to what they were
		e.models = append(e.models[:0], f.models.models...)
		f.models.memory.Restore()
		e.savedModels = f.models
	}
	for i := range f.timers {
		*e.timers[i] = f.timers[i]
	}
	for i := range f.faults {
		*e.faults[i] = f.faults[i]
	}
	e.ntimers, e.nfaults = len(f.timers), len(f.faults)
	e.ops = e.ops[:f.ops]
	e.enabled = append(e.enabled[:0], f.enabled...)
	for i, o := range e.enabled {
		opOf(o).pos = int32(i)
	}
	e.offered = append(e.offered[:0], f.offered...)
	e.budgets = append(e.budgets[:0], f.budgets...)
	e.special = e.ordinarySpecial()
	e.fp.rewind(f)
	e.back.Restored(n)
}

// distrust notes what may have changed without notice: what took a step that did not come to its end, and everything, if
// the execution failed or the functions of AtEnd have run.
func (e *Engine) distrust() {
	if o := e.current; o != nil {
		switch {
		case o.m != nil:
			o.m.saved = nil
		case o.t != nil:
			o.t.owner.saved = nil
		default:
			o.f.owner.saved = nil
		}
	}
	if e.err == nil && (!e.finished || e.prog.Ends == nil || e.prog.Ends() == 0) {
		return
	}
	for _, m := range e.machs[:e.nmachs] {
		m.saved = nil
	}
	for _, mo := range e.mons[:e.nmons] {
		mo.saved = nil
	}
}

func (f *fingerprint) rewind(to *frame) {
	for _, m := range f.dirty {
		m.part.stale = false
	}
	for _, t := range f.timers {
		t.part.stale = false
	}
	for _, mo := range f.mons {
		mo.part.stale = false
	}
	f.dirty, f.timers, f.mons = f.dirty[:0], f.timers[:0], f.mons[:0]
	f.models, f.budgets, f.moved = false, false, false
	f.sum, f.budget, f.clock = to.sum, to.budget, to.clock
	f.env.Now = epochOf.Add(to.now)
	f.env.Err, f.env.Locked, f.still.Err, f.still.Locked = nil, nil, nil, nil
}

func (e *Engine) rewindMachs(f *frame) {
	e.nmachs = len(f.parts)
	for i, s := range f.parts {
		if m := e.machs[i]; m.saved != s {
			e.rewindMach(m, s)
		} else if m.part.stale {
			m.part.stale = false
		}
	}
}

func (e *Engine) rewindMach(m *mach, s *savedMach) {
	m.Def, m.Self, m.Ref, m.Guard, m.State = s.def, s.self, s.ref, s.guard, s.state
	m.Cover = e.coverOf(m.Cover, s.def)
	m.Below = append(m.Below[:0], s.below...)
	m.Pending, m.Event = machine.Transition{}, nil
	if m.In.Len() > 0 || len(s.in) > 0 {
		m.In.Replace(s.in, s.inMeta)
	}
	if len(m.Out) > 0 || len(s.out) > 0 {
		clear(m.Out)
		m.Out, m.OutMeta, m.outh = append(m.Out[:0], s.out...), append(m.OutMeta[:0], s.outMeta...), 0
	}
	m.op.Op, m.name, m.bound, m.status, m.heldAt = s.op, s.name, s.bound, s.status, 0
	m.op.pos = -1
	m.next, m.scan, m.creates, m.values, m.cycle = s.next, s.scan, s.creates, s.values, 0
	m.wait, m.co, m.got, m.noisy, m.atomic = nil, nil, nil, false, false
	if len(m.timers) != len(s.timers) || len(m.faults) != len(s.faults) { // else they are the same: they are only added to
		m.timers, m.faults = append(m.timers[:0], s.timers...), append(m.faults[:0], s.faults...)
	}
	m.part, m.known, m.stale, m.ident = s.part, s.known, s.stale, s.ident
	m.hist, m.told, m.cause, m.base = s.hist, s.told, s.cause, s.base
	s.memory.Restore()
	m.saved = s
}

func (e *Engine) rewindMonitors(f *frame) {
	e.nmons = len(f.mons)
	for i, s := range f.mons {
		mo := e.mons[i]
		mo.hot, mo.heat, mo.since = s.hot, s.heat, s.since
		if mo.saved == s {
			continue
		}
		mo.Def, mo.Self, mo.Guard, mo.State, mo.name = s.def, s.self, s.guard, s.state, s.name
		mo.Cover = e.coverOf(mo.Cover, s.def)
		mo.Pending, mo.Event = machine.Transition{}, nil
		mo.part = s.part
		s.memory.Restore()
		mo.saved = s
	}
}
