package trace

import (
	"fmt"
	"strings"
)

// A run is what one goroutine does without a switch to another one: one paragraph, however many steps it takes. So a
// paragraph begins with a switch, unless the one before was ended by something else that happened in its last step.

// maxParts is how many operations of a run are told; the others are counted.
const maxParts = 8

// part is an operation of a run, and how often it comes one after another.
type part struct {
	text  string
	times int
}

// runsOn reports whether an event belongs to the run.
func (g *group) runsOn(ev *Event) bool { return ev.ofGoroutine() && ev.actor() == g.actor && !g.mixed }

// add tells of one more event of the run.
func (g *group) add(ev *Event, p phrase) {
	g.until = max(g.until, ev.Step)
	g.style = max(g.style, p.style)
	if n := len(g.parts); n > 0 && (ev.Kind == Blocked || ev.Kind == Selected) {
		// That the operation blocks, or what it came to, says enough.
		if last := &g.events[len(g.events)-1]; last.Kind == Did && last.Who == ev.Who && last.Step == ev.Step {
			if g.parts[n-1].times--; g.parts[n-1].times == 0 {
				g.parts = g.parts[:n-1]
			}
		}
	}
	g.events = append(g.events, *ev)
	if ev.Kind == Did && ev.Type == "go" && len(g.parts) > 0 {
		return // what it started was told
	}
	if n := len(g.parts); n > 0 && g.parts[n-1].text == p.before {
		g.parts[n-1].times++
		return
	}
	g.parts = append(g.parts, part{p.before, 1})
}

// stops reports whether the goroutine of a run cannot go on at its end.
func (g *group) stops() bool {
	for i := len(g.events) - 1; i >= 0; i-- {
		switch g.events[i].Kind {
		case Blocked, Ended:
			return g.events[i].Who == g.actor
		case Woken:
		default:
			return false
		}
	}
	return false
}

// close writes the paragraph of a run. Next is the step that follows; nil at the end.
func (l *layout) close(g, next *group) {
	if g == nil || g.parts == nil {
		return
	}
	parts := g.parts
	var words []string
	for i, p := range parts {
		if len(parts) > maxParts && l.limit >= 0 && i >= maxParts-3 && i < len(parts)-2 {
			if i == maxParts-3 {
				words = append(words, fmt.Sprintf("%s %d more operations", l.dots, len(parts)-maxParts+1))
			}
			continue
		}
		if p.times > 1 {
			p.text += fmt.Sprintf(" %d times", p.times)
		}
		words = append(words, p.text)
	}
	p := phrase{who: g.actor, before: strings.Join(words, ", "), style: g.style}
	if next != nil && next.mover() != g.actor && !g.stops() {
		g.preempted = true
		p.before += "; preempted"
	}
	g.lines = append(l.phrase(p, l.number(g), false), g.lines...)
	g.parts = nil
}

// number is that of the first and the last step of a group.
func (l *layout) number(g *group) string {
	switch {
	case g.step == 0:
		return ""
	case g.until > g.step:
		return fmt.Sprintf("%d-%d", g.step, g.until)
	}
	return fmt.Sprint(g.step)
}

// steps is how many steps a group stands for.
func (g *group) steps() int { return max(1, g.until-g.step+1) }

func stepsOf(gs []*group) int {
	n := 0
	for _, g := range gs {
		n += g.steps()
	}
	return n
}
