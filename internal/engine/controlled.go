package engine

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// control is what the engine keeps of the goroutines of an execution, with Config.Goroutines. They belong to a session of
// package gocontrol. Handlers run on service goroutines of the session, so that what they do with channels and locks is
// under control too; the engine's loop stays outside and decides, move by move, who goes on. Where only goroutines
// can move, and the strategy is one that the session knows itself, the session decides.
type control struct {
	e       *Engine
	session gocontrol.Session
	open    bool
	free    bool // the session knows the strategy
	stalled bool // a handler has not made it to its end in one move

	gos    []*goroutine // by number; pooled
	ngos   int
	ready  []*strategy.Op // who can move, as the session tells
	places []int          // of those in the session's list
	ops    []*strategy.Op // those, and the engine's own
	was    []*strategy.Op // what was ready before, for observers
	stamp  int

	hands   []*hand // pooled goroutines of this execution
	signal  *hand   // that has handed back control
	closing bool

	objects map[uintptr]int
	kept    []unsafe.Pointer // the objects, so that each keeps its address

	stage    stage
	early    int              // budget of timers that fire before their turn
	clock    op               // the operation that lets time pass
	seen     uint64           // wake-ups from outside that have been told of
	wakeups  []failure.Wakeup // those
	moved    bool             // somebody inside has made the last move
	adopted  []*mach          // in whose name goroutines have acted
	afterAt  int              // clock advances since the body has returned
	turns    []uint64         // the moves that had been made when nobody could move, and the clock advanced
	allowed  []int            // goroutines left, by what allows them
	endless  *failure.Endless // who goes on for ever
	unproven bool             // somebody waits for ever, perhaps: a recorded execution knows
	history  history
	mover    *goroutine   // that makes the present move
	fresh    []*goroutine // that came into being in it

	plans map[*strategy.Plan]*gocontrol.Plan // as the session takes them
}

// stage is how far the end of an execution has come.
type stage uint8

const (
	working  stage = iota // the body, machines and goroutines
	ending                // functions of AtEnd run
	cleaning              // functions of Cleanup run
	over
)

// startControl opens the session of an execution.
func (e *Engine) startControl() error {
	c := e.ctl
	if c == nil {
		c = &control{e: e, objects: map[uintptr]int{}}
		e.ctl = c
	}
	opts := gocontrol.SessionOptions{Values: e.valueSeed(), Atomics: true, Memory: e.cfg.Memory}
	c.free = !e.cfg.Record && e.reduce == nil && c.native(&opts)
	if err := c.session.Open(opts); err != nil {
		return err
	}
	c.open, c.closing = true, false
	c.ngos, c.hands, c.signal, c.stalled = 0, c.hands[:0], nil, false
	c.ready, c.was = c.ready[:0], c.was[:0]
	clear(c.objects)
	clear(c.kept)
	c.kept = c.kept[:0]
	c.stage, c.early, c.seen, c.afterAt = working, e.cfg.EarlyGoTimers, 0, 0
	c.wakeups = nil
	c.turns, c.allowed, c.endless, c.unproven = c.turns[:0], c.allowed[:0], nil, false
	c.adopted = c.adopted[:0]
	c.clock = op{pos: -1}
	c.clock.Op = strategy.Op{Kind: strategy.Timer, Index: len(e.ops), Creator: &e.machs[0].op.Op, Nth: -1, Name: "clock"}
	e.ops = append(e.ops, &c.clock)
	c.history.reset(e.cfg.Record, e.why.on)
	if c.early > 0 {
		e.budgets = append(e.budgets, budget{name: earlyGoTimers, units: c.early, total: c.early})
		c.clock.Budget = len(e.budgets) - 1
	}
	return nil
}

// earlyGoTimers is the budget of timers of goroutines that fire before their turn.
const earlyGoTimers = "early clock"

// valueSeed is a choice like any other: what the program draws follows from it.
func (e *Engine) valueSeed() uint64 {
	n := e.cfg.ValueSeeds
	if n < 2 {
		return 0
	}
	root := &e.machs[0].op.Op
	v := e.strat.Value(strategy.Value{Kind: schedule.Int, N: n, Fair: true, Op: root})
	if uint(v) >= uint(n) {
		e.badStrategy("Value", v, n)
	}
	e.choices = append(e.choices, uint32(v))
	if e.cfg.Record {
		e.rec.named = append(e.rec.named, schedule.Named{Choice: schedule.Choice{Kind: schedule.Int, N: n, Value: v}, Op: root.Path()})
		if v > 0 {
			e.log("test", fmt.Sprintf("random numbers and the order of maps follow from seed %d", v))
		}
	}
	e.machs[0].values++
	return uint64(v)
}

// outcome tells what has become of the goroutines of an execution.
func (c *control) outcome(o *Outcome) {
	for _, g := range c.gos[:c.ngos] {
		if g.hand == nil {
			o.Goroutines++
		}
	}
	o.Stalled = c.stalled
	o.Outside, o.Digest = c.session.Outside(), c.session.Digest()
	o.Wakeups = c.wakeups
	if c.e.bounded && c.e.err == nil {
		c.cutAtBound()
		o.Bounded, o.Err = c.e.bounded, c.e.err
	}
	o.Allowed, o.Endless, o.Unproven = c.allowed, c.endless, c.unproven
	c.named()
	if c.e.bounded && c.history.on {
		o.Spinning = c.spinning()
	}
}

// native tells the session the strategy of the execution, and reports whether it knows it.
func (c *control) native(o *gocontrol.SessionOptions) bool {
	e := c.e
	switch s := e.picker.(type) {
	case *strategy.Random:
		o.Strategy = gocontrol.Random
	case *strategy.POS:
		o.Strategy = gocontrol.POS
	case *strategy.NonPreemptive:
		o.Strategy = gocontrol.Default
	case *strategy.PCT:
		depth, picks := s.Plan()
		o.Strategy, o.Depth, o.Expect = gocontrol.PCT, depth, uint64(picks)
	case *strategy.URW:
		if o.Plan = c.plan(s.Plan()); o.Plan == nil {
			return false
		}
		o.Strategy = gocontrol.URW
	case *strategy.SURW:
		if o.Plan = c.plan(s.Plan()); o.Plan == nil {
			return false
		}
		o.Strategy = gocontrol.SURW
	default:
		return false
	}
	if s, ok := e.picker.(interface{ Seed() uint64 }); ok {
		o.Seed = s.Seed()
	}
	return true
}

// mostPlans is how many plans are kept: a strategy has one for each object, and makes them again when it has learnt.
const mostPlans = 1000

// plan translates a plan for the session; nil for none.
func (c *control) plan(p *strategy.Plan) *gocontrol.Plan {
	if p == nil {
		return nil
	}
	if q := c.plans[p]; q != nil {
		return q
	}
	if c.plans == nil || len(c.plans) >= mostPlans {
		c.plans = map[*strategy.Plan]*gocontrol.Plan{}
	}
	q := &gocontrol.Plan{Unit: p.Unit, Selects: p.Selects, Root: p.Root, Shares: make([]gocontrol.Share, len(p.Shares))}
	for i, s := range p.Shares {
		q.Shares[i] = gocontrol.Share(s)
	}
	c.plans[p] = q
	return q
}

// stopControl ends all goroutines of the execution.
func (e *Engine) stopControl() {
	c := e.ctl
	if c == nil || !c.open {
		return
	}
	c.open, c.closing = false, true
	for _, m := range e.machs[:e.nmachs] {
		m.Guard |= guardDead // for deferred functions
	}
	c.session.Close()
}

// Released returns what goroutines of the last execution had left locked in package variables, and was released for the next
// one. It is valid until the next Run.
func (e *Engine) Released() []gocontrol.Released {
	if e.ctl == nil {
		return nil
	}
	return e.ctl.session.Released()
}

// loopControlled is the loop with goroutines.
func (e *Engine) loopControlled() {
	c := e.ctl
	for !e.stop {
		if e.steps >= e.alarm {
			e.onAlarm()
			continue
		}
		if c.mayRunFree() {
			c.run(gocontrol.Command{How: gocontrol.Free})
			continue
		}
		o := e.pickControlled()
		if o == nil {
			continue
		}
		e.steps++
		e.current = o
		if e.poked.Load() {
			e.poked.Store(false)
		}
		switch m := o.m; {
		case m != nil && m.outh < len(m.Out):
			e.flushStep(m)
			if m.midway {
				c.gather() // its handler can go on
			}
		case o.g != nil || m != nil && m.midway:
			c.move(o)
		case m != nil && m.wait != nil:
			e.resumeStep(m)
		case m != nil:
			c.begin(m, func() { e.runHandler(m) })
			c.move(o)
		case o == &c.clock:
			c.passTime()
		case o.t != nil:
			e.fire(o.t)
			c.follow()
		default:
			e.inject(o.f)
		}
	}
}

// mayRunFree reports whether the session may decide: only goroutines can move, the program's own or one handler.
func (c *control) mayRunFree() bool {
	e := c.e
	if !c.free || len(c.ready) == 0 || len(e.enabled) > 0 || e.confirm.on || e.lasso.cycle != nil || len(e.offered) > 0 || e.stop {
		return false
	}
	if c.offersTimer() && e.steps >= c.earlyAt() {
		return false // the next decision may be that a timer fires
	}
	return c.lone()
}

// lone reports whether at most one handler is amid a move: Engine.running then says whose code runs.
func (c *control) lone() bool {
	n := 0
	for _, h := range c.hands {
		if h.m != nil && h.m.midway {
			n++
		}
	}
	return n <= 1
}

// earlyAt is the step from which on the fault plan may want a timer to fire early.
func (c *control) earlyAt() int {
	e := c.e
	if c.early == 0 || e.budgets[c.clock.Budget].units == 0 {
		return math.MaxInt
	}
	p, ok := e.strat.(interface{ Due(fault *strategy.Op) int })
	if !ok {
		return math.MaxInt // no plan: NonPreemptive lets no fault happen
	}
	c.clock.Units = e.budgets[c.clock.Budget].units
	return p.Due(&c.clock.Op)
}
