package engine

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// turn notes that the clock advances because nobody can move.
func (c *control) turn() { c.turns = append(c.turns, c.session.Moves()) }

// turnsSince counts the turns of the clock since a move.
func (c *control) turnsSince(move uint64) int {
	i, _ := slices.BinarySearch(c.turns, move)
	return len(c.turns) - i
}

// stuck returns the handlers that have not moved for long, while the clock turned. One that waits for an ordinary test
// stands for the goroutines of that test and its subtests.
func (c *control) stuck() (list []gocontrol.Goroutine) {
	if len(c.turns) < afterBody {
		return nil
	}
	long := func(g gocontrol.Goroutine) bool {
		return g.State != "runnable" && c.turnsSince(g.Moved) >= afterBody && !waitsForTest(g)
	}
	for _, h := range c.hands {
		if h.m == nil || !h.m.midway {
			continue
		}
		g, ok := c.session.Goroutine(h.id)
		if ok && long(g) {
			list = append(list, g)
		}
		if ok && waitsForTest(g) {
			for _, t := range c.session.Goroutines() {
				if long(t) && c.runsTest(t.ID) {
					list = append(list, t)
				}
			}
		}
	}
	return list
}

// runsTest reports whether a goroutine was started by package testing, to run a test.
func (c *control) runsTest(id int) bool {
	g := c.goroutine(id)
	return g != nil && strings.HasPrefix(functionAt(g.start).Func, "testing.")
}

// waitsForTest reports whether a goroutine waits for other tests, in package testing.
func waitsForTest(g gocontrol.Goroutine) bool {
	return strings.HasPrefix(g.Stack.User().Function, "testing.")
}

// prove is called now and then while handlers are blocked and the clock turns: it ends the execution if one of them can never
// go on, or if goroutines wait for each other's locks. In an execution that is not recorded only a wait for nobody shows, and
// to say so is left to a recorded one.
func (c *control) prove() {
	e := c.e
	stuck := c.stuck()
	if len(stuck) == 0 {
		return
	}
	if !c.history.on {
		if slices.ContainsFunc(stuck, func(g gocontrol.Goroutine) bool { return gocontrol.WaitsForNobody(g.State) }) {
			c.unproven, e.stop = true, true
		}
		return
	}
	there := c.remaining()
	never, _ := c.never(there, nil)
	isStuck := func(g gocontrol.Goroutine) bool {
		return slices.ContainsFunc(stuck, func(h gocontrol.Goroutine) bool { return h.ID == g.ID })
	}
	if !slices.ContainsFunc(there, func(g gocontrol.Goroutine) bool {
		return never[g.ID] && (isStuck(g) || gocontrol.WaitsForLock(g.State))
	}) {
		return // who is parked otherwise is judged when the test is over
	}
	d := &failure.Deadlock{Site: failure.Site{Step: e.steps}, OthersGoOn: true}
	there = slices.DeleteFunc(there, func(g gocontrol.Goroutine) bool { return !never[g.ID] && !isStuck(g) })
	d.Goroutines, d.Cycle = c.describe(there)
	c.placeOfHand(d)
	if hot := (*failure.HotAtEnd)(nil); errors.As(e.unfulfilled(), &hot) {
		d.Hot = hot.Hot
	}
	e.end(d)
}

// placeOfHand makes the place of a deadlock that of the first handler in it.
func (c *control) placeOfHand(d *failure.Deadlock) {
	for i := range d.Goroutines {
		if g := c.goroutine(d.Goroutines[i].ID); d.Place.IsZero() && g != nil && g.hand != nil {
			d.Place = d.Goroutines[i].Wait.Place
		}
	}
}

// cutAtBound is called when the step bound has cut an execution. Where a handler has been blocked for long while others went
// on, that is what there is to tell.
func (c *control) cutAtBound() {
	stuck := c.stuck()
	if len(stuck) == 0 {
		return
	}
	if c.prove(); c.e.err != nil {
		c.e.bounded = false
		return
	}
	there := append(c.remaining(), stuck...)
	if !c.history.on {
		_, doubt := c.never(nil, there)
		c.unproven = c.unproven || doubt
	}
	c.endless = c.tellEndless(there, len(c.turns))
}

// Who has moved within recentTurns turns of the clock, more than once in its life, goes on.
const recentTurns = afterBody / 10

// tellEndless tells who goes on and who is blocked of the goroutines left when an execution is cut.
func (c *control) tellEndless(left []gocontrol.Goroutine, turns int) *failure.Endless {
	l := &failure.Endless{Turns: turns}
	var asleep []failure.Cycling
	told := map[int]bool{}
	for _, g := range left {
		if told[g.ID] || waitsForTest(g) {
			continue
		}
		told[g.ID] = true
		since := c.turnsSince(g.Moved)
		d := gocontrol.Describe(g, c.machineOf(g.ID))
		cyc := failure.Cycling{Name: d.Name(), Place: d.Wait.Place}
		switch {
		case g.Moves > 1 && g.Timed && since < turns:
			cyc.Doing = "ticks"
			l.Cycling = append(l.Cycling, cyc)
		case g.State == "runnable" || g.Moves > 1 && since <= recentTurns:
			cyc.Doing = "goes on"
			l.Cycling = append(l.Cycling, cyc)
		case g.Timed:
			cyc.Doing = "sleeps"
			asleep = append(asleep, cyc)
		default:
			l.Blocked = append(l.Blocked, failure.Blockage{Name: d.Name(), To: d.Wait.To, Place: d.Wait.Place, Turns: since})
		}
	}
	slices.SortStableFunc(l.Cycling, func(a, b failure.Cycling) int { return -cmp.Compare(a.Doing, b.Doing) }) // who ticks comes first
	l.Cycling = append(l.Cycling, asleep...)
	return l
}

// timersGoOn tells of timers that call functions for ever, when no goroutine is left.
func (c *control) timersGoOn() {
	l := &failure.Endless{Turns: c.afterAt, Returned: true}
	for _, g := range slices.Backward(c.gos[:c.ngos]) {
		if g.creator < 0 && g.hand == nil {
			f := functionAt(g.start)
			l.Cycling = append(l.Cycling, failure.Cycling{Name: "a timer that calls " + failure.ShortFunction(f), Doing: "fires", Place: f})
			break
		}
	}
	c.endless = l
}
