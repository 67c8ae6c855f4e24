package engine

import (
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// The goroutines that are there when everything is over are judged: those that nobody can wake have leaked. While time can
// still pass nobody knows that of any but those that no other goroutine could wake; see gocontrol.Hopeless.

// afterBody is how often the clock may advance after the body and all machines have come to rest: goroutines that sleep
// get the time to end, and those that tick for ever do not keep the execution from ending.
const afterBody = 100

// idleHands counts the hands that are there, when no handler is amid a move.
func (c *control) idleHands() int {
	n := 0
	for _, h := range c.hands {
		if !h.gone {
			n++
		}
	}
	return n
}

// timeGoesOn reports whether somebody still waits for a timer after all the time that was given to the end.
func (c *control) timeGoesOn() bool { return c.afterAt >= afterBody && c.session.Timer() >= 0 }

// leaked reports goroutines that are left when everything is over.
func (e *Engine) leaked() error {
	c := e.ctl
	if c.session.Alive() == c.idleHands() {
		if c.timeGoesOn() {
			c.timersGoOn()
		}
		return nil
	}
	there := c.remaining()
	left := c.judged(there)
	if c.timeGoesOn() {
		left = c.hopeless(there, left)
	}
	if len(left) == 0 {
		return nil
	}
	gs, _ := c.describe(there)
	l := &failure.Leak{Site: failure.Site{Step: e.steps}}
	for _, g := range gs {
		if slices.ContainsFunc(left, func(o gocontrol.Goroutine) bool { return o.ID == g.ID }) {
			l.Goroutines = append(l.Goroutines, g)
		}
	}
	l.Place = l.Goroutines[0].Wait.Place
	return l
}

// judged leaves out the goroutines that are meant to be there: allowed ones, and those that goleak has accepted.
func (c *control) judged(there []gocontrol.Goroutine) (left []gocontrol.Goroutine) {
	allow := c.e.cfg.AllowLeak
	for _, g := range there {
		if g.Seen {
			continue
		}
		if allow != nil {
			start := ""
			if k := c.goroutine(g.ID); k != nil {
				start = functionAt(k.start).Func
			}
			if rule := allow(&g, start); rule >= 0 {
				c.allowed = append(c.allowed, rule)
				continue
			}
		}
		left = append(left, g)
	}
	return left
}

// hopeless returns those of the goroutines left that can never go on although time does, and tells of the others. Only a
// recorded execution knows who holds what.
func (c *control) hopeless(there, left []gocontrol.Goroutine) (lost []gocontrol.Goroutine) {
	if len(left) == 0 {
		return nil
	}
	never, doubt := c.never(there, left)
	c.unproven = doubt
	var others []gocontrol.Goroutine
	for _, g := range left {
		if never[g.ID] {
			lost = append(lost, g)
		} else {
			others = append(others, g)
		}
	}
	if len(others) > 0 {
		c.endless = c.tellEndless(others, c.afterAt)
		c.endless.Returned = true
	}
	return lost
}

// never returns which goroutines can never go on, whatever the others do. In an execution that is not recorded none is known,
// and doubt says that it is worth while to look.
func (c *control) never(there, left []gocontrol.Goroutine) (never map[int]bool, doubt bool) {
	if h := &c.history; h.on {
		return gocontrol.Explain(gocontrol.History{Points: h.points, Left: there, Origin: c.origin}).Hopeless(), false
	}
	for _, g := range left {
		doubt = doubt || gocontrol.WaitsForNobody(g.State) || gocontrol.WaitsForLock(g.State)
	}
	return nil, doubt
}

// remaining lists the goroutines of the program, and the handlers, that are there.
func (c *control) remaining() (there []gocontrol.Goroutine) {
	for _, g := range c.session.Goroutines() {
		k := c.goroutine(g.ID)
		if k != nil && k.hand != nil && (k.hand.m == nil || !k.hand.m.midway) || g.State == "coroutine" {
			continue // a hand between handlers; an iterator that was never stopped
		}
		if k != nil && k.hand != nil {
			if at := g.Stack.User(); isOurs(at.Function, at.File) {
				continue // it waits for a Cleanup function, which has a goroutine of its own
			}
			g.Created = gocontrol.Frame{} // by us
		}
		there = append(there, g)
	}
	return there
}

// describe describes goroutines, with a cycle of those that wait for each other, if the execution is recorded and there is
// one.
func (c *control) describe(there []gocontrol.Goroutine) ([]failure.Goroutine, []int) {
	if c.e.cfg.Record {
		return c.explain(there)
	}
	var list []failure.Goroutine
	for _, g := range there {
		list = append(list, gocontrol.Describe(g, c.machineOf(g.ID)))
	}
	return list, nil
}
