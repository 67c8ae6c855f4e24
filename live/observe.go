package live

import (
	"context"
	"log/slog"
	"reflect"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// Observer hears what happens in a System, for metrics and spans. Its methods are called by whichever goroutine is at it,
// several at a time and some with locks held: they must be quick and must not call the System. Embed NoObserver to hear
// only some of it.
type Observer interface {
	// Started: a machine of a definition was created or restarted. It starts in its own time.
	Started(id ravel.ID, definition string)
	// Ended: it has halted or crashed, or has failed with err. If it is restarted Started follows.
	Ended(id ravel.ID, definition string, err error)
	// Handling: a handler begins, with all that it raises and that follows from its transitions. Handled: it has ended.
	Handling(h *Handling)
	Handled(h *Handling)
	// Failed: a machine has failed, and the directive of f is what becomes of it.
	Failed(f Failed)
	DeadLetter(d DeadLetter)
	// Blocked: a sender waits for room in the inbox of a machine, and has done so for long.
	Blocked(sender, receiver ravel.ID)
	// Violated: a monitor has found its specification violated. It hears nothing from then on.
	Violated(monitor string, err error)
	// Hot: a monitor has been hot for long.
	Hot(m HotMonitor)
}

// Handling is one run of a handler. It is valid during the calls to the Observer; waits of the handler are part of it.
type Handling struct {
	Number     uint64 // of this run, from 1
	Cause      uint64 // the run that sent the event; 0 for one from outside, and for ticks
	Machine    ravel.ID
	Definition string
	State      string   // in which it began
	Event      string   // type of the event; "start" and "default" without one
	From       ravel.ID // who sent it; the zero ID: from outside, or the machine's own timer
	Waiting    int      // events that are left in the inbox, as far as the machine has seen it
	Start      time.Time
	Duration   time.Duration // in Handled
	Err        error         // in Handled: why the handler failed

	Span any // for the Observer: what it sets in Handling is there in Handled
}

// NoObserver is an Observer that takes no notice.
type NoObserver struct{}

func (NoObserver) Started(ravel.ID, string)      {}
func (NoObserver) Ended(ravel.ID, string, error) {}
func (NoObserver) Handling(*Handling)            {}
func (NoObserver) Handled(*Handling)             {}
func (NoObserver) Failed(Failed)                 {}
func (NoObserver) DeadLetter(DeadLetter)         {}
func (NoObserver) Blocked(_, _ ravel.ID)         {}
func (NoObserver) Violated(string, error)        {}
func (NoObserver) Hot(HotMonitor)                {}

// note is what is kept beside an event in an inbox if somebody watches. Production records no lines of code, so the field
// for the line of the send carries the number of the handling that sent it.
func (s *System) note(from, to *proc, ev any) *machine.Meta {
	m := &machine.Meta{}
	if from != nil {
		m.From = &from.ref
		if from.watch != nil {
			m.PC = uintptr(from.watch.Number)
		}
	}
	m.Step = s.rec.arrived(from, to, ev)
	return m
}

// enters notes that a handler begins; en is nil at the start, and holds no event for the default handler.
func (p *proc) enters(en *machine.Entry, meta *machine.Meta) {
	p.Guard &^= guardIdle
	p.now = noTime
	s := p.sys
	if !s.noted {
		return
	}
	if s.obs == nil {
		return
	}
	if p.watch == nil {
		p.watch = &Handling{}
	}
	*p.watch = Handling{
		Number: s.handlings.Add(1), Machine: p.id(), Definition: p.Def.Name, State: p.StateName(), Waiting: p.In.Len(), Start: time.Now(), Event: "start",
	}
	switch {
	case en == nil:
	case en.Ev == nil:
		p.watch.Event = "default"
	default:
		p.watch.Event = typeName(en.Ev)
	}
	if meta != nil {
		p.watch.Cause, p.watch.From = uint64(meta.PC), ravel.IDOf(meta.From)
	}
	s.obs.Handling(p.watch)
}

// leaves notes that a handler has ended.
func (p *proc) leaves(err error) {
	p.Guard |= guardIdle
	if p.watch != nil && p.watch.Number != 0 {
		p.watch.Duration, p.watch.Err = time.Since(p.watch.Start), err
		p.sys.obs.Handled(p.watch)
	}
}

func (s *System) created(p *proc, def string) {
	if s.obs != nil {
		s.obs.Started(p.id(), def)
	}
}

func (s *System) ended(p *proc, def string, err error) {
	if s.obs != nil {
		s.obs.Ended(p.id(), def, err)
	}
}

func (s *System) failed(f Failed) {
	if s.obs != nil {
		s.obs.Failed(f)
	}
	s.log.Error("ravel: a machine has failed", "machine", f.Name, "err", f.Err, "directive", f.Directive.String(), "restarts", f.Restarts)
}

func (s *System) blocked(from, to *proc) {
	sender := "outside"
	var id ravel.ID
	if from != nil {
		id, sender = from.id(), from.shownAs()
	}
	if s.obs != nil {
		s.obs.Blocked(id, to.id())
	}
	s.log.Warn("ravel: a sender waits for room in an inbox", "sender", sender, "receiver", to.shownAs(), "capacity", to.bound.Capacity)
}

func (s *System) violated(mo *monitor) {
	s.rec.violated(mo)
	if s.obs != nil {
		s.obs.Violated(mo.Def.Name, mo.over)
	}
	s.log.Error("ravel: a specification is violated", "monitor", mo.Def.Name, "err", mo.over)
}

func (s *System) hot(m HotMonitor) {
	if s.obs != nil {
		s.obs.Hot(m)
	}
	s.log.Warn("ravel: a monitor still waits for something that must happen", "monitor", m.Monitor, "state", m.State, "for", m.For)
}

// logs reports whether anybody reads what machines log.
func (s *System) logs() bool { return s.log.Enabled(s.background, slog.LevelDebug) }

func (s *System) line(who, text string) {
	s.log.LogAttrs(context.Background(), slog.LevelDebug, text, slog.String("machine", who))
}

func typeName(v any) string {
	if v == nil {
		return "nothing"
	}
	return reflect.TypeOf(v).String()
}
