package trace

import (
	"cmp"
	"fmt"
	"sort"
	"strings"
)

// group is what happened in one step; or, if step is 0, a line across the page.
type group struct {
	step   int
	lines  []string
	events []Event
	rank   rank
	period int // the step is like the one so many groups before, as are those around it; 0: it is not
}

// body writes the steps and returns how many it folded.
func (l *layout) body(t *Trace) int {
	gs, start, hot := l.groups(t)
	if l.limit < 0 {
		return l.print(gs, nil)
	}
	l.rank(gs, t.Failure)
	tail := gs[start:]
	budget := l.limit
	if start < len(gs) {
		budget -= min(cost(tail), l.limit/8)
	}
	folded := l.print(gs[:start], fold(gs[:start], budget, t.Failure))
	if len(tail) == 0 {
		return folded
	}
	l.print(tail[:1], nil)
	l.summary(tail[1:], hot)
	return folded + l.print(tail[1:], fold(tail[1:], l.limit/8, t.Failure))
}

// groups puts events into words, by step. The failure is left to the ending. The endless part of a livelock begins at
// start, with a line of its own; start is the number of groups if there is none.
//
// Hot are the monitors that stay hot from there to the end.
func (l *layout) groups(t *Trace) (gs []*group, start int, hot []string) {
	tell := newTeller(t.Events, l.o)
	start = -1
	cycle := 0
	if f := t.Failure; f != nil && f.CycleLength > 0 {
		cycle = f.CycleStart
	}
	who := ""
	for i := range t.Events {
		ev := &t.Events[i]
		if ev.Kind == Failed && t.Failure != nil {
			continue
		}
		if cycle > 0 && ev.Step > cycle && start < 0 {
			start = len(gs)
			gs = append(gs, l.cycle(t.Failure))
		}
		if ev.Kind == Moved && ev.From == "" && i > 0 && t.Events[i-1].Kind == Began && t.Events[i-1].Who == ev.Who {
			continue // Began has told it
		}
		p := tell.tell(ev)
		if p.style == section {
			start = len(gs)
			gs = append(gs, &group{lines: l.phrase(p, 0, false)})
			continue
		}
		n := len(gs)
		if n == 0 || gs[n-1].step != ev.Step {
			gs = append(gs, &group{step: ev.Step, lines: l.phrase(p, ev.Step, false)})
		} else {
			gs[n-1].lines = append(gs[n-1].lines, l.phrase(p, 0, who == p.who)...)
		}
		who = p.who
		g := gs[len(gs)-1]
		g.events = append(g.events, *ev)
	}
	if start < 0 {
		return gs, len(gs), nil
	}
	if start+1 < len(gs) {
		hot = tell.hotSince(gs[start+1].step)
	}
	return gs, start, hot
}

func (l *layout) cycle(f *Failure) *group {
	s := fmt.Sprintf("The state after step %d comes back %s later, so this can go on for ever.", f.CycleStart, plural(f.CycleLength, "step"))
	return &group{lines: l.section(s)}
}

// print writes the groups that are kept, all if keep is nil, and returns how many steps are folded.
func (l *layout) print(gs []*group, keep []bool) int {
	folded := 0
	for i := 0; i < len(gs); {
		if keep == nil || keep[i] {
			if gs[i].events == nil {
				l.b.WriteByte('\n')
			}
			for _, line := range gs[i].lines {
				l.b.WriteString(line + "\n")
			}
			i++
			continue
		}
		from := i
		for i < len(gs) && !keep[i] {
			i++
		}
		folded += l.gap(gs[from:i])
	}
	return folded
}

// gap writes the line that stands for folded steps, and returns how many they are.
func (l *layout) gap(gs []*group) int {
	first, last := gs[0].step, gs[len(gs)-1].step
	n := last - first + 1
	s := fmt.Sprintf("%s folded (%d to %d): ", plural(n, "step"), first, last)
	if n == 1 {
		s = fmt.Sprintf("1 step folded (%d): ", first)
	}
	lead := strings.Repeat(" ", max(0, l.step-width(l.dots))) + l.dots + "  "
	if p := periodOf(gs); p > 0 {
		s += strings.Replace("like the "+plural(p, "step")+" above, again and again", "the 1 ", "the ", 1)
	} else {
		who := movers(gs, 3)
		for most := 2; most > 0 && width(s+who) > l.width-width(lead); most-- {
			who = movers(gs, most)
		}
		s += who
	}
	s = strings.TrimRight(cutColumns(s, l.width-width(lead)), ": ")
	l.b.WriteString(l.color(dim, lead+s) + "\n")
	return n
}

// summary tells who does what in the endless part of a livelock.
func (l *layout) summary(gs []*group, hot []string) {
	if len(gs) == 0 {
		return
	}
	n := gs[len(gs)-1].step - gs[0].step + 1
	s := fmt.Sprintf("%d steps follow: %s.", n, movers(gs, 8))
	if n == 1 {
		s = fmt.Sprintf("1 step follows: %s.", movers(gs, 8))
	}
	if len(hot) > 0 {
		s += fmt.Sprintf(" Hot throughout: %s.", strings.Join(hot, ", "))
	}
	for _, line := range wrap(s, l.width-l.step-2, 0) {
		l.b.WriteString(strings.Repeat(" ", l.step+2) + l.color(codes[section], line) + "\n")
	}
}

// movers counts the steps of each mover, most steps first.
func movers(gs []*group, most int) string {
	counts := map[string]int{}
	for _, g := range gs {
		if who := g.mover(); who != "" {
			counts[who]++
		}
	}
	names := make([]string, 0, len(counts))
	for who := range counts {
		names = append(names, who)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := names[i], names[j]
		return counts[a] > counts[b] || counts[a] == counts[b] && a < b
	})
	var parts []string
	for i, who := range names {
		if i == most && len(names) > most+1 {
			parts = append(parts, fmt.Sprintf("%d others", len(names)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", who, counts[who]))
	}
	return strings.Join(parts, ", ")
}

// mover is who moved in the step.
func (g *group) mover() string {
	for i := range g.events {
		switch ev := &g.events[i]; ev.Kind {
		case Fired:
			return "timer of " + ev.Who
		case Crashed, Heard:
			return cmp.Or(ev.Peer, ev.Who)
		case Dropped:
		default:
			return ev.Who
		}
	}
	return ""
}
