package export

import (
	"slices"

	"github.com/ravelgo/ravel/trace"
)

// withCauses returns the trace. If it is one of the first version, whose events do not tell what they follow from, that is
// read off as far as possible: messages, timers, creations, starts of goroutines, and who woke whom.
func withCauses(t *trace.Trace) *trace.Trace {
	for i := range t.Events {
		if len(t.Events[i].After) > 0 {
			return t
		}
	}
	c := *t
	c.Events = slices.Clone(t.Events)
	g := guesser{events: c.Events, taken: map[int]bool{}, last: map[string]int{}, begun: map[string]int{}}
	for i := range c.Events {
		if j := g.cause(i); j >= 0 {
			c.Events[i].After = []int{j}
		}
		g.note(i)
	}
	return &c
}

// guesser reads off what events follow from.
type guesser struct {
	events []trace.Event
	taken  map[int]bool   // events that were sent and taken
	last   map[string]int // last event of everybody
	begun  map[string]int // what makes a machine, or a goroutine, do its next step
}

func (g *guesser) note(i int) {
	ev := &g.events[i]
	g.last[ev.Who] = i
	switch ev.Kind {
	case trace.Created, trace.Restarted, trace.Spawned:
		g.begun[ev.Peer] = i
	case trace.Woken:
		g.begun[ev.Who] = i
		g.last[ev.Peer] = i
	case trace.Did, trace.Began:
		delete(g.begun, ev.Who)
	}
}

// cause returns an event that event i follows from, -1 if there is none.
func (g *guesser) cause(i int) int {
	ev := &g.events[i]
	switch ev.Kind {
	case trace.Took:
		return g.send(i)
	case trace.Began, trace.Did:
		if j, ok := g.begun[ev.Who]; ok {
			return j
		}
	case trace.Heard, trace.Crashed:
		if j, ok := g.last[ev.Peer]; ok && g.events[j].Step == ev.Step {
			return j
		}
	}
	return -1
}

// send returns the event in which what event i takes was sent.
func (g *guesser) send(i int) int {
	ev := &g.events[i]
	if ev.Sent == 0 {
		return -1
	}
	for j := i - 1; j >= 0 && g.events[j].Step >= ev.Sent; j-- {
		s := &g.events[j]
		sent := s.Kind == trace.Sent && s.Peer == ev.Who && s.Who == ev.Peer
		fired := s.Kind == trace.Fired && s.Who == ev.Who && ev.Peer == ""
		if s.Step == ev.Sent && (sent || fired) && s.Type == ev.Type && s.Value == ev.Value && !g.taken[j] {
			g.taken[j] = true
			return j
		}
	}
	return -1
}
