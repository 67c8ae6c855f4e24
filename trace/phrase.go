package trace

import (
	"cmp"
	"fmt"
	"strings"
)

// style is how a line stands out.
type style uint8

const (
	plain style = iota
	aside
	faulty
	heated
	bad
	section
)

// phrase is one thing that happened, in words: Who before payload after.
type phrase struct {
	who     string
	before  string
	payload string // may be shortened
	after   string
	told    bool // the payload has been shown before
	style   style
}

// teller puts events into words. It follows the execution, as some words depend on what happened before.
type teller struct {
	types    typeNames
	arrow    string
	places   bool
	monitors map[string]*heat
	halted   map[string]bool
	heard    *Event // the last event that was heard; nil if each line stands for itself
}

// heat is where a monitor stands.
type heat struct {
	hot   bool
	since int // step in which it became hot
}

func newTeller(events []Event, o TextOptions) *teller {
	t := &teller{types: newTypeNames(events), arrow: "→", places: o.Places, monitors: map[string]*heat{}, halted: map[string]bool{}}
	if o.ASCII {
		t.arrow = "->"
	}
	for i := range events {
		switch ev := &events[i]; {
		case ev.Kind == Heard, ev.Kind == SuffixBegins, ev.Kind == Moved && (ev.Hot || ev.Cold):
			t.monitors[ev.Who] = &heat{}
		}
	}
	return t
}

// tellers has the words for every kind of event.
var tellers = [numEventKinds]func(t *teller, ev *Event) phrase{
	Began: func(t *teller, ev *Event) phrase {
		t.halted[ev.Who] = false
		if ev.To != "" {
			return phrase{before: "starts in state " + ev.To}
		}
		return phrase{before: "starts"}
	},
	Took: (*teller).took,
	TookDefault: func(t *teller, ev *Event) phrase {
		return phrase{before: "has nothing to take and runs its default handler"}
	},
	Resumed: func(t *teller, ev *Event) phrase { return phrase{before: "goes on after " + cmp.Or(ev.Type, "a wait")} },
	Sent: func(t *teller, ev *Event) phrase {
		return t.event(ev, "sends", " to "+t.peer(ev)+t.place(ev))
	},
	Lost: func(t *teller, ev *Event) phrase {
		why := "which is down"
		switch {
		case ev.To == Full:
			why = "whose inbox is full"
		case t.halted[ev.Peer]:
			why = "which has halted"
		}
		return t.event(ev, "sends", fmt.Sprintf(" to %s, %s: it is lost", t.peer(ev), why)).in(faulty)
	},
	Held: func(t *teller, ev *Event) phrase {
		return t.event(ev, "waits to send", fmt.Sprintf(" to %s, whose inbox is full", t.peer(ev))).in(faulty)
	},
	Dropped: func(t *teller, ev *Event) phrase {
		if ev.To == "ignored" {
			return t.event(ev, "ignores", "")
		}
		return t.event(ev, "loses", ", which was in its inbox")
	},
	Created:   func(t *teller, ev *Event) phrase { return phrase{before: "creates " + ev.Peer} },
	Restarted: func(t *teller, ev *Event) phrase { return phrase{before: "restarts " + ev.Peer, style: faulty} },
	Crashed: func(t *teller, ev *Event) phrase {
		if ev.Peer == "" || ev.Peer == ev.Who {
			return phrase{before: "CRASHES", style: faulty}
		}
		return phrase{before: "CRASHES, taken down by " + ev.Peer, style: faulty}
	},
	Unperformed: (*teller).unperformed,
	Halted: func(t *teller, ev *Event) phrase {
		t.halted[ev.Who] = true
		return phrase{before: "halts"}
	},
	Moved:   (*teller).moved,
	Changed: (*teller).changed,
	Chose:   func(t *teller, ev *Event) phrase { return phrase{before: "chooses " + choice(ev) + t.place(ev)} },
	TimerArmed: func(t *teller, ev *Event) phrase {
		if ev.To == "every" {
			return phrase{before: fmt.Sprintf("starts a timer: %s every %s", t.types.of(ev.Type), ev.Value)}
		}
		return phrase{before: fmt.Sprintf("starts a timer: %s in %s", t.types.of(ev.Type), ev.Value)}
	},
	TimerStopped: func(t *teller, ev *Event) phrase { return phrase{before: "stops its timer of " + t.types.of(ev.Type)} },
	Fired: func(t *teller, ev *Event) phrase {
		after := ""
		if ev.Now != "" {
			after = " (the clock shows " + ev.Now + ")"
		}
		return t.event(ev, "its timer fires:", after)
	},
	Offered:   func(t *teller, ev *Event) phrase { return t.event(ev, "from now on may suffer", budgetOf(ev)) },
	Withdrawn: func(t *teller, ev *Event) phrase { return t.event(ev, "can no longer suffer", budgetOf(ev)) },
	Injected:  func(t *teller, ev *Event) phrase { return t.event(ev, "FAULT:", budgetOf(ev)).in(faulty) },
	Wrote:     func(t *teller, ev *Event) phrase { return t.event(ev, "writes", " to "+cmp.Or(ev.Peer, "a model")) },
	Heard:     (*teller).hears,
	Logged: func(t *teller, ev *Event) phrase {
		return phrase{before: "logs: " + ev.Value}
	},
	Spawned:  (*teller).spawned,
	Did:      (*teller).did,
	Selected: (*teller).selected,
	Blocked:  (*teller).blocked,
	Woken:    (*teller).woken,
	Ended:    (*teller).ended,
	Ticked:   (*teller).ticked,
	SuffixBegins: func(t *teller, ev *Event) phrase {
		h := t.monitor(ev.Who)
		return phrase{style: section, before: fmt.Sprintf(
			"%s has been hot for long (state %s%s). From here on everybody gets a turn, and no fault happens.", ev.Who, ev.To, since(h))}
	},
	Failed: func(t *teller, ev *Event) phrase {
		return phrase{style: bad, before: fmt.Sprintf("FAILS (%s): %s", ev.Type, ev.Value)}
	},
}

// choice is a value and among which it was chosen.
func choice(ev *Event) string {
	if ev.Value == "true" || ev.Value == "false" {
		return ev.Value
	}
	return fmt.Sprintf("%s (of 0 to %d)", ev.Value, ev.N-1)
}

// tell puts an event into words.
func (t *teller) tell(ev *Event) phrase {
	if ev.Kind >= numEventKinds {
		return phrase{who: ev.Who, before: ev.Kind.String()}
	}
	p := tellers[ev.Kind](t, ev)
	p.who = ev.actor()
	return p
}

func (p phrase) in(s style) phrase {
	p.style = s
	return p
}

// event is a phrase about an event: verb, type, payload.
func (t *teller) event(ev *Event, verb, after string) phrase {
	p := phrase{before: verb + " " + t.types.of(ev.Type), payload: ev.Value, after: after}
	if p.payload == t.types.of(ev.Type) {
		p.payload = "" // its only value
	}
	if p.payload != "" && strings.IndexByte("{[(", p.payload[0]) < 0 {
		p.payload = "(" + p.payload + ")"
	}
	return p
}

func (t *teller) took(ev *Event) phrase {
	after := ""
	switch {
	case ev.Peer == "" && ev.Sent > 0:
		after = fmt.Sprintf(" of its timer (fired in step %d)", ev.Sent)
	case ev.Peer == "":
	case ev.Sent > 0:
		after = fmt.Sprintf(" from %s (sent in step %d)", t.peer(ev), ev.Sent)
	default:
		after = " from " + t.peer(ev)
	}
	p := t.event(ev, "takes", after)
	p.told = ev.Sent > 0
	return p
}

// hears tells what a monitor hears. What another one has just heard is not said again.
func (t *teller) hears(ev *Event) phrase {
	if h := t.heard; h != nil {
		t.heard = ev
		if h.Step == ev.Step && h.Who != ev.Who && h.Peer == ev.Peer && h.Type == ev.Type && h.Value == ev.Value {
			return phrase{before: "hears that as well" + t.temperature(ev), style: t.heated(ev.Who)}
		}
	}
	return t.event(ev, "hears", " from "+cmp.Or(ev.Peer, "the test")+t.temperature(ev)).in(t.heated(ev.Who))
}

// changed tells of a field. What has no value was not there, or is not there any more.
func (t *teller) changed(ev *Event) phrase {
	p := phrase{style: aside}
	switch {
	case ev.Type == "":
		p.before = "  " + plural(ev.N, "more field") + " changed"
	case ev.From == "" && ev.To == "":
		p.before = fmt.Sprintf("  %s changed", ev.Type)
	case ev.From == "":
		p.before = fmt.Sprintf("  %s = %s", ev.Type, ev.To)
	case ev.To == "":
		p.before = fmt.Sprintf("  %s: %s %s gone", ev.Type, ev.From, t.arrow)
	default:
		p.before = fmt.Sprintf("  %s: %s %s %s", ev.Type, ev.From, t.arrow, ev.To)
	}
	return p
}

func (t *teller) unperformed(ev *Event) phrase {
	if ev.Type == "" {
		return phrase{before: strings.TrimRight("never got to "+cmp.Or(ev.To, "act")+" "+ev.Peer, " "), style: faulty}
	}
	to := ""
	if ev.Peer != "" {
		to = " to " + t.peer(ev)
	}
	return t.event(ev, "never got to "+ev.To, to).in(faulty)
}

func (t *teller) peer(ev *Event) string {
	if ev.Peer == ev.Who {
		return "itself"
	}
	return cmp.Or(ev.Peer, "nobody")
}

func (t *teller) place(ev *Event) string {
	if !t.places || ev.Place.IsZero() {
		return ""
	}
	return ", " + oneLine(ev.Place.String())
}

func budgetOf(ev *Event) string {
	if ev.To == "" {
		return ""
	}
	return " (budget " + ev.To + ")"
}
