package export

import (
	"slices"

	"github.com/ravelgo/ravel/trace"
)

// graph is a trace as lanes and moments.
type graph struct {
	*trace.Trace
	order   *trace.Order
	lanes   []trace.Lane
	story   []trace.Sentence // of each event
	moments []moment         // in the order in which they happened
	at      []int            // the moment of each event
}

// moment is what one lane does in a row within one step.
type moment struct {
	step   int
	lane   int
	events []int // indexes, ascending
	after  []int // indexes of the moments of other lanes that it directly follows from, ascending
	folded bool
}

// newGraph folds what Trace.Text with this limit folds.
func newGraph(t *trace.Trace, limit int) *graph {
	t = withCauses(t)
	o := trace.NewOrder(t)
	g := &graph{Trace: t, order: o, lanes: o.Lanes(), story: t.Story(limit), at: make([]int, len(t.Events))}
	for i := range t.Events {
		step, lane := t.Events[i].Step, o.Lane(i)
		n := len(g.moments)
		if n == 0 || g.moments[n-1].lane != lane || g.moments[n-1].step != step {
			g.moments = append(g.moments, moment{step: step, lane: lane, folded: true})
			n++
		}
		m := &g.moments[n-1]
		m.events = append(m.events, i)
		m.folded = m.folded && g.story[i].Folded
		g.at[i] = n - 1
		for _, j := range t.Events[i].After {
			if j >= 0 && j < i && o.Lane(j) != lane {
				m.after = append(m.after, g.at[j])
			}
		}
	}
	for i := range g.moments {
		m := &g.moments[i]
		slices.Sort(m.after)
		m.after = slices.Compact(m.after)
	}
	return g
}

// hides reports whether pictures leave out the n-th event of a moment: what a reader of code wants to know and an onlooker does
// not, and what the event beside it tells as well.
func (g *graph) hides(m *moment, n int) bool {
	ev := &g.Events[m.events[n]]
	var last, next trace.EventKind
	if n > 0 {
		last = g.Events[m.events[n-1]].Kind
	}
	if n+1 < len(m.events) {
		next = g.Events[m.events[n+1]].Kind
	}
	switch ev.Kind {
	case trace.Changed:
		return true
	case trace.Moved:
		return ev.From == "" && n > 0 && last == trace.Began
	case trace.Did: // it goes on behind a go statement, or the next event tells what the operation came to
		return ev.Type == "go" || next == trace.Blocked || next == trace.Selected
	}
	return false
}

// lines are the sentences of a moment, without those that pictures leave out.
func (g *graph) lines(m *moment) []string {
	var list []string
	for n, i := range m.events {
		if !g.hides(m, n) {
			list = append(list, g.story[i].Text)
		}
	}
	return list
}
