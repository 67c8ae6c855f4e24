package engine

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/trace"
)

// Careful executions keep a Meta beside every effect and every event in an inbox: the digest that the payload had when it
// was sent, and in replays the line that sent it.

// effected keeps the Meta of the effect that was just appended.
func (e *Engine) effected(m *mach) {
	for len(m.OutMeta) < len(m.Out)-1 {
		m.OutMeta = append(m.OutMeta, machine.Meta{})
	}
	ef := &m.Out[len(m.Out)-1]
	meta := machine.Meta{From: m.Ref, Step: e.steps}
	if ef.Kind == machine.Send {
		e.fp.still.Timed = false
		meta.Digest = e.payload(ef.Ev)
		meta.Timed = e.fp.still.Timed
	}
	if e.cfg.Record {
		meta.PC = userPC()
		e.acting(&meta)
	}
	m.OutMeta = append(m.OutMeta, meta)
}

// payload digests an event without regard to the clock, so that the digest stays while time passes.
func (e *Engine) payload(ev any) digest.Digest { return e.fp.still.Value(ev) }

// flushing returns the Meta of the effect at the head of the outbox, and looks whether its payload is as it was sent.
func (e *Engine) flushing(m *mach, ef *machine.Effect) *machine.Meta {
	if m.outh >= len(m.OutMeta) {
		e.meta = machine.Meta{From: m.Ref, Step: e.steps}
		return &e.meta
	}
	meta := &m.OutMeta[m.outh]
	if ef.Kind == machine.Send && e.payload(ef.Ev) != meta.Digest {
		e.changed(ef.Ev, meta, ef.To.String())
	}
	if e.cfg.Record {
		e.why.effect = meta
		e.performing(m, ef)
	}
	return meta
}

// dequeued looks whether an event is as it was sent, and notes that it has been taken. An event of nil stands for the
// default handler.
func (e *Engine) dequeued(m *mach, en *machine.Entry, meta *machine.Meta) {
	if en == nil {
		if e.cfg.Record {
			e.event(Event{Kind: trace.TookDefault, Who: m.display()})
		}
		if e.cfg.Fingerprint {
			e.restartHistory(m, digest.Digest{})
		}
		return
	}
	if meta.From != nil && e.payload(en.Ev) != meta.Digest {
		e.changed(en.Ev, meta, m.display())
	}
	if e.cfg.Record {
		peer := ""
		if meta.From != nil && en.Timer == 0 {
			peer = e.sender(meta)
		}
		e.why.follows(meta.Event)
		e.event(Event{Kind: trace.Took, Who: m.display(), Peer: peer, Type: typeName(en.Ev), Value: render(en.Ev), Sent: meta.Step})
		e.rec.from = peer
	}
	if e.cfg.Fingerprint && m.wait == nil {
		e.restartHistory(m, meta.Digest)
	}
}

// sender names who sent an event, as it was called then: a machine may have another name since it was restarted.
func (e *Engine) sender(meta *machine.Meta) string {
	if i := meta.Event - 1; i >= 0 && i < len(e.rec.events) && e.rec.events[i].Kind == trace.Sent {
		return e.rec.events[i].Who
	}
	return meta.From.String()
}

// senderOf names who sent the event that m handles, in recorded executions.
func (e *Engine) senderOf(m *mach) string { return e.rec.from }

func (e *Engine) fired(t *timer) *machine.Meta {
	if e.cfg.Record {
		e.why.follows(e.why.armed[t])
		e.event(Event{Kind: trace.Fired, Who: t.owner.display(), Type: typeName(t.ev), Value: render(t.ev)})
	}
	e.fp.still.Timed = false
	e.meta = machine.Meta{From: t.owner.Ref, Step: e.steps, Digest: e.payload(t.ev)}
	e.meta.Timed = e.fp.still.Timed
	e.told(&e.meta)
	return &e.meta
}

// changed reports an event that differs from what was sent. No user code runs when it is noticed.
func (e *Engine) changed(ev any, meta *machine.Meta, to string) {
	e.end(&failure.Changed{
		Site:  failure.Site{Machine: meta.From.String(), Step: e.steps},
		Event: typeName(ev), To: to, Sent: placeOf(meta.PC), SentAt: meta.Step,
	})
}

// handled is called at the end of a dequeue step, also of one that ends in a wait.
func (e *Engine) handled(m *mach) {
	m.stale = true
	if m.status != alive || m.Self == nil {
		return
	}
	env := &e.fp.env
	env.Locked = nil
	was := m.known
	m.known, m.stale = env.Value(m.Self), false
	e.why.movesMach(m, m.known == was && !env.Timed && env.Err == nil)
	if m.Guard&guardDead == 0 {
		e.lookForLocks(m)
	}
}

// lookForLocks reports a lock that the machine holds although none of its handlers runs.
func (e *Engine) lookForLocks(m *mach) {
	env := &e.fp.env
	if l := env.Locked; l != nil && !e.cfg.Goroutines {
		env.Locked = nil
		e.failQuietly(m, &failure.LockHeld{Site: m.site(), Lock: l.Type.String() + " " + l.Path})
	}
}

// failQuietly makes a failure the last entry of the outbox of a machine whose handler has returned.
func (e *Engine) failQuietly(m *mach, err error) {
	m.Guard |= guardDead
	m.Out = append(m.Out, machine.Effect{Kind: machine.Failure, Ev: err})
	m.Effected()
}
