package engine

import (
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// noteOutside notes who has been woken from outside of the execution in the last move. It is called after learn. A
// recorded execution knows it: of the goroutines that can move now and could not before it, those that wait for a device,
// or all of them if nobody inside has moved.
func (c *control) noteOutside() {
	s := &c.session
	n := s.Outside() - c.seen
	if n == 0 {
		return
	}
	c.seen = s.Outside()
	if c.history.on {
		for _, o := range c.ready {
			if n == 0 {
				break
			}
			if w, ok := c.wokenOutside(o); ok {
				c.countWakeup(w)
				n--
			}
		}
	}
	for ; n > 0; n-- {
		c.countWakeup(failure.Wakeup{})
	}
}

// wokenOutside describes the wake-up of a goroutine, if it was one from outside.
func (c *control) wokenOutside(o *strategy.Op) (w failure.Wakeup, ok bool) {
	for _, was := range c.was {
		if was == o {
			return w, false
		}
	}
	op := opOf(o)
	id := -1
	switch {
	case op.g != nil:
		id = op.g.id
	case op.m != nil && op.m.hand != nil:
		id = op.m.hand.id
	}
	g, there := c.session.Goroutine(id)
	if !there {
		return w, false
	}
	w = failure.Wakeup{
		By: failure.UncontrolledWaker, Goroutine: failure.GoroutineName(id, c.machineOf(id), g.Created.Place()), Place: g.Stack.User().Place(),
	}
	for _, f := range g.Stack {
		if strings.HasPrefix(f.Function, "internal/poll.") {
			w.By = failure.NetworkWaker
		}
	}
	return w, w.By == failure.NetworkWaker || !c.moved
}

// countWakeup counts a wake-up among those of the same kind and place.
func (c *control) countWakeup(w failure.Wakeup) {
	for i := range c.wakeups {
		if k := &c.wakeups[i]; k.By == w.By && k.Goroutine == w.Goroutine && k.Place == w.Place {
			k.Count++
			return
		}
	}
	w.Count = 1
	c.wakeups = append(c.wakeups, w)
}
