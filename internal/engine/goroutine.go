package engine

import (
	"unsafe"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// goroutine is an operation: one that the program has started. The goroutines of hands are none: they are their machines.
type goroutine struct {
	op           op
	id           int
	hand         *hand   // that it is, nil for those of the program
	of           *mach   // whose handler has started it, or the goroutine that has
	lost         *mach   // of, if that has crashed since: what it does in its name is lost
	start        uintptr // its function
	at           uintptr // the go statement
	born         int32   // goroutines that it has created
	creator, nth int     // as the session tells
	fresh        bool    // it has come into being in the present move
	values       int     // select statements decided, for names
	stamp        int     // of the last time that it was ready
	kind         gocontrol.Kind
	moves        int // so far, counted when every move is the engine's
}

// goroutine returns that of a number, nil if it is not known.
func (c *control) goroutine(id int) *goroutine {
	if id < 0 || id >= c.ngos {
		return nil
	}
	if g := c.gos[id]; g.op.g != nil || g.hand != nil {
		return g
	}
	return nil
}

// opOf returns the operation that moves when the goroutine does: its own, or that of the machine whose handler it carries.
func (g *goroutine) opOf() *op {
	if g.hand == nil {
		return &g.op
	}
	if m := g.hand.m; m != nil {
		return &m.op
	}
	return nil
}

// learn brings the operations in line with what the session tells.
func (c *control) learn() {
	s := &c.session
	for i := range s.Born() {
		c.meet(s.BornAt(i))
	}
	c.gather()
}

// gather lists who can move, as the session has told. A handler whose machine has effects to perform cannot.
func (c *control) gather() {
	e := c.e
	s := &c.session
	c.was, c.ready = c.ready, c.was[:0]
	c.places = c.places[:0]
	for i := range s.Ready() {
		id, kind, obj := s.ReadyAt(i)
		g := c.gos[id]
		o := g.opOf()
		if o == nil {
			continue // a hand that is about to park
		}
		if m := o.m; m != nil && m.outh < len(m.Out) {
			continue
		}
		g.kind = kind
		o.Next = c.action(kind, obj, o)
		c.ready, c.places = append(c.ready, &o.Op), append(c.places, i)
	}
	if e.obs != nil {
		c.report()
	}
}

// report tells the strategy who has become able to move, and who is not any more.
func (c *control) report() {
	c.stamp++
	for _, o := range c.ready {
		opOf(o).stamp = c.stamp
	}
	for _, o := range c.was {
		if op := opOf(o); op.stamp != c.stamp && op.pos < 0 {
			c.e.observe(op, false)
		}
	}
	for _, o := range c.ready {
		c.e.observe(opOf(o), true)
	}
}

// meet makes a new goroutine an operation.
func (c *control) meet(b gocontrol.Born) {
	for b.ID >= len(c.gos) {
		c.gos = append(c.gos, &goroutine{})
	}
	for ; c.ngos <= b.ID; c.ngos++ {
		*c.gos[c.ngos] = goroutine{}
	}
	g := c.gos[b.ID]
	*g = goroutine{id: b.ID, start: b.Start, at: b.Created, creator: b.Creator, nth: b.Nth}
	for _, h := range c.hands {
		if h.id == b.ID {
			g.hand = h
			return
		}
	}
	g.op = op{g: g, pos: -1}
	g.op.Op = strategy.Op{Kind: strategy.Goroutine, Index: len(c.e.ops), Nth: b.Nth}
	if creator := c.goroutine(b.Creator); creator != nil {
		if g.of, g.lost = creator.of, creator.lost; creator.hand != nil {
			g.of, g.lost = creator.hand.m, nil
		}
		g.op.Nth = int(creator.born)
		creator.born++
		if o := creator.opOf(); o != nil {
			g.op.Creator = &o.Op
			if m := o.m; m != nil {
				g.op.Nth = int(m.gos)
				m.gos++
			}
		}
	}
	if c.e.cfg.Record {
		g.op.Name = g.name()
	}
	c.e.ops = append(c.e.ops, &g.op)
	g.fresh, c.fresh = true, append(c.fresh, g)
	c.spawned(g)
}

// forgetFresh is called before a move: who has been there before is not new in it.
func (c *control) forgetFresh() {
	for _, g := range c.fresh {
		g.fresh = false
	}
	c.fresh = c.fresh[:0]
}

// name is what reports call a goroutine.
func (g *goroutine) name() string {
	if g.hand != nil && g.hand.m != nil {
		return g.hand.m.display()
	}
	return failure.GoroutineName(g.id, "", placeOf(g.at))
}

// action is what a goroutine does next.
func (c *control) action(kind gocontrol.Kind, obj unsafe.Pointer, o *op) strategy.Action {
	switch kind {
	case gocontrol.None:
		return strategy.Action{Kind: strategy.Start, Object: strategy.GoObject(0)}
	case gocontrol.AtomicLoad, gocontrol.MemoryRead, gocontrol.RLock:
		return strategy.Action{Kind: strategy.Read, Object: c.object(obj)}
	case gocontrol.Lock:
		return strategy.Action{Kind: strategy.Acquire, Object: c.object(obj)}
	case gocontrol.Unlock:
		return strategy.Action{Kind: strategy.Release, Object: c.object(obj)}
	case gocontrol.Send, gocontrol.Close:
		return strategy.Action{Kind: strategy.Put, Object: c.object(obj)}
	case gocontrol.Recv:
		return strategy.Action{Kind: strategy.Take, Object: c.object(obj)}
	case gocontrol.WaitGroupAdd, gocontrol.WaitGroupWait:
		return strategy.Action{Kind: strategy.Join, Object: c.object(obj)}
	}
	return strategy.Action{Kind: strategy.Access, Object: c.object(obj)}
}

// object numbers what goroutines meet in, in the order of appearance, and keeps it, so that nothing else gets its address.
func (c *control) object(p unsafe.Pointer) strategy.Object {
	if p == nil {
		return strategy.GoObject(0)
	}
	n, ok := c.objects[uintptr(p)]
	if !ok {
		n = len(c.objects) + 1
		c.objects[uintptr(p)] = n
		c.kept = append(c.kept, p)
	}
	return strategy.GoObject(n)
}

// chooseCase resolves a select with several ready cases.
func (e *Engine) chooseCase(g *goroutine, n int) int {
	o := g.opOf()
	v := 0
	switch {
	case e.confirm.on:
		g.values++
		v = g.values % n
	default:
		v = e.strat.Value(strategy.Value{Kind: schedule.Int, N: n, Fair: true, Op: &o.Op})
		if uint(v) >= uint(n) {
			e.badStrategy("Value", v, n)
		}
		e.choices = append(e.choices, uint32(v))
		if e.cfg.Record {
			nth := &g.values
			if o.m != nil {
				nth = &o.m.values
			}
			e.rec.named = append(e.rec.named, schedule.Named{
				Choice: schedule.Choice{Kind: schedule.Int, N: n, Value: v}, Op: o.Path(), Nth: *nth,
			})
			*nth++
		}
	}
	return v
}
