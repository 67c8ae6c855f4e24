package engine

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// loop takes steps until the execution is over, or until the handler of another coroutine is to be resumed.
func (e *Engine) loop() {
	if m := e.unfinished; m != nil {
		e.unfinished = nil
		e.finish(m)
	}
	if e.cfg.Goroutines {
		e.loopControlled()
		return
	}
	for !e.stop || e.goOn() {
		if e.steps >= e.alarm {
			e.onAlarm()
			continue
		}
		o := e.pick()
		if o == nil {
			continue // AtEnd, or a failure that waited for quiescence
		}
		e.steps++
		e.current = o
		if e.poked.Load() {
			e.poked.Store(false)
		}
		switch {
		case o.m != nil:
			m := o.m
			if m.outh < len(m.Out) {
				e.flushStep(m)
			} else if m.co != nil {
				e.resumeStep(m)
				return
			} else {
				e.dequeueStep(m)
			}
		case o.t != nil:
			e.fire(o.t)
		default:
			e.inject(o.f)
		}
	}
}

// pick returns the operation that moves next, nil when there is nothing to move.
func (e *Engine) pick() *op {
	n := len(e.enabled)
	if n == 0 || e.special {
		o := e.pickSlow()
		if e.reduce != nil && o != nil {
			e.openStep()
		}
		return o
	}
	if n == 1 {
		return opOf(e.enabled[0])
	}
	i := e.picker.Pick(e.enabled)
	if uint(i) >= uint(n) {
		e.badStrategy("Pick", i, n)
	}
	e.choices = append(e.choices, uint32(i))
	e.picks++
	return opOf(e.enabled[i])
}

// pickSlow picks where more than the enabled operations has a say: faults on offer, the ordered clock, a fair suffix, a
// replay, quiescence.
func (e *Engine) pickSlow() *op {
	if e.confirm.on || e.cfg.Fair != nil && e.fairFrom() {
		return e.pickFair()
	}
	if e.lasso.cycle != nil {
		return e.pickAgain()
	}
	if e.cfg.Give != nil && e.cfg.Give() {
		e.pruned, e.stop = true, true
		return nil
	}
	ops := e.enabled
	if len(ops) == 0 && e.cfg.Ordered {
		ops = e.dueTimers()
	}
	faults := e.possibleFaults(len(ops) > 0)
	if len(ops) == 0 {
		if e.finished {
			e.stop = true
			return nil
		}
		if len(faults) == 0 {
			return e.quiescent()
		}
		ops = append(e.mandatory[:0], &e.ender)
		e.mandatory = ops
	}
	tie := e.obs != nil && len(e.enabled) == 0 && ops[0] != &e.ender
	if tie {
		for _, o := range ops {
			e.obs.Enabled(o)
		}
	}
	o := e.choose(ops, faults)
	if tie {
		for _, o := range ops {
			e.obs.Disabled(o)
		}
	}
	if o == nil {
		return nil
	}
	if o == &e.ender {
		return e.quiescent()
	}
	return e.ops[o.Index]
}

// choose asks the strategy, if there is a choice. It returns nil if the strategy ends the execution here.
func (e *Engine) choose(ops, faults []*strategy.Op) *strategy.Op {
	if e.reduce != nil && e.reduce.Prune(ops, faults) {
		e.pruned, e.stop = true, true
		return nil
	}
	n := len(ops) + len(faults)
	if n == 1 {
		return ops[0]
	}
	var i int
	if len(faults) > 0 && e.fault != nil {
		i = e.fault.PickFault(e.steps, ops, faults)
	} else if len(ops) > 1 {
		i = e.strat.Pick(ops)
	}
	if uint(i) >= uint(n) {
		e.badStrategy("PickFault", i, n)
	}
	e.choices = append(e.choices, uint32(i))
	if len(ops) > 1 {
		e.picks++
	}
	if e.cfg.Record {
		e.rec.schedule(ops, faults, e.last, i)
	}
	if i < len(ops) {
		return ops[i]
	}
	return faults[i-len(ops)]
}

// dequeueStep runs a handler of a machine that is between handlers.
func (e *Engine) dequeueStep(m *mach) {
	e.running = m
	m.noisy = false
	m.Guard &^= guardIdle
	switch {
	case m.status == created:
		e.start(m)
	case m.next >= 0:
		var en machine.Entry
		if !e.limited {
			en = e.take(m, m.next)
		} else if m.skips() {
			e.skip(m)
			break
		} else {
			en = e.takeOut(m)
		}
		if e.stop {
			e.running = nil
			return
		}
		m.Handle(en.Ev, en.Column)
	default:
		m.noisy = true
		if e.careful {
			e.dequeued(m, nil, nil)
		}
		m.Handle(nil, machine.DefaultColumn)
	}
	e.running = nil
	e.finish(m)
}

// start runs the start state's entry, or the whole of a plain function.
func (e *Engine) start(m *mach) {
	if m.status != alive { // runHandler has written it, where the race detector looks
		m.status = alive
	}
	if e.careful {
		e.quietly(func() { e.started(m) })
	}
	switch {
	case m.body != nil:
		m.body(m.Ctx.(*ravel.Context))
	case m.Def.Fn != nil:
		if m.Cover != nil {
			m.Cover.Began(0)
		}
		m.Def.Fn(m.Ctx)
	default:
		m.Start()
		return
	}
	if m.Ref != e.root {
		m.Out = append(m.Out, machine.Effect{Kind: machine.HaltSelf})
		if e.careful {
			m.Host.Effected()
		}
	}
}

// take removes an event from an inbox without a bound: see takeOut.
func (e *Engine) take(m *mach, i int) machine.Entry {
	if e.careful {
		e.dequeued(m, m.In.At(i), m.In.MetaAt(i))
	}
	if e.reduce != nil {
		e.preempted(m, i)
		m.unnumber(i)
	}
	var en machine.Entry
	if i == 0 {
		en = m.In.Pop()
	} else {
		en = m.In.Take(i)
	}
	if i < m.scan {
		m.scan--
	}
	if en.Timer != 0 {
		e.tickRead(m.timers[en.Timer-1])
	}
	return en
}

// resumeStep gives a suspended handler what it waited for; its coroutine goes on with the loop from there.
func (e *Engine) resumeStep(m *mach) {
	m.noisy = false
	w := m.wait
	m.got = nil
	switch w.Kind {
	case machine.WaitReceive, machine.WaitNext:
		m.got = e.takeOut(m).Ev
		if e.stop {
			return
		}
		if m.Cover != nil {
			m.Cover.Took(m.State, m.got)
		}
		e.learn(m, m.got)
	case machine.WaitStop:
		m.noisy = true
		e.resuming(m, w)
		w.OK = e.cancel(m.timers[w.N])
		e.learn(m, w.OK)
	case machine.WaitRead:
		m.noisy = true
		e.resuming(m, w)
		e.learn(m, e.models[w.N].m)
	default:
		m.noisy = true
		e.resuming(m, w)
		e.learn(m, w.Kind) // that it went on: nothing else tells one wait from the next
	}
	m.wait = nil
	m.next = -1
	m.Guard &^= guardIdle
	if e.ctl != nil && e.cfg.Goroutines {
		e.ctl.resumeHand(m)
		return
	}
	e.running = m
	e.resume, m.co = m.co, nil
}

// finish ends a dequeue step: the handler has returned, has failed, or waits. What it did before its first effect for
// others happens now, and the effect itself too if nobody could tell the difference.
func (e *Engine) finish(m *mach) {
	m.Guard |= guardIdle
	if e.careful {
		e.handled(m)
	}
	if e.limited && e.awaits(m) != nil {
		m.noisy = true // the effect has to wait
	}
	e.settleInbox(m)
	if m.outh < len(m.Out) {
		if m.Out[m.outh].Kind.Rides() {
			m.noisy = true
			e.ride(m)
			if e.stop {
				return
			}
		}
		e.didDequeue(m)
		if m.atomic {
			for m.outh < len(m.Out) && !e.stop && !e.held(m) {
				e.flush(m)
			}
		} else if !m.noisy && m.outh < len(m.Out) {
			e.flush(m)
		} else {
			e.trim(m)
		}
	} else {
		e.didDequeue(m)
	}
	e.endStep(m)
}

// didDequeue notes what the step did, for observers.
func (e *Engine) didDequeue(m *mach) {
	if e.obs != nil {
		e.did = e.did[:0]
		if m.atomic {
			e.did = append(e.did, e.current.Next) // the fault, which is handled like an event
			m.op.Next = strategy.Action{Kind: strategy.Dequeue, Object: strategy.Object(m.op.Index)}
		}
		e.did = append(e.did, m.op.Next)
	}
}

// flushStep performs the first effect of a machine's outbox.
func (e *Engine) flushStep(m *mach) {
	if e.obs != nil {
		e.did = e.did[:0]
	}
	e.flush(m)
	e.endStep(m)
}

// endStep closes the step of an operation.
func (e *Engine) endStep(m *mach) {
	if len(e.why.fields.moved) > 0 {
		e.tellFields()
	}
	if e.stop {
		return
	}
	e.refresh(m)
	o := &e.current.Op
	e.last = strategy.Moved(e.last, o)
	if e.obs != nil {
		e.meetRoom(m)
		e.closeStep()
		e.obs.Executed(o, e.did)
	}
	if e.watched {
		e.watch(m)
	}
}
