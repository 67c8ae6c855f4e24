package engine

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// EventKind is the kind of an Event.
type EventKind uint8

// What a recorded execution tells.
const (
	Began        EventKind = iota // Who starts
	Took                          // Who takes the event Type from Peer, which was sent in step Sent
	TookDefault                   // Who runs its default handler
	Resumed                       // Who goes on after a wait
	Sent                          // Who sends Type to Peer
	Lost                          // Who sends Type to Peer, which is down or has halted
	Dropped                       // an event of type Type in Who's inbox is dropped; To says why
	Created                       // Who creates Peer
	Restarted                     // Who restarts Peer
	Crashed                       // Who goes down
	Halted                        // Who halts
	Moved                         // Who goes from state From to state To
	Chose                         // Who chooses Value out of N
	TimerArmed                    // Who starts a timer
	Fired                         // a timer of Who fires: Type arrives
	Injected                      // the fault Type happens to Who; To is the budget
	Wrote                         // Who writes Type to the model Peer
	Heard                         // the monitor Who hears Type from Peer
	Logged                        // Who logs Value
	SuffixBegins                  // the fair suffix begins: Who is the hot monitor
	Failed                        // the execution fails
)

// Event is something that happened in a recorded execution.
type Event struct {
	Step  int // joined step, from 1
	Kind  EventKind
	Who   string
	Peer  string
	Type  string
	Value string // the payload, the chosen value, the log line
	From  string // state
	To    string
	N     int // Chose: number of values
	Sent  int // Took: step of the send
	Place failure.Place
	Now   string // the clock, when it is not zero
	Hot   bool   // Moved: the new state of a monitor is hot
	Cold  bool
}

// recorder keeps what a recorded execution tells.
type recorder struct {
	on     bool
	from   string // sender of the event taken last
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
	e.rec.events = append(e.rec.events, ev)
}

// render shows a payload; what it points to may change later, so it is rendered at once.
func render(v any) string {
	if v == nil {
		return ""
	}
	defer func() { _ = recover() }() // a String method of the user's may panic on a half-built value
	s := fmt.Sprintf("%+v", v)
	s = strings.TrimPrefix(s, "&")
	if s == "{}" {
		return ""
	}
	const limit = 400
	if len(s) > limit {
		s = s[:limit] + "..."
	}
	return strings.ReplaceAll(s, "\n", " ")
}

func (e *Engine) beginStep(o *op) {}

func (e *Engine) started(m *mach) {
	if e.cfg.Record {
		e.event(Event{Kind: Began, Who: m.display(), To: m.StateName()})
	}
}

func (e *Engine) createdMachine(m, t *mach) {
	if e.cfg.Record {
		e.event(Event{Kind: Created, Who: m.display(), Peer: t.display()})
	}
	if e.cfg.Fingerprint {
		e.touch(t)
	}
}

func (e *Engine) restarted(m, t *mach) {
	if e.cfg.Record {
		e.event(Event{Kind: Restarted, Who: m.display(), Peer: t.display()})
	}
}

func (e *Engine) retired(m *mach) {
	if e.cfg.Record {
		k := Halted
		if m.status == crashed {
			k = Crashed
		}
		e.event(Event{Kind: k, Who: m.display()})
	}
}

func (e *Engine) sent(m, t *mach, ev any, meta *machine.Meta) {
	if e.cfg.Record {
		e.event(Event{Kind: Sent, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev), Place: placeOf(meta.PC)})
	}
}

func (e *Engine) lost(m, t *mach, ev any) {
	if e.cfg.Record {
		e.event(Event{Kind: Lost, Who: m.display(), Peer: t.display(), Type: typeName(ev), Value: render(ev)})
	}
}

func (e *Engine) dropped(m *mach, en *machine.Entry, why string) {
	if en.Timer != 0 {
		e.tickRead(m.timers[en.Timer-1])
	}
	if e.cfg.Record {
		e.event(Event{Kind: Dropped, Who: m.display(), Type: typeName(en.Ev), Value: render(en.Ev), To: why})
	}
}

func (e *Engine) moved(m *mach, from, to int32) {
	e.event(Event{Kind: Moved, Who: m.display(), From: m.Def.StateName(from), To: m.Def.StateName(to)})
}

func (e *Engine) monitorMoved(mo *monitor, from, to int32) {
	t := mo.Def.States[to].Temperature
	e.event(Event{
		Kind: Moved, Who: mo.name, From: mo.Def.StateName(from), To: mo.Def.StateName(to),
		Hot: t == machine.Hot, Cold: t == machine.Cold,
	})
}

func (e *Engine) armed(m *mach, t *timer) {
	e.event(Event{Kind: TimerArmed, Who: m.display(), Type: typeName(t.ev), Value: t.period.String()})
}

func (e *Engine) injected(f *fault) {
	if e.cfg.Record {
		e.event(Event{Kind: Injected, Who: f.owner.display(), Type: typeName(f.ev), Value: render(f.ev), To: e.budgets[f.budget].name})
	}
}

func (e *Engine) writing(m *mach, mo *model, op any) {
	if e.cfg.Record {
		e.event(Event{Kind: Wrote, Who: m.display(), Peer: mo.name, Type: typeName(op), Value: render(op)})
	}
}

func (e *Engine) notified(mo *monitor, by *mach, ev any) {
	e.event(Event{Kind: Heard, Who: mo.name, Peer: by.display(), Type: typeName(ev), Value: render(ev)})
}

func (e *Engine) unheard(by *mach, ev any) {
	if e.nmons > 0 || e.careful {
		e.gone[typeName(ev)]++
	}
}

func (e *Engine) log(who, text string) {
	if e.cfg.Record {
		e.event(Event{Kind: Logged, Who: who, Value: text})
	}
}

func (e *Engine) failed(err error) {
	ev := Event{Kind: Failed, Value: err.Error()}
	if f := failure.Of(err); f != nil {
		ev.Who, ev.Place, ev.Type = f.Where().Machine, f.Where().Place, f.Kind().String()
	}
	e.event(ev)
}

func (e *Engine) chose(m *mach, k schedule.Kind, n, v int, fair bool) {
	if e.cfg.Record {
		val := fmt.Sprint(v)
		if k == schedule.Bool {
			val = fmt.Sprint(v == 1)
		}
		e.event(Event{Kind: Chose, Who: m.display(), Value: val, N: n, Place: userPlace()})
	}
	if e.cfg.Fingerprint {
		e.learn(m, v)
		if e.cfg.Lasso {
			e.lasso.chose(m, n, v, fair)
		}
	}
}

// tell passes a call of the program to the strategy.
func (e *Engine) tell(m *mach, t *machine.Told) {
	type listener interface {
		Told(op *strategy.Op, call string, args []any)
	}
	s := e.strat
	for {
		if l, ok := s.(listener); ok {
			l.Told(&m.op.Op, t.Name, t.Args)
			return
		}
		w, ok := s.(strategy.Wrapper)
		if !ok {
			return
		}
		s = w.Unwrap()
	}
}
