package engine

import (
	"iter"
	"runtime"
	"runtime/debug"
)

// signal is why a coroutine handed control back.
type signal uint8

const (
	idle   signal = iota // its loop has returned: the execution is over, or another coroutine is to be resumed
	parked               // a handler on it waits
	dying                // a handler on it is to be unwound
)

// coro is a coroutine that runs the engine's loop.
type coro struct {
	next   func() (signal, bool)
	stop   func()
	yield  func(signal) bool
	killed bool
}

func (e *Engine) newCoro() *coro {
	if n := len(e.pool); n > 0 {
		c := e.pool[n-1]
		e.pool = e.pool[:n-1]
		return c
	}
	c := &coro{}
	e.coros++
	e.spawned++
	c.next, c.stop = iter.Pull(func(yield func(signal) bool) {
		c.yield = yield
		for {
			e.guardedLoop(c)
			if !e.stop && e.resume == nil {
				continue // a handler panicked: the loop goes on behind it
			}
			if !yield(idle) {
				return
			}
		}
	})
	return c
}

// runLoop is the trampoline: it runs the loop on one coroutine after the other until the execution is over.
func (e *Engine) runLoop() {
	e.cur = e.newCoro()
	for {
		c := e.cur
		sig, _ := c.next()
		switch {
		case sig == parked:
			e.cur = e.newCoro()
		case sig == dying:
			e.kill(c)
			e.cur = e.newCoro()
		case e.resume != nil:
			e.pool = append(e.pool, c)
			e.cur, e.resume = e.resume, nil
		default:
			e.pool = append(e.pool, c)
			return
		}
	}
}

// guardedLoop runs the loop and turns a panic or a Goexit of user code into a failure of the machine or monitor whose
// code it was.
func (e *Engine) guardedLoop(c *coro) {
	returned := false
	defer func() {
		if returned || c.killed {
			return
		}
		if e.running == nil && e.listening == nil && e.lent == nil {
			return // not user code: a broken invariant of ours goes on as a panic
		}
		if v := recover(); v != nil {
			e.userPanic(v, debug.Stack())
			return
		}
		// A Goexit that was not ours. It cannot be stopped, but it can be kept from reaching the worker: hand over to
		// the trampoline from here, which ends this coroutine elsewhere.
		e.userGoexit()
		c.yield(dying)
	}()
	e.loop()
	returned = true
}

// park suspends the running handler until the loop resumes its coroutine.
func (e *Engine) park(m *mach) {
	if h := m.hand; h != nil {
		e.running = nil
		h.park()
		e.running = m
		return
	}
	c := e.cur
	m.co = c
	e.unfinished, e.running = m, nil
	ok := c.yield(parked)
	if !ok {
		runtime.Goexit()
	}
}

// unwind ends the running handler here: its deferred functions run, and nothing after.
func (e *Engine) unwind() {
	if h := e.onHand(); h != nil {
		h.leaveHand()
	}
	e.cur.yield(dying)
	runtime.Goexit()
}

// kill ends suspended coroutines. Each one resumes, leaves by Goexit, and runs the deferred functions of its handler, with
// Context calls doing nothing. iter.Pull passes the Goexit on to whoever called stop, hence the goroutine.
func (e *Engine) kill(cs ...*coro) {
	if len(cs) == 0 {
		return
	}
	e.coros -= len(cs)
	e.spawned++
	e.unwinding = true
	defer func() { e.unwinding = false }()
	done := make(chan struct{})
	go func() {
		defer close(done)
		killAll(cs)
	}()
	<-done
}

func killAll(cs []*coro) {
	if len(cs) == 0 {
		return
	}
	defer killAll(cs[1:])
	defer func() { _ = recover() }() // a panic of a deferred function while its handler is being unwound
	cs[0].killed = true
	cs[0].stop()
}

// bury ends what is still suspended at the end of an execution. What deferred functions do is no part of it, whichever
// machine's Context they do it with.
func (e *Engine) bury() {
	e.doomed, e.guards = e.doomed[:0], e.guards[:0]
	for _, m := range e.machs[:e.nmachs] {
		e.guards = append(e.guards, m.Guard)
		if m.co != nil {
			e.doomed = append(e.doomed, m.co)
			m.co = nil
		}
	}
	if len(e.doomed) == 0 {
		return
	}
	for _, m := range e.machs[:e.nmachs] {
		m.Guard |= guardDead
	}
	e.kill(e.doomed...)
	for i, m := range e.machs[:e.nmachs] {
		m.Guard = e.guards[i]
	}
}
