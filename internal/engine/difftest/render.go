package difftest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/machine"
)

// viewer renders states of the engine.
type viewer struct {
	e     *engine.Engine
	x     *run
	v     engine.View
	real  map[*machine.Ref]bool // those that have been created
	names map[string]string     // display name to path
}

func (x *run) viewer(e *engine.Engine) *viewer {
	v := &viewer{e: e, x: x, v: e.View(), real: map[*machine.Ref]bool{}, names: map[string]string{}}
	for _, m := range v.v.Machines {
		v.real[m.Ref] = m.Status != "reserved"
	}
	for _, m := range v.v.Machines {
		v.names[m.Name] = v.path(m.Ref)
	}
	return v
}

// path counts only the machines that came to be.
func (v *viewer) path(r *machine.Ref) string {
	switch {
	case r == nil:
		return ""
	case r.Parent == nil:
		return "r"
	}
	n := 0
	for i := range r.Nth {
		if v.real[r.Parent.Child(i)] {
			n++
		}
	}
	return v.path(r.Parent) + "." + strconv.Itoa(n)
}

func (v *viewer) id(id ravel.ID) string { return v.path(ravel.RefOf(id)) }

func (v *viewer) event(ev any) string {
	kind, p := openEvent(ev)
	return eventText(kind, p.V, v.id(p.From))
}

// state translates a state in which every outbox is empty to the common form.
func (v *viewer) state() *state {
	p := v.x.c.p
	s := &state{disk: v.x.disk.V, units: p.Units}
	if n, ok := v.e.Units("faults"); ok {
		s.units = n
	}
	if n, ok := v.e.Units("early timers"); ok {
		s.early = n
	}
	for _, mo := range v.v.Monitors {
		s.monitor = fmt.Sprintf("%s heard %d", mo.State, mo.Self.(*watcher).Heard)
	}
	index := map[*machine.Ref]int{}
	for i := range v.v.Machines {
		if m := &v.v.Machines[i]; m.Status != "reserved" {
			index[m.Ref] = len(s.machines)
			s.machines = append(s.machines, v.machine(m))
		}
	}
	for _, t := range v.v.Timers {
		if t.Armed || t.Unread {
			m := &s.machines[index[t.Owner]]
			m.timers = append(m.timers, timerText(t.Armed, t.Unread, t.Every, millis(t.Period), millis(t.Left), t.Event.(tick).V))
		}
	}
	for _, f := range v.v.Faults {
		if f.Offered {
			m := &s.machines[index[f.Owner]]
			m.offers = append(m.offers, v.event(f.Event))
		}
	}
	return s
}

func millis(d time.Duration) int { return int(d / time.Millisecond) }

func (v *viewer) machine(m *engine.MachineView) machineState {
	s := machineState{path: v.path(m.Ref), status: m.Status, stack: stackText(m.Stack)}
	a := v.actor(m)
	if a != nil {
		s.fields = a.fields(v)
	}
	for _, en := range m.Inbox {
		s.inbox = append(s.inbox, v.event(en.Ev))
	}
	if m.Wait != nil {
		s.waits = "next"
	}
	return s
}

// actor returns the memory of a machine.
func (v *viewer) actor(m *engine.MachineView) *actor {
	if a, ok := m.Self.(*actor); ok {
		return a
	}
	return v.x.actors[m.Ref]
}

func (a *actor) fields(v *viewer) fields {
	f := fields{v: a.V, fuel: a.Fuel, age: -1, parent: v.id(a.Parent), kid: v.id(a.Kid), used: a.Used}
	if !a.At.IsZero() {
		f.age = millis(clockStart.Add(v.v.Now).Sub(a.At))
	}
	return f
}

var clockStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// stackText turns names, top first, into numbers, bottom first.
func stackText(names []string) string {
	var out []string
	for i := len(names) - 1; i >= 0; i-- {
		out = append(out, strings.TrimPrefix(names[i], "S"))
	}
	return "[" + strings.Join(out, " ") + "]"
}

// outcome is the form in which the end of an execution is compared.
func (v *viewer) outcome(err error) string {
	if err == nil {
		return v.state().String()
	}
	var (
		assert  *failure.Assertion
		monitor *failure.MonitorViolation
		unhand  *failure.Unhandled
		dead    *failure.Deadlock
		hot     *failure.HotAtEnd
		misuse  *failure.Misuse
	)
	switch {
	case errors.As(err, &assert):
		return "failure|assert|" + v.names[assert.Machine] + "|" + assert.Message
	case errors.As(err, &monitor):
		return fmt.Sprintf("failure|monitor|%s|%s|%s|%s", monitor.State, monitor.Message, shortType(monitor.Event), v.names[monitor.By])
	case errors.As(err, &unhand):
		who := v.names[unhand.Machine]
		if unhand.Machine == "Watcher" {
			who = "Watcher"
		}
		return fmt.Sprintf("failure|unhandled|%s|%s|%s", who, shortType(unhand.Event), stackText(unhand.States))
	case errors.As(err, &dead):
		blocked := map[string]string{}
		for _, b := range dead.Blocked {
			if blocked[v.names[b.Machine]] = shortType(strings.Fields(b.WaitsFor)[1]); b.Room != "" {
				blocked[v.names[b.Machine]] = "room of " + v.names[b.Room]
			}
		}
		return fmt.Sprintf("deadlock|%v|hot=%v", blocked, len(dead.Hot) > 0)
	case errors.As(err, &hot):
		return "hot at end|" + hot.Hot[0].State
	case errors.As(err, &misuse):
		return "failure|misuse|" + v.names[misuse.Machine] + "|" + misuseText(misuse)
	}
	return "failure|other|" + err.Error()
}

// shortType turns the name of one of our types into its short form.
func shortType(name string) string {
	_, name, _ = strings.Cut(name, ".")
	for _, n := range eventNames {
		if strings.EqualFold(n, name) {
			return n
		}
	}
	return name
}

// misuses are what the engine says, by a part of it that nothing else says.
var misuses = [][2]string{
	{"has not been created", "no such machine"},
	{"has not crashed", "restarted what has not crashed"},
	{"a handler of a fault waits", "fault waits"},
	{"a fault happens at once", "fault deferred or ignored"},
	{"raised ", "raised what is deferred or ignored"},
	{"pop in state ", "popped the last state"},
}

func misuseText(m *failure.Misuse) string {
	for _, known := range misuses {
		if strings.Contains(m.Text, known[0]) {
			return known[1]
		}
	}
	return m.Text
}

// showEvent writes an event with the whole path of its sender.
func showEvent(ev any) string {
	kind, p := openEvent(ev)
	return eventText(kind, p.V, rawPath(ravel.RefOf(p.From)))
}

// rawPath counts all machines that were asked for.
func rawPath(r *machine.Ref) string {
	switch {
	case r == nil:
		return ""
	case r.Parent == nil:
		return "r"
	}
	return rawPath(r.Parent) + "." + strconv.Itoa(int(r.Nth))
}
