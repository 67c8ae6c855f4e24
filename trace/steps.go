package trace

import (
	"cmp"
	"fmt"
	"sort"
	"strings"
)

// group is what happened in one step, or in a run of steps of one goroutine; or, if step is 0, a line across the page.
type group struct {
	step   int
	until  int // the last step of a run
	lines  []string
	events []Event
	rank   rank
	period int // the step is like the one so many groups before, as are those around it; 0: it is not

	actor     string // of a run
	parts     []part // of a run that has not been written
	style     style  // of a run
	preempted bool   // the run ends where the goroutine could have gone on
	mixed     bool   // other things happened in its last step
}

// body writes the steps and returns how many it folded.
func (l *layout) body(t *Trace) int {
	gs, start, hot := l.groups(t)
	if l.limit < 0 {
		return l.print(gs, nil)
	}
	keep := l.keep(gs, start, t.Failure)
	folded := l.print(gs[:start], keep[:start])
	if start == len(gs) {
		return folded
	}
	l.print(gs[start:start+1], nil)
	l.summary(gs[start+1:], hot)
	return folded + l.print(gs[start+1:], keep[start+1:])
}

// keep tells which of the groups are not folded. The endless part, which begins at start, has lines of its own.
func (l *layout) keep(gs []*group, start int, f *Failure) []bool {
	l.rank(gs, f)
	budget, tail := l.limit, l.limit/8
	if start < len(gs) {
		budget -= min(cost(gs[start:]), tail)
	}
	keep := fold(gs[:start], budget, f)
	if start < len(gs) {
		keep = append(append(keep, true), fold(gs[start+1:], tail, f)...)
	}
	return keep
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
	tell.heard = &Event{}
	who := ""
	for i := 0; i < len(t.Events); i++ {
		ev := &t.Events[i]
		if ev.Kind == Failed && t.Failure != nil {
			continue
		}
		if cycle > 0 && ev.Step > cycle && start < 0 {
			l.close(last(gs), nil)
			start = len(gs)
			gs = append(gs, l.cycle(t.Failure))
		}
		if ev.Kind == Moved && ev.From == "" && i > 0 && t.Events[i-1].Kind == Began && t.Events[i-1].Who == ev.Who {
			continue // Began has told it
		}
		p := tell.tell(ev)
		if ev.Kind == Chose && !l.o.Places { // choices in a row are one
			for i+1 < len(t.Events) && t.Events[i+1].Kind == Chose && t.Events[i+1].Who == ev.Who && t.Events[i+1].Step == ev.Step {
				i++
				p.before += ", " + choice(&t.Events[i])
			}
		}
		if p.style == section {
			l.close(last(gs), nil)
			start = len(gs)
			gs = append(gs, &group{lines: l.phrase(p, "", false)})
			continue
		}
		g := last(gs)
		switch {
		case g != nil && g.parts != nil && g.runsOn(ev):
			g.add(ev, p)
		case g != nil && g.events != nil && ev.Step == g.until:
			g.lines = append(g.lines, l.phrase(p, "", who == p.who)...)
			g.events = append(g.events, *ev)
			g.mixed = true
		default:
			next := &group{step: ev.Step, until: ev.Step, actor: p.who}
			gs = append(gs, next)
			if ev.ofGoroutine() {
				next.add(ev, p)
			} else {
				next.lines = l.phrase(p, l.number(next), false)
				next.events = append(next.events, *ev)
			}
			l.close(g, next)
		}
		who = p.who
	}
	l.close(last(gs), nil)
	if start < 0 {
		return gs, len(gs), nil
	}
	if start+1 < len(gs) {
		hot = tell.hotSince(gs[start+1].step)
	}
	return gs, start, hot
}

// last returns the last group, nil if there is none.
func last(gs []*group) *group {
	if len(gs) == 0 {
		return nil
	}
	return gs[len(gs)-1]
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
	first, last := gs[0].step, last(gs).until
	n := last - first + 1
	s := fmt.Sprintf("%s folded (%d to %d): ", plural(n, "step"), first, last)
	if n == 1 {
		s = fmt.Sprintf("1 step folded (%d): ", first)
	}
	lead := strings.Repeat(" ", max(0, l.step-width(l.dots))) + l.dots + "  "
	if p := periodOf(gs); p > 0 {
		p = stepsOf(gs[:min(p, len(gs))])
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
	n := last(gs).until - gs[0].step + 1
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
			counts[who] += g.steps()
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
		case Woken:
			return ev.actor()
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
