package trace

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// waits adds to a deadlock, of those who wait for events, whom the machines that wait have asked last, and what became of that, what they got before of
// what they wait for, and a cycle among them.
func waits(d *failure.Deadlock, events []Event) {
	next := make([]int, len(d.Blocked))
	for i := range d.Blocked {
		b := &d.Blocked[i]
		whom := b.Room
		if whom == "" {
			b.Asked, b.Before = asked(b, events), before(b, events)
			if b.Asked != nil {
				whom = b.Asked.Peer
			}
		}
		next[i] = slices.IndexFunc(d.Blocked, func(o failure.Blocked) bool { return whom != "" && o.Machine == whom })
	}
	d.Circle = circle(next)
}

// asked is the last that a machine sent before it began to wait.
func asked(b *failure.Blocked, events []Event) *failure.Asked {
	at := -1
	for i := range events {
		ev := &events[i]
		if ev.Who == b.Machine && (ev.Kind == Sent || ev.Kind == Lost) && (b.Step == 0 || ev.Step <= b.Step) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	a := &failure.Asked{Message: message(&events[at])}
	if events[at].Kind == Lost {
		if a.Fate = "is lost, as nobody was there to take it"; events[at].To == Full {
			a.Fate = "is lost, as there was no room in the inbox"
		}
		return a
	}
	a.Fate = fate(&events[at], events[at+1:])
	return a
}

// fate says what became of a message.
func fate(sent *Event, later []Event) string {
	for i := range later {
		ev := &later[i]
		if ev.Who != sent.Peer || ev.Type != sent.Type {
			continue
		}
		switch {
		case ev.Kind == Took && ev.Sent == sent.Step && ev.Peer == sent.Who:
			return fmt.Sprintf("%s took in step %d", sent.Peer, ev.Step)
		case ev.Kind == Dropped && ev.Value == sent.Value && ev.To == "ignored":
			return fmt.Sprintf("%s ignored in step %d", sent.Peer, ev.Step)
		case ev.Kind == Dropped && ev.Value == sent.Value:
			return fmt.Sprintf("was lost in step %d, when %s halted or went down", ev.Step, sent.Peer)
		}
	}
	return sent.Peer + " has not taken"
}

// before is the last of what a machine waits for that it took.
func before(b *failure.Blocked, events []Event) *failure.Message {
	var last *failure.Message
	for i := range events {
		if ev := &events[i]; ev.Kind == Took && ev.Who == b.Machine && ev.Peer != "" && waitsFor(b, ev.Type) {
			m := message(ev)
			last = &m
		}
	}
	return last
}

// waitsFor reports whether a machine waits for a type of events: WaitsFor lists them in words.
func waitsFor(b *failure.Blocked, name string) bool {
	for rest := b.WaitsFor; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		end := rest[i+len(name):]
		if (i == 0 || strings.IndexByte(" ,", rest[i-1]) >= 0) && (end == "" || strings.IndexByte(" ,", end[0]) >= 0) {
			return true
		}
		rest = end
	}
}

// circle finds a cycle in a graph in which each node has at most one edge, to next[i]; -1 is none.
func circle(next []int) []int {
	seen := make([]int, len(next)) // in which search
	for start := range next {
		i := start
		for i >= 0 && seen[i] == 0 {
			seen[i] = start + 1
			i = next[i]
		}
		if i < 0 || seen[i] != start+1 {
			continue
		}
		list := []int{i}
		for j := next[i]; j != i; j = next[j] {
			list = append(list, j)
		}
		return list
	}
	return nil
}
