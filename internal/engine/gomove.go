package engine

import (
	"math"
	"slices"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// run lets the session go on and sees to what has come of it.
func (c *control) run(cmd gocontrol.Command) {
	e := c.e
	s := &c.session
	before := s.Moves()
	begun := e.steps
	c.moved = cmd.How != gocontrol.Await && cmd.How != gocontrol.Poll
	e.running = c.handler()
	if cmd.How == gocontrol.Move {
		e.running = opOf(c.ready[slices.Index(c.places, cmd.Which)]).m
	}
	free := cmd.How == gocontrol.Free || cmd.How == gocontrol.MoveFree
	if cmd.How == gocontrol.MoveFree {
		begun-- // the move has been counted
	}
	if free {
		cmd.Limit = before + uint64(max(e.alarm-begun, 0))
		if c.early > 0 && e.budgets[c.clock.Budget].units > 0 {
			cmd.Early, cmd.Slack = true, earlySlack
			if at := c.earlyAt(); at != math.MaxInt {
				cmd.EarlyAt = before + uint64(max(at-begun, 0))
			} else {
				cmd.EarlyAt = math.MaxUint64
			}
		}
	}
	s.Go(cmd)
	for s.Why() == gocontrol.Selects {
		v := 0
		if g := c.gos[s.Current()]; s.Cases() > 1 {
			v = e.chooseCase(g, s.Cases())
			c.selected(g, v, s.Cases())
		}
		s.Go(gocontrol.Command{How: gocontrol.TakeCase, Which: v, Limit: cmd.Limit})
	}
	e.running = nil
	if free {
		n := len(e.choices)
		e.choices = s.Decisions(e.choices)
		e.picks += len(e.choices) - n
		e.steps = begun + int(s.Moves()-before)
		if e.poked.Load() {
			e.poked.Store(false)
		}
	}
	if s.Why() == gocontrol.Over {
		if cmd.How == gocontrol.Move {
			begun--
		}
		e.steps = begun + int(s.Moves()-before)
		if s.Ended() == gocontrol.Stopped {
			e.steps++ // the move that it broke off
		}
	}
	c.settle()
}

// handler is the machine whose handler is amid a move, if there is one.
func (c *control) handler() *mach {
	for _, h := range c.hands {
		if h.m != nil && h.m.midway {
			return h.m
		}
	}
	return nil
}

// settle learns from the session what has become of its goroutines.
func (c *control) settle() {
	e := c.e
	s := &c.session
	if s.Why() == gocontrol.Over {
		c.learn() // the goroutine that has ended it may be new
		c.raced()
		c.sessionOver()
	} else {
		c.raced()
		c.performRiding()
		c.learn()
	}
	c.noteOutside()
	c.arrived()
	if g := c.mover; g != nil {
		c.mover = nil
		c.cameTo(g)
	}
	c.stalled = c.stalled || c.handler() != nil
	c.settleAdopted()
	if h := c.signal; h != nil {
		c.signal = nil
		delete(c.history.pending, h.id)
		m := h.m
		m.midway = false
		if h.gone {
			m.hand = nil
		}
		switch {
		case h.task != nil:
			c.taskDone(h)
		case !e.stop:
			if m.wait == nil {
				c.release(h)
			}
			e.current = &m.op
			e.finish(m)
		}
	}
}

// performRiding performs what handlers that have come to a Go operation had to announce before it. Their other effects are
// flushed before they go on, one step each: program order holds between effects and Go operations, too.
func (c *control) performRiding() {
	e := c.e
	for _, h := range c.hands {
		m := h.m
		if m == nil || !m.midway || h == c.signal || m.outh == len(m.Out) || e.stop {
			continue
		}
		e.current = &m.op
		e.ride(m)
		e.trim(m)
		e.refresh(m)
	}
}

// move makes a goroutine, or the handler of a machine, go on to its next scheduling point.
func (c *control) move(o *op) {
	e := c.e
	at := -1
	for i, r := range c.ready {
		if r == &o.Op {
			at = i
			break
		}
	}
	if at < 0 {
		panic("engine: a goroutine that cannot move is picked")
	}
	how := gocontrol.Move
	if c.free && len(e.enabled) == 0 && len(e.offered) == 0 && !e.confirm.on && c.lone() {
		how = gocontrol.MoveFree
	}
	e.did = append(e.did[:0], o.Next)
	c.forgetFresh()
	c.mover = o.g
	if o.m != nil {
		c.mover = c.gos[o.m.hand.id]
	}
	c.goesOn(c.mover)
	c.run(gocontrol.Command{How: how, Which: c.places[at], Limit: math.MaxUint64})
	if e.stop || o.m != nil && !o.m.midway {
		return // finish has closed the step
	}
	e.last = strategy.Moved(e.last, &o.Op)
	if e.obs != nil {
		e.obs.Executed(&o.Op, e.did)
	}
}

// begin gives a handler to a service goroutine, which can move then.
func (c *control) begin(m *mach, f func()) {
	h := c.free1()
	h.m, h.work = m, f
	if h.first == nil {
		h.first = m
	}
	h.several = h.several || h.first != m
	m.hand, m.midway = h, true
	c.e.set(&m.op, false)
	c.wake(h)
}

// resumeHand lets a handler that has waited for the engine go on.
func (c *control) resumeHand(m *mach) {
	m.midway = true
	c.e.set(&m.op, false)
	c.wake(m.hand)
	c.move(&m.op)
}

// wake makes a service goroutine that has parked able to move, as the operation of its machine.
func (c *control) wake(h *hand) {
	if h.fresh {
		h.fresh = false // it has not begun: it can move already
	} else {
		c.session.Wake(h.id)
	}
	c.session.Look()
	c.learn()
}

// inject lets a machine handle a fault in one step.
func (c *control) inject(m *mach, ev any, column int32) {
	e := c.e
	c.begin(m, func() {
		m.Guard &^= guardIdle
		e.running = m
		m.Handle(ev, column)
	})
	at := 0
	for c.ready[at] != &m.op.Op {
		at++
	}
	c.run(gocontrol.Command{How: gocontrol.Move, Which: c.places[at], Atomic: true, Limit: math.MaxUint64})
	if m.midway && !e.stop {
		e.misuse(m, "a handler of a fault blocks: a fault happens in one atomic step")
	}
	m.atomic = false
}

// runHandler is what dequeueStep does before finish, on a service goroutine.
func (e *Engine) runHandler(m *mach) {
	gocontrol.Mask(true)
	e.running = m
	m.noisy = false
	m.Guard &^= guardIdle
	if m.status == created {
		m.status = alive
		gocontrol.Mask(false) // orders what has been written, also if the handler waits where the race detector does not look
		e.start(m)
		return
	}
	gocontrol.Mask(false)
	switch {
	case e.limited && m.skips():
		e.quietly(func() { e.skip(m) })
	case m.next >= 0:
		was := gocontrol.Mask(true)
		en := e.takeOut(m)
		gocontrol.Mask(was)
		if !e.stop {
			m.Handle(en.Ev, en.Column)
		}
	default:
		m.noisy = true
		if e.careful {
			e.quietly(func() { e.dequeued(m, nil, nil) })
		}
		m.Handle(nil, machine.DefaultColumn)
	}
}

// quietly does what is the engine's business, without scheduling points if it happens on a hand.
func (e *Engine) quietly(f func()) {
	if e.cfg.Goroutines {
		defer gocontrol.Mask(gocontrol.Mask(true))
	}
	f()
}
