package trace

import (
	"fmt"
	"slices"
	"strings"
)

// layout puts phrases into columns: the step, who, what.
type layout struct {
	b     strings.Builder
	o     TextOptions
	width int
	limit int
	step  int // columns of the step
	name  int // columns of who
	dots  string
}

const (
	minWidth   = 40
	minPayload = 24 // columns that a payload gets even if its line has to be broken
)

func newLayout(t *Trace, o TextOptions) *layout {
	l := &layout{o: o, width: 80, limit: o.Limit, dots: "…"}
	if o.Width > 0 {
		l.width = max(minWidth, o.Width)
	}
	if l.limit == 0 {
		l.limit = DefaultLimit
	}
	if o.ASCII {
		l.dots = "..."
	}
	digits := len(fmt.Sprint(t.Steps()))
	l.step = max(4, digits)
	widest := l.width / 4
	if slices.ContainsFunc(t.Events, func(ev Event) bool { return ev.ofGoroutine() }) {
		l.step, widest = max(l.step, 2*digits+1), l.width/3 // runs of steps, and names with the line of a go statement
	}
	for i := range t.Events {
		if n := width(t.Events[i].Who); n <= widest {
			l.name = max(l.name, n)
		}
	}
	l.name = max(l.name, 6)
	return l
}

func (l *layout) indent() int { return l.step + 2 + l.name + 2 }

// phrase writes one phrase. The name is left out if the line before had it.
func (l *layout) phrase(p phrase, number string, named bool) []string {
	if p.style == section {
		return l.section(p.before)
	}
	who := p.who
	if named {
		who = ""
	}
	head := strings.Repeat(" ", l.step-len(number)) + l.color(dim, number) + "  "
	var lines []string
	if width(who) > l.name {
		for _, s := range wrap(who, l.width-l.step-2, 2) {
			lines = append(lines, head+l.color(bold, s))
			head = strings.Repeat(" ", l.step+2)
		}
		who = ""
	}
	head += l.color(bold, who) + strings.Repeat(" ", l.name-width(who)+2)
	for i, s := range l.what(p) {
		if i > 0 {
			head = strings.Repeat(" ", l.indent())
		}
		lines = append(lines, strings.TrimRight(head+l.color(codes[p.style], s), " "))
	}
	return lines
}

// what breaks the words of a phrase into lines, after it has shortened the payload.
func (l *layout) what(p phrase) []string {
	room := l.width - l.indent()
	payload := p.payload
	if n := l.payload(p, room); l.limit >= 0 || width(payload) <= n {
		payload = shorten(payload, n)
	}
	var lines []string
	for i, s := range strings.Split(p.before+payload+p.after, "\n") {
		text := strings.TrimLeft(s, " ")
		lead := min(len(s)-len(text), room/2)
		if i > 0 {
			lead += 2
		}
		for _, line := range wrap(text, room-lead, 2) {
			lines = append(lines, strings.Repeat(" ", lead)+line)
		}
	}
	return lines
}

// payload is how many columns a payload gets. One that was shown before gets what is left of one line; if the words fill a line
// without it, or if it is new, there is a second line, unless it has a word that would be too wide for it.
func (l *layout) payload(p phrase, room int) int {
	n := room - width(p.before) - width(p.after)
	if width(p.payload) <= n || p.told && n >= minPayload {
		return n
	}
	for word := range strings.SplitSeq(p.payload, " ") {
		if width(word) > room-2 {
			return max(minPayload, n)
		}
	}
	const lost = 12 // about as much as breaking lines at spaces costs
	return max(minPayload, n+room-lost)
}

// section is a line across the page.
func (l *layout) section(s string) []string {
	lines := wrap(s, l.width-l.step-2, 0)
	for i, s := range lines {
		lead := strings.Repeat("-", l.step) + "  "
		if i > 0 {
			lead = strings.Repeat(" ", l.step+2)
		}
		lines[i] = l.color(codes[section], lead+s)
	}
	return lines
}

// free writes a text outside the columns, of which the first line keeps its leading spaces.
func (l *layout) free(s string, hang int, st style) {
	text := strings.TrimLeft(s, " ")
	lead := s[:len(s)-len(text)]
	for i, line := range wrap(text, l.width-max(len(lead), hang), 0) {
		if i > 0 {
			lead = strings.Repeat(" ", hang)
		}
		l.b.WriteString(strings.TrimRight(lead+l.color(codes[st], line), " ") + "\n")
	}
}

// The ANSI codes that make something stand out.
const (
	dim  = "2"
	bold = "1"
)

var codes = [...]string{plain: "", aside: dim, faulty: "33", heated: "31", bad: "1;31", section: "36"}

func (l *layout) color(code, s string) string {
	if !l.o.Color || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
