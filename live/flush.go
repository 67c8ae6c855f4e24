package live

import (
	"context"
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// flush performs the effects of the outbox, in order.
func (p *proc) flush() {
	for p.outh < len(p.Out) && p.fault == nil && !p.cut.Load() {
		ef := p.Out[p.outh]
		p.Out[p.outh] = machine.Effect{}
		p.outh++
		if ef.Kind == machine.Send {
			p.send(ef.To, ef.Ev)
		} else {
			p.perform(&ef)
		}
		if p.crew != nil && p.crew.waits() {
			p.sendCrew()
		}
	}
	if !p.cut.Load() {
		p.trim()
	}
}

// trim forgets a finished outbox.
func (p *proc) trim() { p.Out, p.OutMeta, p.outh = p.Out[:0], p.OutMeta[:0], 0 }

func (p *proc) perform(ef *machine.Effect) {
	switch ef.Kind {
	case machine.Create:
		p.create(ef.To.Names.(*proc))
	case machine.TimerStart:
		p.arm(ef.N)
	case machine.TimerStop:
		p.stopTimer(ef.N)
	case machine.HaltSelf:
		p.finish(gone, Halted)
		p.sys.ended(p, p.Def.Name, nil)
	case machine.Crash:
		p.crash(ef.To)
	case machine.Restart:
		p.restart(ef.To, ef.Ev.(*machine.Spec))
	case machine.Notify:
		p.sys.notify(p, ef.Ev)
	case machine.Failure:
		p.failed(ef.Ev.(error))
	}
	// Faults are not offered, and nobody explores: Offer, Withdraw and Tell do nothing.
}

// send performs a send: what cannot be delivered is a dead letter, and an ID that never was one is a failure.
func (p *proc) send(to *machine.Ref, ev any) {
	var why Reason
	recorded := false
	switch t := to.Names.(type) {
	case *proc:
		if t.sys != p.sys {
			why = Unknown
			break
		}
		why, recorded = t.put(context.Background(), p, ev), true
	case *remote:
		if t.sys != p.sys {
			why = Unknown
			break
		}
		p.sys.rec.sent(p, t, ev)
		p.handOver() // it may wait
		if err := t.deliver(p.id(), ev); err != nil {
			p.sys.deadLetter(DeadLetter{To: ravel.IDOf(to), From: p.id(), Event: ev, Reason: Undelivered, Err: err})
		}
		return
	default:
		why = Unknown
	}
	if why == 0 {
		return
	}
	p.sys.deadLetter(DeadLetter{To: ravel.IDOf(to), From: p.id(), Event: ev, Reason: why, recorded: recorded})
	if why == Unknown {
		p.breaks(&failure.Misuse{
			Site: p.site(failure.Place{}), Rule: failure.KnownMachine, Subject: typeName(ev),
			Text: fmt.Sprintf("sends %s to a machine that this system has not created", typeName(ev)),
		})
	}
}

// breaks notes that an effect cannot be performed: the machine fails there, and its further effects are dropped.
func (p *proc) breaks(err error) {
	p.unperformed()
	p.fail(err)
}

func (p *proc) create(t *proc) {
	if !t.appear(p) {
		return // the system is over, and so is p
	}
	p.sys.created(t, t.Def.Name)
	p.sys.run(t, p)
}

func (p *proc) crash(to *machine.Ref) {
	t := p.known("Crash", to)
	if t == nil {
		return
	}
	if t.end(down, Down, p) {
		p.sys.ended(t, t.definition(), nil)
	}
}

func (p *proc) restart(to *machine.Ref, spec *machine.Spec) {
	t := p.known("Restart", to)
	if t == nil {
		return
	}
	t.mu.Lock()
	ok := t.status == down && t.reborn == nil
	if ok {
		t.status, t.reborn = up, spec
		p.sys.rec.restarted(p, t)
		t.rouse()
	}
	t.mu.Unlock()
	if !ok {
		p.breaks(&failure.Misuse{Site: p.site(failure.Place{}), Text: fmt.Sprintf("Restart of %s, which has not crashed: crash it first", to)})
		return
	}
	p.sys.created(t, spec.Def.Name)
}

// known returns the machine that is to be crashed or restarted. One that never existed is a failure.
func (p *proc) known(call string, to *machine.Ref) *proc {
	t, ok := to.Names.(*proc)
	if ok && t.sys == p.sys {
		t.mu.Lock()
		ok = t.status != reserved
		t.mu.Unlock()
		if ok {
			return t
		}
	}
	p.breaks(&failure.Misuse{Site: p.site(failure.Place{}), Text: call + " of a machine that this system has not created"})
	return nil
}
