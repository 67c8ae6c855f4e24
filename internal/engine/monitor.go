package engine

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// monitor is a registered monitor. It implements machine.Host for its own instance.
type monitor struct {
	machine.Instance
	e    *Engine
	name string
	part part

	hot   bool
	heat  int // steps spent hot since the last cold state, up to when it last left a hot state
	since int // step at which it became hot, if it is
	by    *mach

	saved *savedMonitor // that it is equal to, if it has not changed since it was saved
}

// NewMonitor registers a monitor; it starts at once.
func (m *mach) NewMonitor(def *machine.Def, self any) {
	e := m.e
	m.noisy = true
	e.meet(strategy.Write, strategy.Monitors)
	for _, o := range e.mons[:e.nmons] {
		if o.Def == def {
			m.Fail(&machine.UsageError{Rule: failure.OneMonitor, Subject: def.Name, Text: fmt.Sprintf("monitor %s is registered twice: one of each definition hears everything", def.Name)})
		}
	}
	if e.nmons == len(e.mons) {
		mo := &monitor{e: e}
		mo.Host = mo
		mo.Ctx = ravel.NewMonitorContext(&mo.Instance)
		e.mons = append(e.mons, mo)
	}
	mo := e.mons[e.nmons]
	e.nmons++
	mo.Reset(def, self, nil)
	mo.Cover = e.coverOf(mo.Cover, def)
	if e.careful {
		mo.Guard |= machine.GuardCareful
	}
	mo.name, mo.hot, mo.heat, mo.since, mo.by = def.Name, false, 0, 0, nil
	mo.part, mo.saved = part{}, nil
	if _, ok := e.heard[mo.name]; !ok {
		e.heard[mo.name] = 0
	}
	e.listen(mo, m, func() { mo.Start() })
}

// listen runs code of a monitor.
func (e *Engine) listen(mo *monitor, by *mach, f func()) {
	was := e.running
	e.running, e.listening, mo.by = nil, mo, by
	mo.Guard &^= guardIdle
	defer func() {
		// A panic of the monitor must not reach the handler that registers it, which might recover it.
		if e.listening == mo {
			if v := recover(); v != nil {
				by.Guard |= guardDead
				e.userPanic(v, debug.Stack())
				e.unwind()
			}
		}
	}()
	f()
	mo.Guard |= guardIdle
	e.running, e.listening = was, nil
	e.why.moves(mo, mo.name, mo.Self)
	if e.cfg.Fingerprint {
		e.touchMonitor(mo)
	}
}

// notify tells an event to every monitor that declares its type.
func (e *Engine) notify(by *mach, ev any) {
	heard := false
	e.meet(strategy.Read, strategy.Monitors)
	for i, mo := range e.mons[:e.nmons] {
		col := mo.Def.Column(ev)
		if col == machine.OtherColumn && !mo.Def.Hears(col) {
			continue
		}
		heard = true
		e.heard[mo.name]++
		e.meet(strategy.Notify, strategy.MonitorObject(i))
		if mo.Standing(col) == machine.Ignore {
			mo.Met(col)
			continue
		}
		if e.cfg.Record {
			e.notified(mo, by, ev)
			e.why.moves(mo, mo.name, mo.Self)
		}
		was := e.running
		e.running, e.listening, mo.by = nil, mo, by
		mo.Guard &^= guardIdle
		mo.Handle(ev, col)
		mo.Guard |= guardIdle
		e.running, e.listening = was, nil
		if e.cfg.Fingerprint {
			e.touchMonitor(mo)
		}
		if e.stop {
			return
		}
	}
	if !heard {
		e.unheard(by, ev)
	}
}

// Fail ends the execution: the specification is violated.
func (mo *monitor) Fail(err error) {
	e := mo.e
	mo.Guard |= guardDead
	if mo.by.Guard&guardIdle == 0 {
		mo.by.Guard |= guardDead // it is registering the monitor
	}
	e.end(e.explainMonitor(mo, err))
	e.running, e.listening = nil, nil
	e.unwind()
}

// Moved keeps the temperature.
func (mo *monitor) Moved(from, to int32) {
	e := mo.e
	if e.cfg.Record {
		e.monitorMoved(mo, from, to)
	}
	switch mo.Def.States[to].Temperature {
	case machine.Hot:
		if !mo.hot {
			mo.hot, mo.since = true, e.steps
		}
	case machine.Cold:
		e.cool(mo)
		mo.heat = 0
	default:
		e.cool(mo)
	}
	e.setAlarm()
}

func (e *Engine) cool(mo *monitor) {
	if mo.hot {
		mo.hot = false
		mo.heat += e.steps - mo.since
	}
	if e.confirm.on && e.suspect() == nil {
		e.slow, e.stop = true, true
	}
}

// deadline is the step at which a hot monitor passes the threshold.
func (mo *monitor) deadline() int { return mo.since + mo.e.cfg.Threshold - mo.heat }

// setAlarm computes the next step at which bounds have to be looked at.
func (e *Engine) setAlarm() {
	if e.confirm.on {
		e.alarm = e.confirm.until
		return
	}
	e.alarm = e.bound()
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot {
			e.alarm = min(e.alarm, mo.deadline())
		}
	}
}

// Effected, Choose and the rest are never reached: a MonitorContext has no such calls.
func (mo *monitor) Effected() {}
func (mo *monitor) Choose(schedule.Kind, int, bool) int {
	panic("engine: a monitor chooses")
}
func (mo *monitor) Await(*machine.Wait) any              { panic("engine: a monitor waits") }
func (mo *monitor) NewMachine(machine.Spec) *machine.Ref { panic("engine: a monitor creates") }
func (mo *monitor) NewFault(int32, any) int32            { panic("engine: a monitor offers a fault") }
func (mo *monitor) NewBudget(string, int) int32          { panic("engine: a monitor has a budget") }
func (mo *monitor) NewModel(string, any) int32           { panic("engine: a monitor has a model") }
func (mo *monitor) ModelNamed(string) (int32, any)       { panic("engine: a monitor looks for a model") }
func (mo *monitor) NewMonitor(*machine.Def, any)         { panic("engine: a monitor registers a monitor") }
func (mo *monitor) Now() time.Time                       { return mo.e.readNow() }
func (mo *monitor) Recording() bool                      { return mo.e.cfg.Record }
func (mo *monitor) Caller() uintptr                      { return userPC() }
func (mo *monitor) Logf(format string, args []any)       { mo.e.log(mo.name, fmt.Sprintf(format, args...)) }
func (mo *monitor) Sometimes(name string, held bool)     { mo.e.sometimes(name, held) }
func (mo *monitor) NewTimer(time.Duration, bool, any) int32 {
	panic("engine: a monitor starts a timer")
}

// Misplaced tells why a call cannot be made now.
func (mo *monitor) Misplaced(call string) {
	switch {
	case mo.Guard&guardDead != 0:
	case mo.Guard&guardIdle != 0:
		panic(fmt.Sprintf("ravel: %s on the context of monitor %s outside its handlers", call, mo.name))
	case mo.Guard&machine.GuardExit != 0:
		mo.Fail(mo.MovesInExit(call))
	default:
		mo.Fail(mo.e.twoTransitions(failure.Site{Machine: mo.name, State: mo.StateName(), Step: mo.e.steps}, &mo.Instance, call))
	}
}
