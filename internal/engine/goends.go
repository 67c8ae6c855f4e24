package engine

import (
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// quiescentControlled is called when nothing can move and no time passes: the functions of the end run, one kind after the
// other, and then everybody who is left is judged.
func (e *Engine) quiescentControlled() *op {
	c := e.ctl
	if r := e.machs[0]; c.stage == working && r.wait != nil && r.wait.Kind == machine.WaitQuiet {
		return &r.op
	}
	if c.freedOutside() {
		return nil
	}
	if err := e.blockedControlled(); err != nil {
		e.end(err)
		return nil
	}
	for c.stage < over {
		c.stage++
		f := e.prog.AtEnd
		if c.stage == cleaning {
			f = e.prog.Cleanup
		}
		if c.stage < over && f != nil {
			e.finished = true
			return c.atEnd(f)
		}
	}
	if err := e.leaked(); err != nil {
		e.end(err)
	}
	e.stop = true
	return nil
}

// How long, and in which steps, a lock may be held by somebody outside before goroutines that wait for it count as blocked.
// That is looked into where a process is young: what takes locks of the whole process is initialized then.
const (
	lockPatience = 2 * time.Millisecond
	lockStep     = 100 * time.Microsecond
	mostColdEnds = 4
)

// coldEnds counts the executions of this process that have ended with somebody left, up to a few.
var coldEnds atomic.Int32

// freedOutside reports whether a goroutine that waits for a lock has got it from outside: the standard library has locks for
// the whole process, which goroutines of the tester or of the program may hold for a moment.
func (c *control) freedOutside() bool {
	if coldEnds.Load() > mostColdEnds || c.session.Alive() <= len(c.hands) && c.handler() == nil {
		return false
	}
	coldEnds.Add(1)
	for waited := time.Duration(0); waited < lockPatience; waited += lockStep {
		locked := false
		for _, g := range c.session.Goroutines() {
			locked = locked || strings.HasPrefix(g.State, "sync.Mutex") || strings.HasPrefix(g.State, "sync.RWMutex")
		}
		if !locked {
			return false
		}
		time.Sleep(lockStep)
		if c.run(gocontrol.Command{How: gocontrol.Poll}); len(c.ready) > 0 || c.e.stop {
			return true
		}
	}
	return false
}

// atEnd runs a function that belongs to the end as a handler of the root machine.
func (c *control) atEnd(f func()) *op {
	e := c.e
	root := e.machs[0]
	c.begin(root, func() {
		e.ending, e.running = c.stage == ending, root
		f()
		e.ending = false
	})
	root.hand.task = f
	return &root.op
}

// taskDone is called when a function of the end is over.
func (c *control) taskDone(h *hand) {
	e := c.e
	e.ending = false
	m := h.m
	if m.wait != nil {
		e.misuse(m, "a function of AtEnd or Cleanup waits for an event: the execution is over")
		return
	}
	c.release(h)
	for m.outh < len(m.Out) && !e.stop { // a failure
		e.ride(m)
		m.outh++
	}
}

// bereave is called when a machine crashes. The goroutines that its handlers have started go on: nobody can end a goroutine
// from outside, as it may hold what others need. But what they do in the name of the machine is lost, also when it has
// been restarted.
func (c *control) bereave(m *mach) {
	for _, g := range c.gos[:c.ngos] {
		if g.of == m && g.op.g != nil {
			g.lost = m
		}
	}
	if m.hand != nil {
		c.kill(m)
	}
}

// kill ends the handler of a machine that has crashed. Its deferred functions run, as they can: it is a goroutine now.
func (c *control) kill(m *mach) {
	h := m.hand
	m.hand, m.wait, m.midway = nil, nil, false
	h.m, h.gone, h.lost = nil, true, true
	c.session.End(h.id)
	g := c.gos[h.id]
	g.hand, g.of, g.lost = nil, m, m
	g.op = op{g: g, pos: -1}
	g.op.Op = strategy.Op{Kind: strategy.Goroutine, Index: len(c.e.ops), Creator: &m.op.Op, Nth: int(m.gos), Name: m.name}
	m.gos++
	c.e.ops = append(c.e.ops, &g.op)
	c.session.Look()
	c.learn()
}

// settleAdopted makes machines move in whose name goroutines have acted.
func (c *control) settleAdopted() {
	e := c.e
	for _, m := range c.adopted {
		if !m.midway && !e.stop {
			e.ride(m)
			e.trim(m)
			e.refresh(m)
		}
	}
	c.adopted = c.adopted[:0]
}

// sessionOver is called when the session has ended the execution: a goroutine has panicked, or has been ended by us.
func (c *control) sessionOver() {
	e := c.e
	e.stop = true
	f := c.session.Failure()
	switch f.End {
	case gocontrol.Panicked:
		f.Stack = firstPanic(f.Stack)
		site, g := c.culprit(&f)
		e.end(&failure.Panic{Site: site, Value: f.Panic, Stack: f.Stack.String(), Goroutine: g})
	case gocontrol.Fatal:
		site, g := c.culprit(&f)
		e.end(&failure.Fatal{Site: site, Message: f.Message, Stack: f.Stack.String(), Goroutine: g})
	}
}

// firstPanic is a stack without the frames of a panic that package testing has stopped and begun again.
func firstPanic(s gocontrol.Stack) gocontrol.Stack {
	for i, f := range s {
		switch {
		case f.Function == "runtime.gopanic" && i > 0:
			return firstPanic(s[i+1:])
		case !strings.HasPrefix(f.Function, "testing."):
			return s
		}
	}
	return s
}

// culprit describes the goroutine that has ended the execution.
func (c *control) culprit(f *gocontrol.Failure) (failure.Site, *failure.Goroutine) {
	d := gocontrol.Goroutine{ID: f.Goroutine, State: "runnable", Stack: f.Stack}
	if g := c.goroutine(f.Goroutine); g != nil {
		d.Created = frameOf(g.at)
	}
	g := gocontrol.Describe(d, c.machineOf(f.Goroutine))
	if h := &c.history; h.on {
		g.Holds = gocontrol.Explain(gocontrol.History{Points: h.points, Origin: c.origin}).Held(f.Goroutine, c.telling())
	}
	site := failure.Site{Machine: g.Name(), Step: c.e.steps}
	if len(g.Stack) > 0 {
		site.Place = g.Stack[0]
	}
	return site, &g
}

func frameOf(pc uintptr) gocontrol.Frame {
	p := placeOf(pc)
	return gocontrol.Frame{Function: p.Func, File: p.File, Line: p.Line}
}

// machineOf names the machine whose handler a goroutine carries.
func (c *control) machineOf(id int) string {
	if g := c.goroutine(id); g != nil && g.hand != nil && g.hand.m != nil {
		return g.hand.m.display()
	}
	return ""
}

// blockedControlled is unfulfilled with goroutines: a handler that is blocked never ends.
func (e *Engine) blockedControlled() error {
	c := e.ctl
	err := e.unfulfilled()
	stuck := false
	for _, h := range c.hands {
		stuck = stuck || h.m != nil && h.m.midway
	}
	if !stuck {
		return err
	}
	d := &failure.Deadlock{}
	if !errors.As(err, &d) {
		d = &failure.Deadlock{Site: failure.Site{Step: e.steps}}
		if hot := (*failure.HotAtEnd)(nil); errors.As(err, &hot) {
			d.Hot = hot.Hot
		}
	}
	d.Goroutines, d.Cycle = c.describe(c.remaining())
	c.placeOfHand(d)
	return d
}

// failGoroutine ends the execution in a goroutine of the program.
func (e *Engine) failGoroutine(g *goroutine, err error) {
	gocontrol.Mask(true)
	here := failure.Site{Machine: g.callerName(), Step: e.steps}
	switch f := err.(type) {
	case *failure.TestFailure:
		f.Site = located(f.Site, here)
	case *failure.Misuse:
		f.Site = located(f.Site, here)
	}
	e.end(err)
	gocontrol.Mask(false) // the race detector learns that the engine goes on behind this
	gocontrol.Halt()
}
