package difftest

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/machine"
)

// exact writes everything that a state consists of, in the engine's own terms. A handler that waits has variables that no
// fingerprint can see: it is written as what it is (past false), or as what it was told since it began (past true), which
// determines what it is.
func (v *viewer) exact(past bool) string {
	var b strings.Builder
	for i := range v.v.Machines {
		if m := &v.v.Machines[i]; m.Status != "reserved" {
			b.WriteString(v.exactMachine(m, past) + "\n")
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range v.v.Timers {
		if t := &v.v.Timers[i]; t.Armed || t.Unread {
			lines = append(lines, fmt.Sprintf("timer of %s: %s armed=%v unread=%v left=%v", rawPath(t.Owner), exactTimer(t), t.Armed, t.Unread, v.left(t)))
		}
	}
	for _, mo := range v.v.Monitors {
		lines = append(lines, fmt.Sprintf("monitor %s %d", mo.State, mo.Self.(*watcher).Heard))
	}
	faults, known := v.e.Units("faults")
	early, _ := v.e.Units("early timers")
	lines = append(lines, fmt.Sprintf("faults %d %v early %d disk %d", faults, known, early, v.x.disk.V))
	return sorted(lines)
}

// left is how long a timer still waits. How long one is overdue matters only to the ordered clock.
func (v *viewer) left(t *engine.TimerView) time.Duration {
	if v.x.c.p.Ordered && t.Armed {
		return t.Left
	}
	return max(0, t.Left)
}

func (v *viewer) exactMachine(m *engine.MachineView, past bool) string {
	s := fmt.Sprintf("%s %s creates=%d", rawPath(m.Ref), m.Status, m.Creates)
	timers, faults := 0, 0
	for i := range v.v.Timers {
		timers += number(v.v.Timers[i].Owner == m.Ref)
	}
	for i := range v.v.Faults {
		f := &v.v.Faults[i]
		faults += number(f.Owner == m.Ref)
		if f.Owner == m.Ref && f.Offered {
			s += fmt.Sprintf(" offers %d %s %s", f.N, f.Budget, showEvent(f.Event))
		}
	}
	s += fmt.Sprintf(" timers=%d faults=%d", timers, faults)
	if m.Status != "alive" && m.Status != "created" {
		return s
	}
	s += fmt.Sprintf(" %s %v %v", m.Def.Name, m.Stack, m.Bound)
	// A plain function that has returned remembers nothing.
	busy := m.Wait != nil || m.Def.Fn != nil && m.Status == "created"
	if a := v.actor(m); a != nil && (!a.fn || busy && !past) {
		s += v.exactActor(a)
	}
	if busy {
		s += v.waiting(m, past)
	}
	for _, en := range m.Inbox {
		s += fmt.Sprintf(" in:%s/%d", showEvent(en.Ev), en.Timer)
	}
	for i := range m.Outbox {
		s += " out:" + v.exactEffect(m, &m.Outbox[i])
	}
	return s
}

func (v *viewer) waiting(m *engine.MachineView, past bool) string {
	s := ""
	if m.Wait != nil {
		s = fmt.Sprintf(" waits=%d %s", m.Wait.Kind, m.Wait.Types)
	}
	a := v.actor(m)
	switch {
	case a == nil:
		return s
	case past && v.x.clock.Load(): // what a waiting handler knows of the time is a distance from now
		return s + fmt.Sprintf(" past=%v now=%v", a.past, v.v.Now)
	case past:
		return s + fmt.Sprintf(" past=%v", a.past)
	}
	l := a.live
	return s + fmt.Sprintf(" local=%d from=%s at=%d loops=%v handling=%s", l.local, rawPath(ravel.RefOf(l.from)), l.at, l.loops, showEvent(l.event))
}

// exactActor writes a machine's fields.
func (v *viewer) exactActor(a *actor) string {
	return fmt.Sprintf(" {%v %d age=%d %s %s %d %d %v %d %v}", a.V, a.Fuel, a.fields(v).age, rawPath(ravel.RefOf(a.Parent)), rawPath(ravel.RefOf(a.Kid)),
		handle(a.Timer[0]), handle(a.Timer[1]), a.Used, handle(a.Fault), a.Offers)
}

// handle returns the number in a Timer or a Fault.
func handle(x any) int64 { return reflect.ValueOf(x).FieldByName("n").Int() }

func exactTimer(t *engine.TimerView) string {
	return fmt.Sprintf("%d every=%v period=%v %s", t.N, t.Every, t.Period, showEvent(t.Event))
}

func (v *viewer) exactEffect(m *engine.MachineView, ef *machine.Effect) string {
	s := fmt.Sprintf("%d", ef.Kind)
	if ef.To != nil {
		s += " to " + rawPath(ef.To)
	}
	switch ef.Kind {
	case machine.Send:
		return s + " " + showEvent(ef.Ev)
	case machine.Create:
		for i := range v.v.Machines {
			if c := &v.v.Machines[i]; c.Ref == ef.To {
				s += " " + v.exactSpec(c.Def, c.Self)
			}
		}
	case machine.Restart:
		spec := ef.Ev.(*machine.Spec)
		s += " " + v.exactSpec(spec.Def, spec.Self)
	case machine.TimerStart:
		for i := range v.v.Timers {
			if t := &v.v.Timers[i]; t.Owner == m.Ref && t.N == int(ef.N) {
				s += " " + exactTimer(t)
			}
		}
	case machine.Offer:
		for i := range v.v.Faults {
			if f := &v.v.Faults[i]; f.Owner == m.Ref && f.N == int(ef.N) {
				s += fmt.Sprintf(" %d %s %s", f.N, f.Budget, showEvent(f.Event))
			}
		}
	default:
		s += fmt.Sprintf(" %d %v", ef.N, ef.Ev)
	}
	return s
}

func (v *viewer) exactSpec(d *machine.Def, self any) string {
	if a, ok := self.(*actor); ok {
		return d.Name + v.exactActor(a)
	}
	return d.Name
}
