package engine

import (
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// settleInbox finds what the machine would take next, and drops what it ignores before that.
func (e *Engine) settleInbox(m *mach) {
	m.next = -1
	if m.wait != nil {
		if k := m.wait.Kind; k == machine.WaitReceive || k == machine.WaitNext {
			m.next = m.firstMatch(0)
		}
		return
	}
	if m.status != alive || m.Guard&guardDead != 0 || m.Def.Fn != nil {
		return
	}
	for {
		i, verb := m.Scan(m.scan)
		m.scan = i
		switch verb {
		case machine.Defer:
			return
		case machine.Do:
			m.next = i
			return
		}
		if m.bound.Capacity > 0 {
			m.next = i // see skip
			return
		}
		var meta *machine.Meta
		if e.why.on {
			kept := *m.In.MetaAt(i) // Take reuses its memory
			meta = &kept
		}
		en := m.In.Take(i)
		m.Met(en.Column)
		m.unnumber(i)
		e.dropped(m, &en, meta, "ignored")
	}
}

// firstMatch returns the index of the first event, from i on, that ends the machine's wait.
func (m *mach) firstMatch(i int) int {
	for ; i < m.In.Len(); i++ {
		if m.matches(m.In.At(i).Ev) {
			return i
		}
	}
	return -1
}

func (m *mach) matches(ev any) bool {
	w := m.wait
	if !w.OfType(ev) {
		return false
	}
	if w.Match == nil {
		return true
	}
	m.e.lent = m
	ok := w.Match(ev)
	m.e.lent = nil
	return ok
}

// arrive puts an event into an inbox and sees whether it enables the machine.
func (e *Engine) arrive(t *mach, en machine.Entry, meta *machine.Meta) {
	if t.next < 0 && t.wait == nil && t.status == alive && t.Def.Fn == nil {
		switch v := t.Standing(en.Column); {
		case v == machine.Ignore && t.bound.Capacity == 0:
			t.Met(en.Column)
			e.dropped(t, &en, meta, "ignored")
			return
		case v == machine.Defer:
			t.Met(en.Column)
			if t.scan == t.In.Len() {
				t.scan++
			}
			t.In.Put(en, meta)
			e.number(t)
			return
		}
		t.next = t.In.Len()
		t.In.Put(en, meta)
		e.number(t)
		if t.outh == len(t.Out) && !t.midway {
			t.op.Next = strategy.Action{Kind: strategy.Dequeue, Object: strategy.Object(t.op.Index), Event: t.nextNumber()}
			e.set(&t.op, t.Guard&guardDead == 0)
		}
		return
	}
	t.In.Put(en, meta)
	e.number(t)
	switch {
	case t.wait == nil:
	case t.next < 0 && t.wait.Kind <= machine.WaitNext && t.matches(en.Ev):
		t.next = t.In.Len() - 1
		e.refresh(t)
	}
}
