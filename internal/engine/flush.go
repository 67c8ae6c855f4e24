package engine

import (
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// flush performs the first effect of the outbox, and the ones that ride with it.
func (e *Engine) flush(m *mach) {
	if e.obs != nil {
		e.did = append(e.did, e.effectAction(m, &m.Out[m.outh]))
	}
	ef := m.Out[m.outh]
	var meta *machine.Meta
	if e.careful {
		meta = e.flushing(m, &ef)
		if e.stop {
			return
		}
	}
	m.Out[m.outh].Ev = nil
	m.outh++
	switch ef.Kind {
	case machine.Send:
		e.deliver(m, &ef, meta)
	case machine.Create:
		e.create(m, &ef)
	case machine.TimerStart:
		e.arm(m, m.timers[ef.N])
	case machine.TimerStop:
		e.disarm(m.timers[ef.N], true)
	case machine.Write:
		e.write(m, &ef)
	case machine.HaltSelf:
		e.retire(m, halted)
	case machine.Crash:
		e.crash(m, &ef)
	case machine.Restart:
		e.restart(m, &ef)
	case machine.Offer:
		e.offer(m.faults[ef.N])
	case machine.Withdraw:
		e.withdraw(m.faults[ef.N])
	}
	if e.why.on {
		e.why.effect = nil
	}
	if m.outh < len(m.Out) && m.Out[m.outh].Kind.Rides() && !e.stop {
		e.ride(m)
	}
	e.trim(m)
}

// trim forgets a finished outbox.
func (e *Engine) trim(m *mach) {
	if m.outh >= len(m.Out) {
		m.Out, m.OutMeta, m.outh = m.Out[:0], m.OutMeta[:0], 0
	}
}

// ride performs notifications, explorer calls and a failure at the head of the outbox.
func (e *Engine) ride(m *mach) {
	for m.outh < len(m.Out) && m.Out[m.outh].Kind.Rides() && !e.stop {
		ef := m.Out[m.outh]
		m.Out[m.outh] = machine.Effect{}
		if e.why.on {
			e.why.effect = m.metaOut()
		}
		m.outh++
		switch ef.Kind {
		case machine.Notify:
			e.notify(m, ef.Ev)
		case machine.Tell:
			e.tell(m, ef.Ev.(*machine.Told))
		case machine.Failure:
			e.end(ef.Ev.(error))
		}
	}
	if e.why.on {
		e.why.effect = nil
	}
}

func (e *Engine) deliver(m *mach, ef *machine.Effect, meta *machine.Meta) {
	t := e.lookup(ef.To)
	if t == nil {
		e.noSuchMachine(m, ef)
		return
	}
	if t.status > alive {
		e.lost(m, t, ef.Ev)
		return
	}
	if e.limited && t.bound.Capacity > 0 {
		e.deliverBounded(m, t, ef, meta)
		return
	}
	if e.careful {
		e.sent(m, t, ef.Ev, meta)
	}
	e.arrive(t, machine.Entry{Ev: ef.Ev, Column: t.Def.Column(ef.Ev)}, meta)
	if e.cfg.Fingerprint {
		e.touch(t)
	}
}

func (e *Engine) create(m *mach, ef *machine.Effect) {
	t := e.machs[ef.To.Slot]
	e.appear(t, &m.op)
	if e.careful {
		e.createdMachine(m, t)
	}
}

// retire takes a machine out of the execution for good, or until it is restarted.
func (e *Engine) retire(m *mach, s status) {
	full := e.limited && m.full()
	if e.limited && m.bound.Capacity > 0 {
		e.meet(strategy.Write, strategy.RoomObject(m.op.Index))
	}
	m.status = s
	for i := 0; i < m.In.Len(); i++ {
		e.dropped(m, m.In.At(i), m.In.MetaAt(i), "dropped")
	}
	m.In.Clear()
	m.numbers = m.numbers[:0]
	m.next, m.scan = -1, 0
	for _, t := range m.timers {
		e.disarm(t, false)
	}
	for _, f := range m.faults {
		e.withdraw(f)
	}
	if e.careful {
		e.retired(m)
	}
	if full {
		e.crowded(m)
	}
	if e.cfg.Fingerprint {
		e.touch(m)
	}
}

func (e *Engine) crash(m *mach, ef *machine.Effect) {
	t := e.lookup(ef.To)
	switch {
	case t == nil:
		e.noSuchMachine(m, ef)
		return
	case t.status > alive:
		return
	}
	self := t == m
	t.Guard |= guardDead | guardIdle
	e.retire(t, crashed)
	clear(t.Out)
	t.Out, t.OutMeta, t.outh = t.Out[:0], t.OutMeta[:0], 0
	if e.cfg.Goroutines {
		e.ctl.bereave(t)
	}
	if t.co != nil {
		co := t.co
		t.co, t.wait = nil, nil
		e.kill(co)
	}
	if !self {
		e.refresh(t)
	}
}

func (e *Engine) restart(m *mach, ef *machine.Effect) {
	t := e.lookup(ef.To)
	switch {
	case t == nil:
		e.noSuchMachine(m, ef)
		return
	case t.status != crashed:
		e.misuse(m, "Restart of %s, which has not crashed: crash it first", t.Ref)
		return
	}
	e.fill(t, t.Ref, *ef.Ev.(*machine.Spec))
	t.status, t.heldAt, t.freed = created, 0, 0
	e.inherit(m, t)
	if e.careful {
		e.restarted(m, t)
	}
	if t != m {
		e.refresh(t)
	}
	if e.cfg.Fingerprint {
		e.touch(t)
	}
}

// write applies an operation to a model.
func (e *Engine) write(m *mach, ef *machine.Effect) {
	mo := &e.models[ef.N]
	if e.careful {
		e.writing(m, mo, ef.Ev)
	}
	e.lent = m
	mo.m.Apply(ef.Ev)
	e.lent = nil
	if e.why.on {
		e.why.moves(mo.name, mo.name, mo.m)
	}
	if e.cfg.Fingerprint {
		e.fp.moved, e.savedModels = true, nil // machines may refer to the model
	}
}
