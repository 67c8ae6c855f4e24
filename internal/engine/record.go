package engine

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// Event is something that happened in a recorded execution.
type Event = trace.Event

// recorder keeps what a recorded execution tells.
type recorder struct {
	on     bool
	from   string // sender of the event taken last
	by     string // who crashes a machine
	named  []schedule.Named
	events []Event
}

func (r *recorder) reset(on bool) { *r = recorder{on: on} }

// schedule notes a scheduling choice by name.
func (r *recorder) schedule(ops, faults []*strategy.Op, last *strategy.Op, i int) {
	var o *strategy.Op
	if i < len(ops) {
		o = ops[i]
	} else {
		o = faults[i-len(ops)]
	}
	r.named = append(r.named, schedule.Named{
		Choice: schedule.Choice{Kind: schedule.Schedule, N: len(ops) + len(faults), Value: strategy.Deviation(ops, faults, last, i)},
		Op:     o.Path(),
	})
}

func (r *recorder) value(m *mach, k schedule.Kind, n, v int) {
	r.named = append(r.named, schedule.Named{Choice: schedule.Choice{Kind: k, N: n, Value: v}, Op: m.op.Path(), Nth: m.values})
}

func (e *Engine) event(ev Event) {
	ev.Step = e.steps
	if e.now > 0 {
		ev.Now = e.now.String()
	}
	e.why.place(&ev, len(e.rec.events))
	e.rec.events = append(e.rec.events, ev)
}

// render shows a payload; what it points to may change later, so it is rendered at once.
func render(v any) string { return trace.Payload(v) }

func (e *Engine) started(m *mach) {
	if e.cfg.Fingerprint {
		e.restartHistory(m, digest.Digest{})
	}
	if e.cfg.Record {
		e.why.follows(e.why.born[m])
		e.event(Event{Kind: trace.Began, Who: m.display(), Type: m.definition(), To: m.StateName()})
	}
}

func (e *Engine) createdMachine(m, t *mach) {
	if e.cfg.Record {
		e.event(Event{Kind: trace.Created, Who: m.display(), Peer: t.display()})
		e.bears(t)
	}
	if e.cfg.Fingerprint {
		e.touch(t)
	}
}

func (e *Engine) restarted(m, t *mach) {
	if e.cfg.Record {
		e.why.followsLast(t.display())
		e.why.forgets(t)
		e.event(Event{Kind: trace.Restarted, Who: m.display(), Peer: t.display()})
		e.bears(t)
	}
}

func (e *Engine) retired(m *mach) {
	if !e.cfg.Record {
		return
	}
	if m.status != crashed {
		e.event(Event{Kind: trace.Halted, Who: m.display()})
		return
	}
	e.why.followsLast(e.rec.by)
	e.event(Event{Kind: trace.Crashed, Who: m.display(), Peer: e.rec.by})
	for i := m.outh; i < len(m.Out); i++ {
		e.unperformed(m, &m.Out[i])
	}
}

// unperformed tells of an effect that a crash has taken with it.
func (e *Engine) unperformed(m *mach, ef *machine.Effect) {
	ev := Event{Kind: trace.Unperformed, Who: m.display()}
	switch ef.Kind {
	case machine.Send:
		ev.To, ev.Peer, ev.Type, ev.Value = "send", ef.To.String(), typeName(ef.Ev), render(ef.Ev)
	case machine.Write:
		ev.To, ev.Peer, ev.Type, ev.Value = "write", e.models[ef.N].name, typeName(ef.Ev), render(ef.Ev)
	case machine.Notify:
		ev.To, ev.Type, ev.Value = "announce", typeName(ef.Ev), render(ef.Ev)
	case machine.Create:
		ev.To, ev.Peer = "create", ef.To.String()
	case machine.Crash:
		ev.To, ev.Peer = "crash", ef.To.String()
	case machine.Restart:
		ev.To, ev.Peer = "restart", ef.To.String()
	case machine.TimerStart:
		ev.To, ev.Type = "start a timer of", typeName(m.timers[ef.N].ev)
	case machine.TimerStop:
		ev.To, ev.Type = "stop its timer of", typeName(m.timers[ef.N].ev)
	case machine.HaltSelf:
		ev.To = "halt"
	default:
		return
	}
	e.event(ev)
}

func (e *Engine) sent(m, t *mach, ev any, meta *machine.Meta) {
	meta.Step = e.steps
	if e.cfg.Record {
		e.hadRoom(m)
		e.event(Event{Kind: trace.Sent, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev), Place: placeOf(meta.PC)})
		e.told(meta)
	}
}

func (e *Engine) lost(m, t *mach, ev any) {
	if e.cfg.Record {
		e.hadRoom(m)
		e.event(Event{Kind: trace.Lost, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev)})
	}
}

// hadRoom makes a send that had to wait for room follow from what has made it.
func (e *Engine) hadRoom(m *mach) {
	e.why.follows(m.freed)
	m.freed = 0
}

// rejected tells of an event for a full inbox.
func (e *Engine) rejected(m, t *mach, ev any) {
	e.meet(strategy.Write, strategy.RoomObject(t.op.Index))
	e.sometimesFull(t.Def.Name, true)
	if e.cfg.Record {
		e.hadRoom(m)
		e.event(Event{Kind: trace.Lost, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev), To: trace.Full})
	}
}

// waitsForRoom tells that a machine is held up by a full inbox.
func (e *Engine) waitsForRoom(m, t *mach) {
	ev := m.Out[m.outh].Ev
	e.event(Event{Kind: trace.Held, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev)})
}

func (e *Engine) dropped(m *mach, en *machine.Entry, meta *machine.Meta, why string) {
	if en.Timer != 0 {
		e.meet(strategy.TimerStop, strategy.TimerObject(m.timers[en.Timer-1].op.Index))
		e.tickRead(m.timers[en.Timer-1])
	}
	if e.cfg.Record {
		if meta != nil {
			e.why.follows(meta.Event)
		}
		e.event(Event{Kind: trace.Dropped, Who: m.display(), Type: typeName(en.Ev), Value: render(en.Ev), To: why})
	}
}

func (e *Engine) moved(m *mach, from, to int32) {
	e.event(Event{Kind: trace.Moved, Who: m.display(), From: m.Def.StateName(from), To: m.Def.StateName(to)})
}

func (e *Engine) monitorMoved(mo *monitor, from, to int32) {
	t := mo.Def.States[to].Temperature
	if from < 0 {
		e.why.followsLast(mo.by.display()) // who registers it
	}
	e.event(Event{
		Kind: trace.Moved, Who: mo.name, From: mo.Def.StateName(from), To: mo.Def.StateName(to),
		Hot: t == machine.Hot, Cold: t == machine.Cold,
	})
}

func (e *Engine) armed(m *mach, t *timer) {
	how := ""
	if t.every {
		how = "every"
	}
	e.event(Event{Kind: trace.TimerArmed, Who: m.display(), Type: typeName(t.ev), Value: t.period.String(), To: how})
	if e.why.on {
		e.why.armed[t] = e.happened()
	}
}

// performing tells of effects that nothing else tells of.
func (e *Engine) performing(m *mach, ef *machine.Effect) {
	switch ef.Kind {
	case machine.TimerStop:
		e.event(Event{Kind: trace.TimerStopped, Who: m.display(), Type: typeName(m.timers[ef.N].ev)})
	case machine.Offer, machine.Withdraw:
		f := m.faults[ef.N]
		ev := Event{Kind: trace.Offered, Who: m.display(), Type: typeName(f.ev), Value: render(f.ev), To: e.budgets[f.budget].name}
		if ef.Kind == machine.Withdraw {
			ev.Kind = trace.Withdrawn
		}
		e.event(ev)
	case machine.Crash:
		e.rec.by = m.display()
	}
}

// resuming tells that a handler goes on after a wait that no event ended.
func (e *Engine) resuming(m *mach, w *machine.Wait) {
	if !e.cfg.Record {
		return
	}
	call := "Yield"
	switch w.Kind {
	case machine.WaitStop:
		call = "CancelTimer"
	case machine.WaitRead:
		call = "Read"
		e.why.follows(e.why.written[e.models[w.N].name])
	case machine.WaitQuiet:
		call = "Wait"
		e.why.followsAll(e.happened())
	}
	e.event(Event{Kind: trace.Resumed, Who: m.display(), Type: call})
}

func (e *Engine) injected(f *fault) {
	if e.cfg.Record {
		e.event(Event{Kind: trace.Injected, Who: f.owner.display(), Type: typeName(f.ev), Value: render(f.ev), To: e.budgets[f.budget].name})
	}
}

func (e *Engine) writing(m *mach, mo *model, op any) {
	if e.cfg.Record {
		e.why.follows(e.why.written[mo.name])
		e.event(Event{Kind: trace.Wrote, Who: m.display(), Peer: mo.name, Type: typeName(op), Value: render(op)})
		if e.why.on {
			e.why.written[mo.name] = e.happened()
		}
	}
}

func (e *Engine) notified(mo *monitor, by *mach, ev any) {
	e.why.followsLast(by.display())
	e.event(Event{Kind: trace.Heard, Who: mo.name, Peer: by.display(), Type: typeName(ev), Value: render(ev)})
}

func (e *Engine) unheard(by *mach, ev any) {
	if e.nmons > 0 || e.careful {
		e.gone[typeName(ev)]++
	}
}

func (e *Engine) log(who, text string) {
	if e.cfg.Record && text != "" {
		e.event(Event{Kind: trace.Logged, Who: who, Value: text, Stack: e.stack()})
	}
}

func (e *Engine) failed(err error) {
	ev := Event{Kind: trace.Failed, Value: err.Error()}
	if f := failure.Of(err); f != nil {
		ev.Who, ev.Place, ev.Type = f.Where().Machine, f.Where().Place, f.Kind().String()
		ev.Stack = e.why.failing(f)
	}
	if ev.Who == "" {
		e.why.followsAll(e.happened())
	}
	e.event(ev)
}

func (e *Engine) chose(m *mach, k schedule.Kind, n, v int, fair bool) {
	if e.cfg.Record {
		val := fmt.Sprint(v)
		if k == schedule.Bool {
			val = fmt.Sprint(v == 1)
		}
		e.event(Event{Kind: trace.Chose, Who: m.display(), Value: val, N: n, Place: userPlace(), Stack: e.stack()})
	}
	if e.cfg.Fingerprint {
		e.learn(m, v)
		if e.cfg.Lasso {
			e.lasso.chose(m, n, v, fair)
		}
	}
}

// tell passes a call of the program to the strategy, which knows operations and no IDs.
func (e *Engine) tell(m *mach, t *machine.Told) {
	l, ok := e.picker.(strategy.Listener)
	if !ok {
		return
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		switch a := a.(type) {
		case ravel.ID:
			args[i] = e.opNamed(a)
		case []ravel.ID:
			ops := make([]*strategy.Op, len(a))
			for j, id := range a {
				ops[j] = e.opNamed(id)
			}
			args[i] = ops
		default:
			args[i] = a
		}
	}
	l.Told(&m.op.Op, t.Name, args)
}

// opNamed returns the operation of a machine; nil if there is no such machine in this execution.
func (e *Engine) opNamed(id ravel.ID) *strategy.Op {
	ref := ravel.RefOf(id)
	if ref == nil {
		return nil
	}
	if m := e.lookup(ref); m != nil {
		return &m.op.Op
	}
	return nil
}
