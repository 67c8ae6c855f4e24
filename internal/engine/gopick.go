package engine

import (
	"time"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/strategy"
)

// pickControlled returns the operation that moves next, nil when there is none: something else has happened then.
func (e *Engine) pickControlled() *op {
	c := e.ctl
	c.ops = append(append(c.ops[:0], c.ready...), e.enabled...)
	ops := c.ops
	if e.confirm.on {
		if len(ops) > 0 {
			return e.fairOf(ops)
		}
	} else if faults := c.faults(len(ops) > 0); len(ops) > 0 {
		if o := e.choose(ops, faults); o != nil {
			return e.ops[o.Index]
		}
		return nil
	}
	return e.pickIdle()
}

// pickIdle picks where no goroutine and no machine can move: time passes, something outside is waited for, faults are on
// offer, or the execution comes to its end.
func (e *Engine) pickIdle() *op {
	c := e.ctl
	s := &c.session
	if s.Waits() {
		c.run(gocontrol.Command{How: gocontrol.Poll})
		if len(c.ready) > 0 || e.stop {
			return nil
		}
	}
	if ops := c.due(); len(ops) > 0 {
		if e.obs != nil {
			for _, o := range ops {
				e.obs.Enabled(o)
			}
			defer func() {
				for _, o := range ops {
					e.obs.Disabled(o)
				}
			}()
		}
		if e.confirm.on {
			return e.ops[ops[0].Index]
		}
		if o := e.choose(ops, nil); o != nil {
			return e.ops[o.Index]
		}
		return nil
	}
	if s.Waits() && c.stage != over {
		e.steps++
		c.run(gocontrol.Command{How: gocontrol.Await})
		return nil
	}
	if faults := c.faults(false); len(faults) > 0 && !e.confirm.on && c.stage == working {
		if o := e.choose(append(e.mandatory[:0], &e.ender), faults); o != &e.ender {
			return e.ops[o.Index]
		}
	}
	return e.quiescentControlled()
}

// faults returns what could happen beside the operations that can move: a timer of goroutines fires early, for one.
func (c *control) faults(busy bool) []*strategy.Op {
	e := c.e
	fs := e.possibleFaults(busy)
	if busy && c.offersTimer() {
		c.clock.Units = e.budgets[c.clock.Budget].units
		c.clock.Due = c.session.Timer()
		c.clock.Next = strategy.Action{Kind: strategy.Inject, Object: strategy.BudgetObject(c.clock.Budget)}
		fs = append(fs, &c.clock.Op)
		e.optional = fs
	}
	return fs
}

// earlySlack is how much time may pass while something else could move: what takes longer than that in life is not worth
// trying, and a timeout of several seconds is not a matter of interleavings.
const earlySlack = time.Second

// offersTimer reports whether a timer of goroutines may fire early.
func (c *control) offersTimer() bool {
	s := &c.session
	return c.early > 0 && c.e.budgets[c.clock.Budget].units > 0 && s.Timer() >= 0 && s.Timer()-s.Now() <= earlySlack && !s.Guarded()
}

// due returns the timers that are due next, when nothing can move: those of machines under the ordered clock, and the clock
// of the goroutines.
func (c *control) due() []*strategy.Op {
	e := c.e
	var ops []*strategy.Op
	if e.cfg.Ordered {
		ops = e.dueTimers()
	}
	at := c.session.Timer()
	if at < 0 || c.stage == over || (c.stage != working || e.resting()) && c.afterAt >= afterBody {
		return ops
	}
	switch {
	case len(ops) == 0 || at < opOf(ops[0]).t.deadline:
		ops = e.mandatory[:0]
	case at > opOf(ops[0]).t.deadline:
		return ops
	}
	c.clock.Due = at
	c.clock.Next = strategy.Action{Kind: strategy.Fire, Object: strategy.Clock}
	ops = append(ops, &c.clock.Op)
	e.mandatory = ops
	return ops
}

// resting reports whether the body has returned, and no handler is amid a move.
func (e *Engine) resting() bool {
	for _, m := range e.machs[:e.nmachs] {
		if m.midway {
			return false
		}
	}
	r := e.machs[0]
	return r.status != created && r.wait == nil
}

// passTime lets the next timer of the goroutines fire.
func (c *control) passTime() {
	e := c.e
	s := &c.session
	switch idle := len(c.ready)+len(e.enabled) == 0; {
	case !idle:
		e.budgets[c.clock.Budget].units--
	case e.resting():
		c.afterAt++
		c.turn()
	default:
		if c.turn(); len(c.turns)%afterBody == 0 {
			if c.prove(); e.stop {
				return
			}
		}
	}
	did := c.clock.Next
	before := s.Now()
	c.forgetFresh()
	s.Advance(max(s.Timer(), e.now))
	e.now = s.Now()
	e.fp.env.Now = epochOf.Add(e.now)
	c.learn()
	c.timePassed(s.Now() - before)
	e.last = strategy.Moved(e.last, &c.clock.Op)
	if e.obs != nil {
		e.obs.Executed(&c.clock.Op, append(e.did[:0], did))
	}
}

// follow brings the clock of the goroutines up to that of the machines.
func (c *control) follow() {
	if s := &c.session; c.e.now > s.Now() {
		s.Advance(c.e.now)
		c.learn()
	}
}
