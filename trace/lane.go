package trace

import (
	"cmp"
	"strings"
)

// A Lane is one line of a picture of the execution: who does one thing after the other.
type Lane struct {
	Name string // as in Event.Who
	Kind LaneKind
	Type string // name of the definition of a machine or monitor; "" if there is none
}

// LaneKind says what a lane is.
type LaneKind string

// The kinds of lanes. Models have lanes because events go to them (Wrote), although none is theirs.
const (
	TestLane      LaneKind = "test" // the body of the test, and what nobody is named for
	MachineLane   LaneKind = "machine"
	GoroutineLane LaneKind = "goroutine"
	MonitorLane   LaneKind = "monitor"
	ModelLane     LaneKind = "model"
	ClockLane     LaneKind = "clock"
)

// Names of lanes that have no machine or goroutine of the program.
const (
	TestName  = "test"  // of the body, and of events without Who
	ClockName = "clock" // of goroutines
)

// Lanes lists the lanes of a trace in the order of their first appearance, be it as somebody else's Peer. A machine that is
// restarted keeps its lane, and one whose handlers run on a controlled goroutine has one lane for both.
func Lanes(t *Trace) []Lane {
	b := lanes{index: map[string]int{}}
	for i := range t.Events {
		b.event(&t.Events[i])
	}
	for i := range b.list {
		b.list[i].finish()
	}
	return b.list
}

// lanes collects the lanes of a trace.
type lanes struct {
	list  []Lane
	index map[string]int
}

// LaneOf is the name of the lane to which an event belongs: that of who acts, which for Woken is the one who wakes.
func LaneOf(ev *Event) string {
	if ev.Kind == Ticked {
		return cmp.Or(ev.Who, ClockName)
	}
	return cmp.Or(ev.actor(), TestName)
}

// known notes what is known of a lane. Whoever says less does not change what another event has said.
func (b *lanes) known(name string, kind LaneKind, definition string) {
	i, ok := b.index[name]
	if !ok {
		i = len(b.list)
		b.index[name] = i
		b.list = append(b.list, Lane{Name: name})
	}
	l := &b.list[i]
	l.Kind, l.Type = cmp.Or(l.Kind, kind), cmp.Or(l.Type, definition)
}

// event notes what an event tells of its lane and of its peer's.
func (b *lanes) event(ev *Event) {
	name := LaneOf(ev)
	switch ev.Kind {
	case Began, Took, TookDefault, Created, TimerArmed, Crashed, Halted, Fired, Injected, Offered:
		b.known(name, MachineLane, ev.definition())
	case Heard, SuffixBegins:
		b.known(name, MonitorLane, name)
	case Moved:
		if i, ok := b.index[name]; ev.Hot || ev.Cold || ev.From == "" && (!ok || b.list[i].Kind == "") {
			b.known(name, MonitorLane, name) // a machine begins before it moves
		}
	case Spawned:
		b.known(name, "", "")
		b.known(cmp.Or(ev.Peer, "a goroutine"), GoroutineLane, "")
	case Ticked:
		b.known(name, ClockLane, "")
	case Woken:
		b.known(name, "", "")
		b.known(cmp.Or(ev.Who, TestName), "", "")
	}
	b.known(name, "", "")
	b.peer(ev)
}

// definition is what the beginning of a machine says of its definition.
func (ev *Event) definition() string {
	if ev.Kind == Began {
		return ev.Type
	}
	return ""
}

// peer notes the lane that an event goes to or comes from.
func (b *lanes) peer(ev *Event) {
	if ev.Peer == "" {
		return
	}
	switch ev.Kind {
	case Sent, Lost, Held, Took, Created, Restarted, Crashed, Heard:
		b.known(ev.Peer, "", "")
	case Wrote:
		b.known(ev.Peer, ModelLane, "")
	case Unperformed:
		if ev.To == "write" {
			b.known(ev.Peer, ModelLane, "")
		} else {
			b.known(ev.Peer, "", "")
		}
	}
}

// finish decides what no event has said.
func (l *Lane) finish() {
	switch {
	case l.Name == TestName || l.Name == "g0 (test body)":
		l.Kind = TestLane
	case l.Name == ClockName && l.Kind == "":
		l.Kind = ClockLane
	case l.Kind == "" && isGoroutineName(l.Name):
		l.Kind = GoroutineLane
	case l.Kind == "":
		l.Kind = MachineLane
	}
	if l.Kind == MachineLane && l.Type == "" {
		l.Type, _, _ = strings.Cut(l.Name, "#")
	}
}

// isGoroutineName reports whether a name is one that failure.GoroutineName gives: g and a number, and perhaps where it was
// created.
func isGoroutineName(name string) bool {
	digits, found := strings.CutPrefix(name, "g")
	digits, _, _ = strings.Cut(digits, " ")
	return found && digits != "" && strings.Trim(digits, "0123456789") == ""
}
