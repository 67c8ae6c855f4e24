package trace

// Sentence is one event of a trace in words, for faces other than Text.
type Sentence struct {
	Event  int    // index in Trace.Events
	Who    string // who does it
	Text   string // what Text says of it behind the name, with the whole payload: "takes Crash{Hard: true} from Driver (sent in step 9)"
	Brief  string // Text without the payload
	Folded bool   // it belongs to a step that Text folds
}

// Story puts the events into words, one sentence for each, in their order. The words of the program are as in Text: without
// control characters, invalid UTF-8 and addresses of the heap; only the lines of a log may have line breaks. Which sentences
// are Folded depends on limit as it does on TextOptions.Limit.
func (t *Trace) Story(limit int) []Sentence {
	c := t.cleaned(true)
	folded := t.cleaned(false).folded(limit)
	tell := newTeller(c.Events, TextOptions{})
	story := make([]Sentence, len(c.Events))
	for i := range c.Events {
		ev := &c.Events[i]
		p := tell.tell(ev)
		story[i] = Sentence{
			Event: i, Who: p.who, Text: p.before + p.payload + p.after, Brief: p.before + p.after,
			Folded: folded[ev.Step] && ev.Kind != Failed,
		}
	}
	return story
}

// folded returns the steps that Text folds.
func (t *Trace) folded(limit int) map[int]bool {
	steps := map[int]bool{}
	l := newLayout(t, TextOptions{Limit: limit})
	if l.limit < 0 {
		return steps
	}
	gs, start, _ := l.groups(t)
	for i, kept := range l.keep(gs, start, t.Failure) {
		for step := gs[i].step; !kept && step <= gs[i].until; step++ {
			steps[step] = true
		}
	}
	return steps
}
