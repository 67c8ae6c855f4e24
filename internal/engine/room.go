package engine

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// Bounded inboxes. Whether an inbox is full follows from what is in it, so nothing is kept of who waits: a machine whose next
// effect is a send to a full inbox is not enabled, and when an inbox gets or loses its last room whoever is about to send
// there is looked at again. As in production nobody comes first among them.
//
// What a step does to a bounded inbox others may notice at once, so no dequeue of one is joined with an effect, and an
// ignored event takes up room until the machine comes to it: to drop it is a step.

// boundOf returns the bound of a machine's inbox. The body of a test is what is outside in production, and models are not
// there: what bounds everybody does not bound them.
func (e *Engine) boundOf(ref *machine.Ref, d *machine.Def) ravel.Inbox {
	if ref == e.root {
		return ravel.Inbox{}
	}
	if in, ok := e.cfg.Inboxes[d.Name]; ok {
		return in
	}
	if d.ModelPackage() != "" {
		return ravel.Inbox{}
	}
	return e.cfg.Inbox
}

// bind gives a new machine's inbox its bound.
func (e *Engine) bind(m *mach, ref *machine.Ref, d *machine.Def) {
	m.heldAt, m.freed = 0, 0
	if m.bound = e.boundOf(ref, d); m.bound.Capacity > 0 {
		e.sometimesFull(d.Name, false)
	}
}

// fullInbox begins the Sometimes conditions of the engine's own: an inbox of a definition, whose name follows, had no room.
const fullInbox = "\x00full inbox "

// FullInbox reports whether a condition that Sometimes returns is that an inbox of a definition had no room for what was sent.
func FullInbox(condition string) (definition string, ok bool) {
	return strings.CutPrefix(condition, fullInbox)
}

// limit notes whether inboxes may be bounded, and asks for each bound whether it will matter.
func (e *Engine) limit() {
	was := e.limited
	e.limited = e.cfg.Inbox.Capacity > 0 || len(e.cfg.Inboxes) > 0
	if was && !e.limited {
		for _, m := range e.machs { // nobody looks at them again until some are
			m.bound, m.heldAt, m.freed = ravel.Inbox{}, 0, 0
		}
	}
	for name, in := range e.cfg.Inboxes {
		if in.Capacity > 0 {
			e.sometimesFull(name, false)
		}
	}
}

func (e *Engine) sometimesFull(definition string, full bool) {
	if was, known := e.fulls[definition]; known && (was || !full) {
		return
	}
	e.fulls[definition] = full
	e.sometimes(fullInbox+definition, full)
}

// full reports whether a bounded inbox has no room. A tick that has not been read takes none.
func (m *mach) full() bool {
	return m.bound.Capacity > 0 && m.lacks(m.bound.Capacity)
}

// lacks reports whether at least n events in the inbox take room.
func (m *mach) lacks(n int) bool {
	if m.In.Len() < n {
		return false
	}
	for _, t := range m.timers {
		if t.unread {
			n++
		}
	}
	return m.In.Len() >= n
}

// bounds reports whether there is no room for an event from a machine. What it sends to itself finds room.
func (t *mach) bounds(from *mach, ev any) bool {
	return t.bound.Capacity > 0 && t != from && t.full() && !machine.Urgent(ev)
}

// awaits returns the machine in whose inbox the next effect of m finds no room; nil if m can perform it, or has none.
func (e *Engine) awaits(m *mach) *mach {
	if m.outh >= len(m.Out) || m.Out[m.outh].Kind != machine.Send {
		return nil
	}
	ef := &m.Out[m.outh]
	if t := e.lookup(ef.To); t != nil && !t.bound.Reject && t.bounds(m, ef.Ev) {
		return t
	}
	return nil
}

// held reports whether the next effect of m has to wait.
func (e *Engine) held(m *mach) bool { return e.limited && e.awaits(m) != nil }

// mayFlush is held the other way round. It notes since when m waits, and tells of it.
func (e *Engine) mayFlush(m *mach) bool {
	t := e.awaits(m)
	if t == nil {
		if m.heldAt != 0 {
			m.heldAt, m.freed = 0, e.happened()
		}
		return true
	}
	if m.heldAt == 0 {
		m.heldAt = e.steps
		e.sometimesFull(t.Def.Name, true)
		if e.cfg.Record {
			e.waitsForRoom(m, t)
		}
	}
	return false
}

// crowded looks again at who is about to send to an inbox that has got or lost its last room.
func (e *Engine) crowded(t *mach) {
	for _, m := range e.machs[:e.nmachs] {
		if m.outh >= len(m.Out) || m.Out[m.outh].Kind != machine.Send || m.Out[m.outh].To != t.Ref {
			continue
		}
		e.refresh(m)
	}
}

// deliverBounded is the end of deliver where the inbox has a bound.
func (e *Engine) deliverBounded(m, t *mach, ef *machine.Effect, meta *machine.Meta) {
	if t.bound.Reject && t.bounds(m, ef.Ev) {
		e.rejected(m, t, ef.Ev)
		return
	}
	if e.careful {
		e.sent(m, t, ef.Ev, meta)
	}
	e.arrive(t, machine.Entry{Ev: ef.Ev, Column: t.Def.Column(ef.Ev)}, meta)
	if e.cfg.Fingerprint {
		e.touch(t)
	}
	e.meet(strategy.Write, strategy.RoomObject(t.op.Index))
	if t.full() {
		e.crowded(t)
	}
}

// takeOut removes the event that a machine takes next from its inbox.
func (e *Engine) takeOut(m *mach) machine.Entry {
	en := e.take(m, m.next)
	if en.Timer == 0 {
		e.left(m)
	}
	return en
}

// left notes that an event has left an inbox in which it may have taken room.
func (e *Engine) left(m *mach) {
	if !e.limited || m.bound.Capacity == 0 {
		return
	}
	m.noisy = true
	e.meet(strategy.Write, strategy.RoomObject(m.op.Index))
	if m.lacks(m.bound.Capacity - 1) {
		e.crowded(m)
		if e.cfg.Goroutines {
			gocontrol.Interrupt() // the session runs free only while no machine can move
		}
	}
}

// meetRoom notes that a step has left its machine with a send to a bounded inbox: whether the machine can move then depends
// on who else has sent there, also if it never gets to.
func (e *Engine) meetRoom(m *mach) {
	if e.reduce == nil || !e.limited || m.outh >= len(m.Out) || m.Out[m.outh].Kind != machine.Send {
		return
	}
	switch t := e.lookup(m.Out[m.outh].To); {
	case t == nil: // it may be created before m moves
		e.meet(strategy.Write, strategy.Machines)
	case t != m && t.bound.Capacity > 0 && !t.bound.Reject:
		e.meet(strategy.Read, strategy.RoomObject(t.op.Index))
	}
}

// skips reports whether what a machine comes to next is an event that it ignores. That has been dropped already where
// there is no bound.
func (m *mach) skips() bool {
	return m.bound.Capacity > 0 && m.next >= 0 && m.wait == nil && m.Standing(m.In.At(m.next).Column) == machine.Ignore
}

// skip drops that event.
func (e *Engine) skip(m *mach) {
	i := m.next
	if e.reduce != nil {
		e.preempted(m, i)
		m.unnumber(i)
	}
	var meta *machine.Meta
	if e.why.on {
		kept := *m.In.MetaAt(i) // Take reuses its memory
		meta = &kept
	}
	en := m.In.Take(i)
	m.Met(en.Column)
	e.dropped(m, &en, meta, "ignored")
	if en.Timer == 0 {
		e.left(m)
	} else {
		m.noisy = true
	}
}

// heldBy is awaits where nothing can move any more.
func (e *Engine) heldBy(m *mach) *mach {
	if m.status != alive {
		return nil
	}
	return e.awaits(m)
}

// blockedBy says that a machine waits for room in the inbox of another one, and why nobody makes any.
func (e *Engine) blockedBy(m, t *mach) failure.Blocked {
	b := failure.Blocked{
		Site: failure.Site{Machine: m.display(), State: m.StateName(), Step: m.heldAt},
		Room: t.display(), WaitsFor: fmt.Sprintf("room in the inbox of %s (capacity %d)", t.display(), t.bound.Capacity),
	}
	if t.next < 0 && t.wait == nil && t.outh == len(t.Out) && !t.midway {
		b.WaitsFor += ", which defers what is there"
	}
	if meta := m.metaOut(); meta != nil {
		b.Place = placeOf(meta.PC)
	}
	return b
}
