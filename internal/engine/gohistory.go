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
	g, ok := s.Goroutine(id)
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
		Goroutine: id, Kind: g.Kind, Object: n, Runnable: len(c.ready), Position: g.Stack.User(),
	})
	c.history.steps = append(c.history.steps, c.e.steps)
}

// timePassed notes that the clock has advanced.
func (c *control) timePassed() {}

// explain tells who waits for whom among the goroutines that are there.
func (c *control) explain(there []gocontrol.Goroutine) ([]failure.Goroutine, []int) {
	h := &c.history
	x := gocontrol.Explain(gocontrol.History{Points: h.points, Left: there})
	t := gocontrol.Telling{Step: func(p int) int { return h.steps[p] }, Machine: c.machineOf}
	return x.Goroutines(t), x.Indexes()
}
