package live

import (
	"reflect"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

func who(p *proc) namer {
	if p == nil {
		return nil
	}
	return p
}

// simple notes something that a machine does by itself, as a step of its own.
func (r *recorder) simple(k trace.EventKind, p *proc) {
	if r != nil {
		r.put(note{kind: k, step: r.step(), who: p})
	}
}

// arrived notes a send, and returns its step. The lock of the receiver is held.
func (r *recorder) arrived(from, to *proc, ev any) int {
	if r == nil {
		return 0
	}
	n := r.step()
	r.put(r.carrying(note{kind: trace.Sent, step: n, who: who(from), peer: to}, ev))
	return int(n)
}

// sent notes a send to a remote machine, by a machine or from outside.
func (r *recorder) sent(p *proc, to *remote, ev any) {
	if r != nil {
		r.put(r.carrying(note{kind: trace.Sent, step: r.step(), who: who(p), peer: to}, ev))
	}
}

// created notes a new machine, whose lock is held: nobody has sent to it before.
func (r *recorder) created(by, p *proc) {
	if r != nil {
		r.put(note{kind: trace.Created, step: r.step(), who: who(by), peer: p})
	}
}

// restarted notes that a machine is up again. Its lock is held: its new incarnation has not begun.
func (r *recorder) restarted(by, p *proc) {
	if r != nil {
		r.put(note{kind: trace.Restarted, step: r.step(), who: by, peer: p})
	}
}

func (r *recorder) crashed(p, by *proc) {
	if r != nil {
		r.put(note{kind: trace.Crashed, step: r.step(), who: p, peer: by})
	}
}

// began notes the start of an incarnation.
func (r *recorder) began(p *proc) {
	if r != nil {
		p.step = r.step()
		r.put(note{kind: trace.Began, step: p.step, who: p, to: p.StateName()})
	}
}

// tookDefault notes a run of the default handler. Refill has given it its step.
func (r *recorder) tookDefault(p *proc) {
	if r != nil {
		r.put(note{kind: trace.TookDefault, step: p.step, who: p})
	}
}

// removeNoted is remove of an event that a handler takes, for those who watch.
func (p *proc) removeNoted(i int) machine.Entry {
	r := p.sys.rec
	if r == nil {
		return p.remove(i, nil)
	}
	en := p.In.At(i)
	x := note{kind: trace.Took, who: p}
	if meta := p.In.MetaAt(i); meta != nil {
		x.sent = uint64(meta.Step)
		if meta.From != nil {
			x.peer = meta.From.Names.(*proc)
		} else if en.Timer == 0 {
			x.peer = outside{}
		}
	}
	x = r.carrying(x, en.Ev)
	return p.remove(i, &x)
}

// ignore drops an event that the state ignores.
func (p *proc) ignore(i int) {
	r := p.sys.rec
	if r == nil {
		p.remove(i, nil)
		return
	}
	x := r.carrying(note{kind: trace.Dropped, who: p, to: "ignored"}, p.In.At(i).Ev)
	p.remove(i, &x)
}

// removed notes that an event has left the inbox: what is taken begins a step of the machine.
func (r *recorder) removed(p *proc, x *note) {
	x.step = r.step()
	if x.kind == trace.Took {
		p.step = x.step
	}
	r.put(*x)
}

type outside struct{}

func (outside) shownAs() string { return "outside" }

// refused notes a send that fails. The lock of the receiver is held.
func (r *recorder) refused(from, to *proc, ev any, why Reason) {
	if r == nil {
		return
	}
	x := note{kind: trace.Lost, step: r.step(), who: who(from), peer: to}
	if why == Full {
		x.to = trace.Full
	}
	r.put(r.carrying(x, ev))
}

// lost notes a dead letter that nothing else tells of.
func (r *recorder) lost(d *DeadLetter) {
	if r == nil || d.recorded || d.Reason == Poison { // it was taken, and the failure says the rest
		return
	}
	x := note{kind: trace.Lost, step: r.step()}
	if ref := ravel.RefOf(d.From); ref != nil {
		x.who, _ = ref.Names.(namer)
	}
	if ref := ravel.RefOf(d.To); ref != nil {
		x.peer, _ = ref.Names.(namer)
	}
	if d.left {
		x.kind, x.who, x.peer, x.to = trace.Dropped, x.peer, nil, "dropped"
	}
	r.put(r.carrying(x, d.Event))
}

func (r *recorder) moved(p *proc, from, to int32) {
	if from >= 0 {
		r.put(note{kind: trace.Moved, step: p.step, who: p, from: p.Def.StateName(from), to: p.Def.StateName(to)})
	}
}

func (r *recorder) monitorMoved(mo *monitor, from, to int32) {
	if r == nil {
		return
	}
	if from < 0 {
		mo.step = r.step() // it starts
	}
	x := note{kind: trace.Moved, step: mo.step, who: mo, to: mo.Def.StateName(to)}
	if from >= 0 {
		x.from = mo.Def.StateName(from)
	}
	t := mo.Def.States[to].Temperature
	x.hot, x.cold = t == machine.Hot, t == machine.Cold
	r.put(x)
}

func (r *recorder) chose(p *proc, k schedule.Kind, n, v int) {
	x := note{kind: trace.Chose, step: p.step, who: p, n: n, ev: v}
	if k == schedule.Bool {
		x.ev = v == 1
	}
	r.put(x)
}

func (r *recorder) logged(p *proc, text string) {
	r.put(note{kind: trace.Logged, step: p.step, who: p, value: text})
}

// timer notes that a timer is started or stopped.
func (r *recorder) timer(k trace.EventKind, t *timer) {
	if r == nil {
		return
	}
	x := note{kind: k, step: r.step(), who: t.p, typ: reflect.TypeOf(t.ev)}
	if k == trace.TimerArmed {
		x.value = t.period.String()
		if t.every {
			x.to = "every"
		}
	}
	r.put(x)
}

// tick notes that a timer fires, for the inbox.
func (s *System) tick(t *timer) *machine.Meta {
	m := &machine.Meta{}
	if r := s.rec; r != nil {
		m.Step = int(r.step())
		r.put(note{kind: trace.Fired, step: uint64(m.Step), who: t.p, typ: reflect.TypeOf(t.ev)})
	}
	return m
}

func (r *recorder) heard(mo *monitor, by *proc, ev any) {
	if r != nil {
		mo.step = r.step()
		r.put(r.carrying(note{kind: trace.Heard, step: mo.step, who: mo, peer: who(by)}, ev))
	}
}

func (r *recorder) failed(p *proc, err error) {
	if r != nil {
		r.put(failedNote(r.step(), p, err))
	}
}

func (r *recorder) violated(mo *monitor) {
	if r != nil {
		r.put(failedNote(r.step(), mo, mo.over))
	}
}
