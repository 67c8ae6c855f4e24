package engine

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// View is the state of an execution between two steps, for those who compare states or show them. It refers to the
// engine's own memory: use it before the next step, and change nothing.
type View struct {
	Machines []MachineView
	Timers   []TimerView
	Faults   []FaultView
	Monitors []MonitorView
	Now      time.Duration // since the start of the clock
}

// MachineView is a machine.
type MachineView struct {
	Ref     *machine.Ref
	Def     *machine.Def
	Name    string
	Status  string // "reserved", "created", "alive", "halted", "crashed"
	Stack   []string
	Self    any
	Inbox   []machine.Entry
	Bound   ravel.Inbox // of the inbox
	Outbox  []machine.Effect
	Wait    *machine.Wait
	Creates int
}

// TimerView is a timer that its owner has asked for.
type TimerView struct {
	Owner         *machine.Ref
	N             int
	Event         any
	Every         bool
	Period, Left  time.Duration
	Armed, Unread bool
}

// FaultView is a fault that its owner has asked for.
type FaultView struct {
	Owner   *machine.Ref
	N       int
	Event   any
	Budget  string
	Offered bool
}

// MonitorView is a monitor.
type MonitorView struct {
	Name, State string
	Self        any
}

var statusNames = [...]string{reserved: "reserved", created: "created", alive: "alive", halted: "halted", crashed: "crashed"}

// View returns the present state; after Run that is the last one.
func (e *Engine) View() View {
	v := View{Now: e.now}
	for _, m := range e.machs[:e.nmachs] {
		w := MachineView{
			Ref: m.Ref, Def: m.Def, Name: m.display(), Status: statusNames[m.status], Stack: m.StackNames(), Self: m.Self,
			Bound: m.bound, Outbox: m.Out[m.outh:], Wait: m.wait, Creates: int(m.creates),
		}
		for i := range m.In.Len() {
			w.Inbox = append(w.Inbox, *m.In.At(i))
		}
		v.Machines = append(v.Machines, w)
	}
	for _, t := range e.timers[:e.ntimers] {
		v.Timers = append(v.Timers, TimerView{
			Owner: t.owner.Ref, N: int(t.n), Event: t.ev, Every: t.every, Period: t.period, Left: t.deadline - e.now, Armed: t.armed, Unread: t.unread,
		})
	}
	for _, f := range e.faults[:e.nfaults] {
		v.Faults = append(v.Faults, FaultView{Owner: f.owner.Ref, N: int(f.n), Event: f.ev, Budget: e.budgets[f.budget].name, Offered: f.offered})
	}
	for _, mo := range e.mons[:e.nmons] {
		v.Monitors = append(v.Monitors, MonitorView{mo.name, mo.StateName(), mo.Self})
	}
	return v
}

// Units returns what is left of a budget, and whether it exists.
func (e *Engine) Units(budget string) (int, bool) {
	for _, b := range e.budgets {
		if b.name == budget {
			return b.units, true
		}
	}
	return 0, false
}

// Fingerprint returns the fingerprint of the present state, with Config.Fingerprint; it is zero without.
func (e *Engine) Fingerprint() (hi, lo uint64) { return e.fp.sum.Hi, e.fp.sum.Lo }
