package trace

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
		told[i] = Told{p.who, p.before, p.payload, p.after}
	}
	return told
}
