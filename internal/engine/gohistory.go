package engine

import (
	"strconv"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// history is what a recorded execution knows of its goroutines.
type history struct {
	on      bool
	points  []gocontrol.Point
	steps   []int       // of the points: in which the operation is done, or tried; 0 if none yet
	pending map[int]int // by goroutine: the point that it stands at, or blocked behind
	told    []told
	why     *goExplainer // nil unless events are explained
}

// told is an event that speaks of an object, which gets its name at the end: what it is shows in what is done with it.
type told struct{ event, object int }

func (h *history) reset(on, explain bool) {
	h.on = on
	h.points, h.steps, h.told = nil, nil, nil
	if on {
		h.pending = map[int]int{}
	}
	h.why = nil
	if explain {
		h.why = newGoExplainer()
	}
}

// arrived notes the scheduling point that a move has led to.
func (c *control) arrived() {
	s := &c.session
	id := s.Current()
	if !c.history.on || id < 0 || s.Why() == gocontrol.Selects {
		return
	}
	kind, at, ok := s.Position(id)
	if !ok {
		return
	}
	n := 0
	for i := range s.Ready() {
		if who, _, p := s.ReadyAt(i); who == id && p != nil {
			n = c.objects[uintptr(p)]
		}
	}
	c.history.points = append(c.history.points, gocontrol.Point{
		Goroutine: id, Kind: kind, Object: n, Runnable: len(c.ready), Position: at,
	})
	c.history.pending[id] = len(c.history.points) - 1
	c.history.steps = append(c.history.steps, 0)
}

// tell adds an event about a point.
func (h *history) tell(e *Engine, ev trace.Event, p *gocontrol.Point) {
	ev.Type, ev.Place = p.Kind.String(), p.Position.Place()
	if p.Object > 0 {
		h.told = append(h.told, told{len(e.rec.events), p.Object})
	}
	e.event(ev)
}

// goesOn tells that a goroutine does what it stood before.
func (c *control) goesOn(g *goroutine) {
	h := &c.history
	if i, ok := h.pending[g.id]; ok && h.on {
		if h.steps[i] == 0 {
			h.steps[i] = c.e.steps
		}
		c.begins(g, &h.points[i])
		h.tell(c.e, trace.Event{Kind: trace.Did, Who: g.name(), Stack: c.stackOf(g.id)}, &h.points[i])
	}
}

// cameTo tells what a move of a goroutine has led to, beyond its next point.
func (c *control) cameTo(g *goroutine) {
	h := &c.history
	if !h.on {
		return
	}
	if c.e.stop {
		c.happens()
		return
	}
	c.woken(g)
	s := &c.session
	if s.Current() == g.id || c.signal != nil && c.signal.id == g.id || c.canMove(g) {
		c.happens()
		return
	}
	i, stood := h.pending[g.id]
	switch _, _, there := s.Position(g.id); {
	case !there:
		c.happens()
		c.e.event(trace.Event{Kind: trace.Ended, Who: g.name()})
	case stood:
		h.tell(c.e, trace.Event{Kind: trace.Blocked, Who: g.name(), Stack: c.stackOf(g.id)}, &h.points[i])
		c.blocks(g, &h.points[i])
	}
}

// canMove reports whether a goroutine is among those that can.
func (c *control) canMove(g *goroutine) bool {
	for _, o := range c.ready {
		if opOf(o) == g.opOf() {
			return true
		}
	}
	return false
}

// woken tells who can go on, by what a goroutine did, or, if that is nil, by what happened outside of all.
func (c *control) woken(by *goroutine) {
	was := map[*strategy.Op]bool{}
	for _, o := range c.was {
		was[o] = true
	}
	for _, o := range c.ready {
		op := opOf(o)
		if was[o] || by != nil && op == by.opOf() || op.g != nil && op.g.fresh {
			continue
		}
		ev, id := trace.Event{Kind: trace.Woken}, -1
		switch {
		case op.m == nil:
			ev.Who, id = op.g.name(), op.g.id
		default:
			if ev.Who = op.m.display(); op.m.hand != nil {
				id = op.m.hand.id
			}
		}
		if by != nil {
			ev.Peer = by.name()
		} else {
			c.e.why.followsLast(trace.ClockName)
		}
		c.e.event(ev)
		c.wakes(id)
	}
}

// spawned tells of a new goroutine.
func (c *control) spawned(g *goroutine) {
	if !c.history.on {
		return
	}
	by := "clock"
	if p := c.goroutine(g.creator); p != nil {
		by = p.name()
	}
	at := placeOf(g.at)
	if failure.OfTesting(at) {
		at = failure.Place{}
	}
	c.e.event(trace.Event{Kind: trace.Spawned, Who: by, Peer: g.name(), Place: at})
	if c.history.why != nil {
		c.history.why.spawned[g.id] = c.e.happened()
	}
}

// selected tells which case a select takes.
func (c *control) selected(g *goroutine, v, n int) {
	h := &c.history
	if !h.on {
		return
	}
	ev := trace.Event{Kind: trace.Selected, Who: g.name(), Value: strconv.Itoa(v), N: n}
	if i, ok := h.pending[g.id]; ok {
		ev.Place = h.points[i].Position.Place()
	}
	c.e.event(ev)
}

// timePassed tells that the clock has advanced.
func (c *control) timePassed(by time.Duration) {
	if c.history.on {
		c.e.event(trace.Event{Kind: trace.Ticked, Value: by.String()})
		c.woken(nil)
	}
}

// named gives the objects of events their names.
func (c *control) named() {
	h := &c.history
	if !h.on || len(h.told) == 0 {
		return
	}
	names := gocontrol.Objects(h.points, nil)
	for _, t := range h.told {
		if t.event < len(c.e.rec.events) && t.object < len(names) {
			c.e.rec.events[t.event].Peer = names[t.object]
		}
	}
}

// explain tells who waits for whom among the goroutines that are there.
func (c *control) explain(there []gocontrol.Goroutine) ([]failure.Goroutine, []int) {
	x := gocontrol.Explain(gocontrol.History{Points: c.history.points, Left: there, Origin: c.origin})
	return x.Goroutines(c.telling()), x.Indexes()
}

// spinning tells who went on when the execution was cut.
func (c *control) spinning() []failure.Spinning {
	created := func(id int) gocontrol.Frame {
		if g := c.goroutine(id); g != nil {
			return frameOf(g.at)
		}
		return gocontrol.Frame{}
	}
	return gocontrol.Spinning(c.history.points, created, c.telling())
}

func (c *control) telling() gocontrol.Telling {
	return gocontrol.Telling{Step: func(p int) int { return c.history.steps[p] }, Machine: c.machineOf}
}

// origin tells who created a goroutine.
func (c *control) origin(id int) (creator, nth int, ok bool) {
	if g := c.goroutine(id); g != nil && g.hand == nil {
		return g.creator, g.nth, true
	}
	return 0, 0, false
}
