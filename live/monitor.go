package live

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
)

// monitors are the monitors of a system. Its lock is held while one listens: they hear one notification after the other, all of
// them in the same order.
type monitors struct {
	mu   sync.Mutex
	list []*monitor
	n    atomic.Int32
}

// monitor is a registered monitor. It implements machine.Host for its own instance.
type monitor struct {
	machine.Instance
	sys   *System
	by    *proc
	step  uint64    // in which it listens, for the flight recorder
	over  error     // the specification is violated
	since time.Time // when it became hot, if it is
	alarm *time.Timer
	next  time.Duration // after which it is reported to be hot
}

// HotMonitor is a monitor in a hot state: something that must happen has not happened yet.
type HotMonitor struct {
	Monitor, State string
	For            time.Duration
}

// Hot returns the monitors that are hot now.
func (s *System) Hot() []HotMonitor {
	s.monitors.mu.Lock()
	defer s.monitors.mu.Unlock()
	var list []HotMonitor
	for _, mo := range s.monitors.list {
		if !mo.since.IsZero() {
			list = append(list, mo.heat())
		}
	}
	return list
}

func (mo *monitor) heat() HotMonitor {
	return HotMonitor{mo.Def.Name, mo.StateName(), time.Since(mo.since)}
}

// listen registers a monitor; it starts at once.
func (s *System) listen(def *machine.Def, self any) error {
	s.monitors.mu.Lock()
	defer s.monitors.mu.Unlock()
	for _, o := range s.monitors.list {
		if o.Def == def {
			return fmt.Errorf("monitor %s is registered twice: one of each definition hears everything", def.Name)
		}
	}
	mo := &monitor{sys: s}
	mo.Ctx, mo.Host = ravel.NewMonitorContext(&mo.Instance), mo
	mo.Reset(def, self, nil)
	s.monitors.list = append(s.monitors.list, mo)
	s.monitors.n.Store(int32(len(s.monitors.list)))
	mo.run(nil, mo.Start)
	return nil
}

// notify tells an event to every monitor that declares its type.
func (s *System) notify(by *proc, ev any) {
	encoded := s.rec.encode(ev)
	if s.monitors.n.Load() == 0 && encoded == nil {
		return
	}
	s.monitors.mu.Lock()
	defer s.monitors.mu.Unlock()
	s.rec.announced(by, ev, encoded)
	for _, mo := range s.monitors.list {
		col := mo.Def.Column(ev)
		if mo.over != nil || col == machine.OtherColumn && !mo.Def.Hears(col) || mo.Standing(col) == machine.Ignore {
			continue
		}
		s.rec.heard(mo, by, ev)
		mo.run(by, func() { mo.Handle(ev, col) })
	}
}

// unwound is what a monitor that has failed panics with.
type unwound struct{}

// run runs code of the monitor, and keeps what it does to the goroutine from the machine whose it is.
func (mo *monitor) run(by *proc, f func()) {
	mo.by = by
	mo.Guard &^= guardIdle
	returned := false
	defer func() {
		mo.Guard |= guardIdle
		if returned && mo.over == nil {
			return
		}
		v := recover()
		if mo.over == nil {
			site := failure.Site{Machine: mo.Def.Name, State: mo.StateName()}
			if isMisuse(v) {
				mo.over = v.(error)
			} else if v != nil {
				site.Place = placeOfPanic()
				mo.over = &failure.Panic{Site: site, Value: v, Stack: userStack(debug.Stack())}
			} else {
				mo.over = &failure.Exit{Site: site, Call: "runtime.Goexit()", Stack: userStack(debug.Stack())}
			}
		}
		mo.Guard |= guardDead
		mo.cool()
		mo.sys.violated(mo)
	}()
	f()
	returned = true
}

// Fail reports that the specification is violated. The monitor hears nothing from then on.
func (mo *monitor) Fail(err error) {
	mo.Guard |= guardDead
	mo.over = mo.explain(err)
	panic(unwound{})
}

func (mo *monitor) explain(err error) error {
	site := failure.Site{Machine: mo.Def.Name, State: mo.StateName()}
	by := ""
	if mo.by != nil {
		by = mo.by.shownAs()
	}
	switch e := err.(type) {
	case *machine.AssertError:
		site.Place = placeOf(e.PC)
		return &failure.MonitorViolation{Site: site, Message: e.Text, Event: typeName(mo.Event), By: by}
	case *machine.UnhandledError:
		return &failure.Unhandled{Site: site, Event: typeName(e.Event), States: mo.StackNames(), HandledAs: mo.Def.HandledAs(e.Event), From: by}
	case *machine.UsageError:
		site.Place = placeOf(userPC())
		return &failure.Misuse{Site: site, Rule: e.Rule, Subject: e.Subject, Text: e.Text}
	}
	return err
}

// Moved keeps the time since which the monitor is hot.
func (mo *monitor) Moved(from, to int32) {
	st := mo.Def.States[to]
	mo.sys.rec.monitorMoved(mo, from, to)
	if st.Temperature != machine.Hot {
		mo.cool()
	} else if mo.since.IsZero() {
		mo.since, mo.next = time.Now(), mo.sys.opts.HotAfter
		mo.alarm = time.AfterFunc(mo.next, mo.stillHot)
	}
}

func (mo *monitor) cool() {
	if mo.alarm != nil {
		mo.alarm.Stop()
	}
	mo.since, mo.alarm = time.Time{}, nil
}

func (mo *monitor) stillHot() {
	s := mo.sys
	s.monitors.mu.Lock()
	defer s.monitors.mu.Unlock()
	if mo.since.IsZero() || s.closing.Load() || time.Since(mo.since) < mo.next {
		return // it has cooled, and may have become hot again
	}
	mo.next *= 2
	mo.alarm.Reset(mo.next - time.Since(mo.since))
	s.hot(mo.heat())
}

// close stops the monitors' clocks.
func (ms *monitors) close() {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, mo := range ms.list {
		if mo.alarm != nil {
			mo.alarm.Stop()
		}
	}
}

// Misplaced tells why a call cannot be made now.
func (mo *monitor) Misplaced(call string) {
	switch {
	case mo.Guard&guardDead != 0:
	case mo.Guard&guardIdle != 0:
		panic(fmt.Sprintf("ravel: %s on the context of monitor %s outside its handlers", call, mo.Def.Name))
	case mo.Guard&machine.GuardExit != 0:
		mo.Fail(mo.MovesInExit(call))
	default:
		mo.Fail(&machine.UsageError{Rule: failure.OneTransition, Subject: call})
	}
}

func (mo *monitor) Now() time.Time  { return time.Now() }
func (mo *monitor) Recording() bool { return mo.sys.logs() }
func (mo *monitor) Caller() uintptr { return userPC() }
func (mo *monitor) Logf(format string, args []any) {
	mo.sys.line(mo.Def.Name, fmt.Sprintf(format, args...))
}
func (mo *monitor) Sometimes(name string, held bool) {}
func (mo *monitor) Effected()                        {}

// The rest is never reached: a MonitorContext has no such calls.

func (mo *monitor) Choose(schedule.Kind, int, bool) int     { panic("live: a monitor chooses") }
func (mo *monitor) Await(*machine.Wait) any                 { panic("live: a monitor waits") }
func (mo *monitor) NewMachine(machine.Spec) *machine.Ref    { panic("live: a monitor creates") }
func (mo *monitor) NewFault(int32, any) int32               { panic("live: a monitor offers a fault") }
func (mo *monitor) NewBudget(string, int) int32             { panic("live: a monitor has a budget") }
func (mo *monitor) NewModel(string, any) int32              { panic("live: a monitor has a model") }
func (mo *monitor) ModelNamed(string) (int32, any)          { panic("live: a monitor looks for a model") }
func (mo *monitor) NewMonitor(*machine.Def, any)            { panic("live: a monitor registers a monitor") }
func (mo *monitor) NewTimer(time.Duration, bool, any) int32 { panic("live: a monitor starts a timer") }
