package failure

import (
	"fmt"
	"strings"
)

// Asked is the last that a machine sent before it began to wait: often the question whose answer it waits for.
type Asked struct {
	Message
	Fate string // what became of it, in words that follow "which", such as "server took in step 9"
}

// asked adds what a waiting machine sent last, and when it last got what it waits for.
func (d *detail) asked(b *Blocked) {
	if a := b.Asked; a != nil {
		s := fmt.Sprintf("    sent last: %v to %s%s", &a.Message, a.Peer, parenthesis(in("", a.Step)))
		if !a.Place.IsZero() {
			s += fmt.Sprintf(", %v", a.Place)
		}
		if a.Fate != "" {
			s += ", which " + a.Fate
		}
		d.add("%s", s)
	}
	if m := b.Before; m != nil {
		d.add("    got before: %v from %s%s", m, m.Peer, in(", in", m.Step))
	}
}

// circleBecause says what makes the cycle of machines one.
func (e *Deadlock) circleBecause() string {
	room, asked := "waits for room in the inbox of the next", "sent its last message to the next, and waits"
	n := 0
	for _, i := range e.Circle {
		if e.Blocked[i].Room != "" {
			n++
		}
	}
	switch n {
	case 0:
		return "each " + asked
	case len(e.Circle):
		return "each " + room
	}
	return "each " + room + ", or " + asked
}

// circleOfMachines is the cycle of machines in one line.
func (e *Deadlock) circleOfMachines() string {
	var names []string
	for _, i := range e.Circle {
		names = append(names, e.Blocked[i].who())
	}
	return strings.Join(append(names, names[0]), " → ")
}
