package trace

import "strings"

// Told is an event in words, as Text has them.
type Told struct {
	Who     string // who acts; "" if nobody does
	Before  string // the words ahead of the payload, or all of them
	Payload string // the event's payload, whole; "" if it has none or the words do without
	After   string // the words behind the payload
}

// Tell puts the events into words: one Told for each event. A shorter form of it is Text. The words are those of the
// program too, so whoever shows them has to escape what he must.
func (t *Trace) Tell() []Told {
	tell := newTeller(t.Events, TextOptions{})
	told := make([]Told, len(t.Events))
	for i := range t.Events {
		p := tell.tell(&t.Events[i])
		if t.blocks(i) {
			p.before = tell.wants(&t.Events[i])
		}
		told[i] = Told{p.who, p.before, p.payload, p.after}
	}
	return told
}

// blocks reports whether the operation of event i is one that the goroutine then has to wait for, as the next event says.
func (t *Trace) blocks(i int) bool {
	ev := &t.Events[i]
	if ev.Kind != Did || i+1 == len(t.Events) || !strings.HasPrefix(operations[ev.Type].waits, "to ") {
		return false
	}
	next := &t.Events[i+1]
	return next.Kind == Blocked && next.Who == ev.Who && next.Step == ev.Step
}

// wants puts an operation into words that has only been tried.
func (t *teller) wants(ev *Event) string {
	o := operations[ev.Type]
	return "wants " + o.object(ev, o.waits) + where(ev)
}
