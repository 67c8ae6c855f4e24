package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// How much of a trace goes into a report: the end of it counts, and what reads such files has bounds of its own.
const (
	mostFlow    = 200 // lines of code
	mostRelated = 20
)

// flow tells the failing execution as a code flow, in which each machine and each goroutine is a thread (section 3.36), and
// names the last lines of each of them as related.
func (g *gathered) flow(f *finding) ([]sarifFlow, []sarifLocation) {
	steps := g.flowSteps(f)
	if len(steps) == 0 {
		return nil, nil
	}
	var threads []sarifThread
	index := map[string]int{}
	last := map[string]sarifLocation{}
	for n, s := range steps {
		i, ok := index[s.who]
		if !ok {
			i = len(threads)
			index[s.who] = i
			threads = append(threads, sarifThread{ID: printable(s.who)})
		}
		threads[i].Locations = append(threads[i].Locations, sarifStep{s.location, n + 1})
		last[s.who] = s.location
	}
	var related []sarifLocation
	for _, t := range threads {
		l := last[t.ID]
		if len(related) < mostRelated && l.Physical != nil {
			l.ID = len(related) + 1
			l.Message = &sarifText{sarifEscape(t.ID+" at last: ") + l.Message.Text}
			related = append(related, l)
		}
	}
	return []sarifFlow{{Message: sarifText{"The failing schedule, step by step"}, Threads: threads}}, related
}

type flowStep struct {
	who      string
	location sarifLocation
}

// flowSteps are the last events of the trace that have a line of code.
func (g *gathered) flowSteps(f *finding) []flowStep {
	var steps []flowStep
	events := f.trace.Events
	for i := len(events) - 1; i >= 0 && len(steps) < mostFlow; i-- {
		ev := &events[i]
		if ev.Place.IsZero() || ev.Kind == trace.Failed {
			continue
		}
		l := g.sources().place(f.pkg, f.from.Dir, ev.Place.File, ev.Place.Line, ev.Place.Func).location()
		l.Message = &sarifText{sarifEscape(fmt.Sprintf("step %d: %s", ev.Step, phraseOf(ev)))}
		steps = append(steps, flowStep{printable(cmp.Or(ev.Who, "the clock")), l})
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return steps
}

// phraseOf says in a few words what an event is.
func phraseOf(ev *trace.Event) string {
	words := []string{ev.Kind.String()}
	switch ev.Kind {
	case trace.Did:
		words = nil
	case trace.Blocked:
		words = []string{"waits:"}
	case trace.Sent:
		words = []string{"sends"}
	case trace.Held:
		words = []string{"waits to send"}
	case trace.Spawned:
		words = []string{"starts"}
	}
	for _, w := range []string{ev.Type, ev.Value} {
		if w != "" && !(w == ev.Type && ev.Value != "") {
			words = append(words, truncated(w))
		}
	}
	if ev.Peer != "" {
		words = append(words, truncated(ev.Peer))
	}
	return strings.Join(words, " ")
}

func truncated(s string) string {
	if len(s) > 100 {
		return truncate(s, 100) + "..."
	}
	return s
}
