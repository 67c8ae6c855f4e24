package failure

import (
	"fmt"
	"strings"
)

// Progress is what happened since a monitor became hot, and before: where progress ended.
type Progress struct {
	Cause *Message // the announcement with which it became hot; nil if it started so
	Cold  int      // the step in which it was cold for the last time; 0 if it never was
	Heard Heard    // what it has heard since, without Cause
	Steps int      // of the execution since
	Moves []Moves  // who took them, the most of them first
	Still []string // who has moved before, and not since
}

// Moves is how many steps somebody took.
type Moves struct {
	Who   string
	Steps int
}

// mostMoves is how many of those who moved are named.
const mostMoves = 5

// progress adds what is known of a hot monitor, below its line.
func (d *detail) progress(p *Progress) {
	if p == nil {
		return
	}
	if p.Cause != nil {
		d.add("    made hot by: %v from %s", p.Cause, who(p.Cause.Peer))
	}
	if p.Cold > 0 {
		d.add("    cold for the last time: until step %d", p.Cold)
	} else {
		d.add("    cold for the last time: never, it made no progress at all")
	}
	switch n := len(p.Heard.Last); {
	case n == 0:
		d.add("    heard since: nothing")
	case n < p.Heard.All:
		d.add("    heard since: %s, the last %d of them:", plural(p.Heard.All, "announcement"), n)
	default:
		d.add("    heard since:")
	}
	from := len(d.lines)
	d.messages(p.Heard.Last)
	for i := from; i < len(d.lines); i++ {
		d.lines[i] = "    " + d.lines[i]
	}
	d.moves(p)
}

func who(name string) string {
	if name == "" {
		return "the test body"
	}
	return name
}

func (d *detail) moves(p *Progress) {
	if p.Steps == 0 {
		d.add("    moved since: nobody")
		return
	}
	var list []string
	rest := 0
	for i, m := range p.Moves {
		if i < mostMoves {
			list = append(list, fmt.Sprintf("%s %d", m.Who, m.Steps))
		} else {
			rest += m.Steps
		}
	}
	if rest > 0 {
		list = append(list, fmt.Sprintf("%s %d", plural(len(p.Moves)-mostMoves, "other"), rest))
	}
	d.add("    moved since, in %s: %s", plural(p.Steps, "step"), strings.Join(list, ", "))
	if len(p.Still) > 0 {
		d.add("    not moved since: %s", listOf(p.still()))
	}
}

// still names some of those who did not move.
func (p *Progress) still() []string {
	if n := len(p.Still); n > mostMoves {
		return append(p.Still[:mostMoves:mostMoves], plural(n-mostMoves, "other"))
	}
	return p.Still
}
