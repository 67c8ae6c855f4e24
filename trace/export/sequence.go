package export

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// signal is an arrow or a note of a sequence diagram.
type signal struct {
	arrow    string // "" for a note
	from, to int    // lanes; a note from nobody goes across the page
	lines    []string
	most     int    // characters of a line, if not maxLabel
	step     int    // of its last line
	text     string // of its last line, without number
	times    int    // how often that has come in a row
	sent     int    // the event of a message; nobody if it is none
}

const nobody = -1

// Arrows of Mermaid.
const (
	message  = "-)"
	lost     = "-x"
	indirect = "-->>"
)

// sequence lists what a sequence diagram shows.
func (g *graph) sequence() []signal {
	s := sequencer{graph: g, drawn: map[int]bool{}, index: map[string]int{}}
	for i, l := range g.lanes {
		s.index[l.Name] = i
	}
	s.untaken()
	for i := 0; i < len(g.moments); i++ {
		if !g.moments[i].folded {
			s.moment(&g.moments[i])
			continue
		}
		first := g.moments[i].step
		for i+1 < len(g.moments) && g.moments[i+1].folded {
			i++
		}
		s.across(gap(first, g.moments[i].step))
	}
	return s.list
}

// gap says which steps are left out.
func gap(first, last int) string {
	if first == last {
		return fmt.Sprintf("… step %d is folded", first)
	}
	return fmt.Sprintf("… %d steps are folded (%d to %d)", last-first+1, first, last)
}

// sequencer makes signals of moments.
type sequencer struct {
	*graph
	list  []signal
	index map[string]int // of lanes
	lost  map[int]bool   // messages that nobody takes
	drawn map[int]bool   // messages that have an arrow
}

// untaken finds the messages that nobody takes.
func (s *sequencer) untaken() {
	s.lost = map[int]bool{}
	for i := range s.Events {
		if s.Events[i].Kind == trace.Sent {
			s.lost[i] = true
		}
	}
	for i := range s.Events {
		if j := s.sentIn(i); j >= 0 {
			delete(s.lost, j)
		}
	}
}

// sentIn returns the event in which what event i takes was sent, -1 if there is none.
func (g *graph) sentIn(i int) int {
	ev := &g.Events[i]
	if ev.Kind != trace.Took {
		return -1
	}
	for _, j := range ev.After {
		if j >= 0 && j < i && g.Events[j].Kind == trace.Sent && g.Events[j].Type == ev.Type {
			return j
		}
	}
	return -1
}

// moment tells of a moment.
func (s *sequencer) moment(m *moment) {
	if s.lanes[m.lane].Kind == trace.MonitorLane && !s.turns(m) {
		return
	}
	for n, i := range m.events {
		ev := &s.Events[i]
		text := s.story[i].Text
		peer, known := s.index[ev.Peer]
		known = known && ev.Peer != ""
		switch {
		case s.hides(m, n), ev.Kind == trace.Failed:
		case ev.Kind == trace.SuffixBegins:
			s.across(text)
		case ev.Kind == trace.Sent && known:
			text = withoutEnds(text, "sends ", " to "+ev.Peer, " to itself")
			if s.lost[i] {
				text += " (never taken)"
			}
			s.drawn[i] = true
			s.draw(i, message, m.lane, peer, text)
		case ev.Kind == trace.Lost && known:
			s.draw(i, lost, m.lane, peer, strings.TrimPrefix(text, "sends "))
		case (ev.Kind == trace.Created || ev.Kind == trace.Restarted || ev.Kind == trace.Spawned) && known:
			verb, _, _ := strings.Cut(text, " ")
			s.draw(i, indirect, m.lane, peer, verb)
		case ev.Kind == trace.Woken && ev.Peer != "" && ev.Who != ev.Peer:
			s.draw(i, indirect, m.lane, s.index[ev.Who], "wakes")
		case ev.Kind == trace.Heard && known:
			s.draw(i, indirect, peer, m.lane, strings.Replace(withoutEnds(text, "hears "), " from "+ev.Peer, "", 1))
		case ev.Kind == trace.Took:
			s.took(i, m.lane)
		default:
			s.note(ev.Step, m.lane, text)
		}
	}
}

// turns reports whether a monitor changes its state, fails, or is hot from the start.
func (s *sequencer) turns(m *moment) bool {
	for _, i := range m.events {
		switch ev := &s.Events[i]; ev.Kind {
		case trace.Failed, trace.SuffixBegins:
			return true
		case trace.Moved:
			if ev.From != "" || ev.Hot {
				return true
			}
		}
	}
	return false
}

// took notes that a message is taken, unless it goes without saying.
func (s *sequencer) took(i, lane int) {
	j := s.sentIn(i)
	switch n := len(s.list); {
	case j < 0 || !s.drawn[j]:
		s.note(s.Events[i].Step, lane, s.story[i].Text)
	case s.list[n-1].sent == j: // the arrow has just come
	default:
		s.note(s.Events[i].Step, lane, s.story[i].Brief)
	}
}

// draw adds an arrow for event i.
func (s *sequencer) draw(i int, arrow string, from, to int, text string) {
	step := s.Events[i].Step
	s.list = append(s.list, signal{arrow: arrow, from: from, to: to, step: step, sent: i, lines: []string{numbered(step, text)}})
}

// note adds a note, to the last one if it is of the same lane. What is said again in the next
// steps is counted.
func (s *sequencer) note(step, lane int, text string) {
	n := len(s.list)
	if n == 0 || s.list[n-1].arrow != "" || s.list[n-1].from != lane {
		s.list = append(s.list, signal{from: lane, step: step, text: text, times: 1, sent: nobody, lines: []string{numbered(step, text)}})
		return
	}
	last := &s.list[n-1]
	switch at := len(last.lines) - 1; {
	case last.text == text && last.step != step && last.times == 1:
		last.lines[at] += " 2 times"
		last.times = 2
	case last.text == text && last.step != step:
		last.lines[at] = strings.TrimSuffix(last.lines[at], fmt.Sprintf("%d times", last.times))
		last.times++
		last.lines[at] += fmt.Sprintf("%d times", last.times)
	case last.step == step:
		last.lines, last.text, last.times = append(last.lines, text), text, 1
	default:
		last.lines, last.text, last.times = append(last.lines, numbered(step, text)), text, 1
	}
	last.step = step
}

// across adds a note across the page.
func (s *sequencer) across(text string) {
	s.list = append(s.list, signal{from: nobody, sent: nobody, lines: []string{text}})
}

func numbered(step int, text string) string { return fmt.Sprintf("%d: %s", step, text) }

// withoutEnds drops a prefix and the first suffix that is there.
func withoutEnds(s, prefix string, suffixes ...string) string {
	s = strings.TrimPrefix(s, prefix)
	for _, suffix := range suffixes {
		if t, ok := strings.CutSuffix(s, suffix); ok {
			return t
		}
	}
	return s
}
