package trace

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// operation says what an operation of a goroutine is: what the goroutine does when it goes on, and what it waits to do.
type operation struct {
	does  string // with %s for the object
	waits string // "" if it never waits
	what  string // an object that has no name
}

// operations has the words for Event.Type of goroutines: those of gocontrol.Kind.
var operations = map[string]operation{
	"none":           {does: "begins to run"},
	"go":             {does: "goes on"}, // behind its go statement
	"yield":          {does: "goes on after Gosched"},
	"send":           {"sends to %s", "to send to %s", "a channel"},
	"receive":        {"receives from %s", "to receive from %s", "a channel"},
	"close":          {"closes %s", "", "a channel"},
	"select":         {does: "selects", waits: "in a select"},
	"sleep":          {does: "sleeps", waits: "in a sleep"},
	"Lock":           {"locks %s", "to lock %s", "a mutex"},
	"TryLock":        {"tries to lock %s", "", "a mutex"},
	"Unlock":         {"unlocks %s", "", "a mutex"},
	"RLock":          {"locks %s for reading", "to lock %s for reading", "an RWMutex"},
	"TryRLock":       {"tries to lock %s for reading", "", "an RWMutex"},
	"RUnlock":        {"unlocks %s for reading", "", "an RWMutex"},
	"WaitGroup.Add":  {"calls Add or Done of %s", "", "a WaitGroup"},
	"WaitGroup.Wait": {"calls Wait of %s", "for %s", "a WaitGroup"},
	"Cond.Wait":      {"calls Wait of %s", "for a signal of %s", "a Cond"},
	"Cond.Signal":    {"signals %s", "", "a Cond"},
	"Cond.Broadcast": {"signals %s to all", "", "a Cond"},
	"atomic load":    {"loads %s", "", "an atomic"},
	"atomic store":   {"stores to %s", "", "an atomic"},
	"atomic update":  {"updates %s", "", "an atomic"},
	"memory read":    {"reads %s", "", "a variable"},
	"memory write":   {"writes %s", "", "a variable"},
	"Once.Do":        {"calls Do of %s", "", "a Once"},
	"Map load":       {"reads %s", "", "a sync.Map"},
	"Map update":     {"changes %s", "", "a sync.Map"},
	"Pool.Get":       {"gets from %s", "", "a Pool"},
	"Pool.Put":       {"puts into %s", "", "a Pool"},
	"context err":    {"asks %s for its error", "", "a context"},
	"context cancel": {"cancels %s", "", "a context"},
	"timer start":    {"starts %s", "", "a timer"},
	"timer stop":     {"stops %s", "", "a timer"},
	"timer reset":    {"resets %s", "", "a timer"},
	"timer":          {does: "lets a timer fire"},
}

// Operations lists what the Type of a Did or Blocked event may be.
func Operations() []string {
	list := make([]string, 0, len(operations))
	for word := range operations {
		list = append(list, word)
	}
	slices.Sort(list)
	return list
}

// NameObjects gives the objects of goroutines' operations their names. Events may have a number, "#3", in the place of the
// name, as what the object is may be known only at the end: it becomes names[3]. A number without a name stays.
func NameObjects(events []Event, names []string) {
	for i := range events {
		ev := &events[i]
		if ev.Kind != Did && ev.Kind != Blocked || !strings.HasPrefix(ev.Peer, "#") {
			continue
		}
		if n, err := strconv.Atoi(ev.Peer[1:]); err == nil && n >= 0 && n < len(names) {
			ev.Peer = names[n]
		}
	}
}

// ofGoroutine reports whether an event is one of goroutines.
func (ev *Event) ofGoroutine() bool { return ev.Kind >= Spawned && ev.Kind <= Ended }

// actor is who moves when the event happens.
func (ev *Event) actor() string {
	if ev.Kind == Woken && ev.Peer != "" {
		return ev.Peer
	}
	return ev.Who
}

// where is the line of an operation, which says more than the operation.
func where(ev *Event) string {
	if ev.Place.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%s)", oneLine(ev.Place.String()))
}

// object fills in what an operation is done to.
func (o operation) object(ev *Event, format string) string {
	if o.what == "" {
		return format
	}
	return fmt.Sprintf(format, cmp.Or(ev.Peer, o.what))
}

func (t *teller) did(ev *Event) phrase {
	o, ok := operations[ev.Type]
	if !ok { // of a newer version
		o = operation{does: "does " + cmp.Or(ev.Type, "something")}
	}
	return phrase{before: o.object(ev, o.does) + where(ev)}
}

func (t *teller) spawned(ev *Event) phrase {
	s := "starts " + cmp.Or(ev.Peer, "a goroutine")
	if at := where(ev); !strings.HasSuffix(s, at) { // its name may say where
		s += at
	}
	return phrase{before: s}
}

func (t *teller) blocked(ev *Event) phrase {
	o := operations[ev.Type]
	s := "waits"
	if o.waits != "" {
		s += " " + o.object(ev, o.waits)
	} else if ev.Peer != "" {
		s += " for " + ev.Peer
	}
	s += where(ev)
	if ev.To != "" {
		s += ": " + ev.To
	}
	return phrase{before: s, style: faulty}
}

func (t *teller) selected(ev *Event) phrase {
	s := "selects " + cmp.Or(ev.Value, "a case")
	if ev.N > 1 {
		s += fmt.Sprintf(", one of %d ready cases", ev.N)
	}
	return phrase{before: s + where(ev)}
}

func (t *teller) woken(ev *Event) phrase {
	if ev.Peer == "" {
		return phrase{before: "is woken"}
	}
	return phrase{before: "wakes " + t.woke(ev)}
}

func (t *teller) woke(ev *Event) string {
	if ev.Peer == ev.Who {
		return "itself"
	}
	return ev.Who
}

func (t *teller) ended(ev *Event) phrase {
	if ev.To == "" {
		return phrase{before: "exits"}
	}
	return phrase{before: fmt.Sprintf("exits (%s)", ev.To), style: faulty}
}

func (t *teller) ticked(ev *Event) phrase {
	s := "advances"
	if ev.Value != "" {
		s += " by " + ev.Value
	}
	if ev.Now != "" {
		s += " to " + ev.Now
	}
	return phrase{before: s}
}
