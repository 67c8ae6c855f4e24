package failure

import (
	"cmp"
	"fmt"
	"strings"
)

// What is said beside a failure about how it came about is known of recorded executions only, which say it to
// trace.Explain. Error does not depend on it.

// Message is an event as a recorded execution tells of it.
type Message struct {
	Step  int    // in which it was sent or announced; 0 is unknown
	Type  string // as reflect.Type prints it
	Value string // its payload, as traces show it; "" if it has none
	Peer  string // who sent or announced it, or to whom it went; "" is the machine's own timer
	Place Place  // the line that sent it, if it is known
}

// String is the event with its payload, without its package.
func (m *Message) String() string {
	name, value := generic(m.Type), m.Value
	star := ""
	if strings.HasPrefix(name, "*") {
		star, name = "*", name[1:]
	}
	name = star + name[strings.LastIndexByte(name, '.')+1:]
	if value != "" && strings.IndexByte("{[(", value[0]) < 0 {
		value = "(" + value + ")"
	}
	return quote(cmp.Or(name, "something") + value)
}

// in says in which step something happened, where that is known.
func in(what string, step int) string {
	if what != "" {
		what += " "
	}
	if step == 0 {
		return ""
	}
	return fmt.Sprintf("%sstep %d", what, step)
}

// Handling is what a machine took last before it failed: what it was handling, unless it is a plain function, which may have
// gone on to something else.
type Handling struct {
	Message
	Taken int // the step in which the machine took it
}

// handling adds what the machine was doing. A plain function has no state.
func (d *detail) handling(s Site) {
	h, label := s.Handling, "handling"
	if h == nil {
		return
	}
	if s.State == "" {
		label = "took last"
	}
	from := " of its timer" + parenthesis(in("fired in", h.Step))
	if h.Peer != "" {
		from = " from " + h.Peer + parenthesis(in("sent in", h.Step))
	}
	d.add("%s: %v%s%s", label, &h.Message, from, in(", taken in", h.Taken))
}

func parenthesis(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// Visit is a state of a monitor, and the step in which it came there; 0 if it started there.
type Visit struct {
	State string
	Step  int
}

// Heard is what a monitor has heard, and where it has been.
type Heard struct {
	All    int       // announcements that it heard
	Last   []Message // the last of them, the very last being what it failed or became hot with
	Path   []Visit   // its last states, in their order
	Longer bool      // there were others before
}

// How much of what a monitor has heard is kept.
const (
	MostHeard = 8
	MostPath  = 6
)

// heard adds what a monitor has heard, and its states if there was more than one.
func (d *detail) heard(h *Heard) {
	if h == nil {
		return
	}
	if len(h.Path) > 1 {
		d.add("states: %s", h.path())
	}
	switch n := len(h.Last); {
	case n == 0:
		return
	case n < h.All:
		d.add("it heard %s, the last %d of them:", plural(h.All, "announcement"), n)
	default:
		d.add("it heard:")
	}
	d.messages(h.Last)
}

// messages lists announcements, one on a line.
func (d *detail) messages(list []Message) {
	for i := range list {
		m := &list[i]
		s := "    "
		if m.Step > 0 {
			s += fmt.Sprintf("step %d: ", m.Step)
		}
		d.add("%s%v from %s", s, m, cmp.Or(m.Peer, "the test body"))
	}
}

func (h *Heard) path() string {
	var words []string
	if h.Longer {
		words = append(words, "...")
	}
	for _, v := range h.Path {
		words = append(words, v.State+parenthesis(in("", v.Step)))
	}
	return strings.Join(words, " → ")
}
