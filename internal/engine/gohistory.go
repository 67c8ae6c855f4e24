package engine

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// history is what a recorded execution knows of its goroutines.
type history struct {
	on     bool
	points []gocontrol.Point
	steps  []int // of the points
}

func (h *history) reset(on bool) {
	h.on = on
	h.points, h.steps = nil, nil
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
	c.history.steps = append(c.history.steps, c.e.steps)
}

// timePassed notes that the clock has advanced.
func (c *control) timePassed() {}

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
