package difftest

import (
	"fmt"
	"slices"
	"strings"
)

// state is a state of the whole program, in the form in which the engine's and the reference's are compared.
type state struct {
	machines []machineState // in any order
	monitor  string
	disk     int
	units    int // left of the fault budget
	early    int // left of the early timers
}

type machineState struct {
	path   string // "r" is the root, "r.1" the second machine that it created
	status string // "created", "alive", "halted", "crashed"
	stack  string // of state numbers, bottom first
	fields fields
	inbox  []string
	offers []string
	timers []string // armed, or with an unread tick
	waits  string
}

// fields are what a machine's own memory holds. An age of -1 means that no time is remembered.
type fields struct {
	v           [2]int
	fuel        int
	age         int
	parent, kid string
	used        [2]bool
}

func (f fields) String() string {
	return fmt.Sprintf("v=%v fuel=%d age=%d parent=%s kid=%s used=%v", f.v, f.fuel, f.age, f.parent, f.kid, f.used)
}

// eventText is how an event is written in an inbox.
func eventText(kind, v int, from string) string {
	if kind < 0 {
		return "-"
	}
	return fmt.Sprintf("%s(%d,%s)", eventNames[kind], v, from)
}

var eventNames = [...]string{"E0", "E1", "E2", "Tick", "Boom", "any"}

// String tells everything that can be observed after the execution. The fields of a crashed machine cannot.
func (s *state) String() string {
	slices.SortFunc(s.machines, func(a, b machineState) int { return strings.Compare(a.path, b.path) })
	var b strings.Builder
	for i := range s.machines {
		m := &s.machines[i]
		fmt.Fprintf(&b, "%s %s", m.path, m.status)
		if m.status != "crashed" {
			fmt.Fprintf(&b, " [%s] %v inbox=%v", m.stack, m.fields, m.inbox)
			if len(m.offers)+len(m.timers) > 0 || m.waits != "" {
				fmt.Fprintf(&b, " offers=%v timers=%v waits=%s", m.offers, m.timers, m.waits)
			}
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "monitor %s disk %d units %d early %d", s.monitor, s.disk, s.units, s.early)
	return b.String()
}
