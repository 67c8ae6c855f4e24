package trace

import (
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// Explain adds to a failure what the events of its execution say about how it came about: what the machine that failed was
// handling, what a monitor had heard, since when there was no progress and who has moved since, whom those that wait have
// asked. Err is changed; it must belong to the execution and to nobody else. An error that is no failure stays as it is.
func Explain(err error, events []Event) {
	if len(events) == 0 {
		return
	}
	switch f := failure.Of(err).(type) {
	case *failure.Assertion:
		f.Handling = handling(f.Site, events)
	case *failure.Unhandled:
		f.Handling = handling(f.Site, events)
	case *failure.Panic:
		f.Handling = handling(f.Site, events)
	case *failure.TestFailure:
		f.Handling = handling(f.Site, events)
	case *failure.Misuse:
		f.Handling = handling(f.Site, events)
	case *failure.MonitorViolation:
		f.Heard = heard(f.Machine, events)
	case *failure.Livelock:
		f.Hot.Progress = progress(&f.Hot, events)
		f.Loop = loop(f, events)
	case *failure.HotAtEnd:
		for i := range f.Hot {
			f.Hot[i].Progress = progress(&f.Hot[i], events)
		}
	case *failure.Deadlock:
		for i := range f.Hot {
			f.Hot[i].Progress = progress(&f.Hot[i], events)
		}
		waits(f, events)
	}
}

// message is the event that ev tells of.
func message(ev *Event) failure.Message {
	return failure.Message{Step: ev.Step, Type: ev.Type, Value: ev.Value, Peer: ev.Peer, Place: ev.Place}
}

// handling is what a machine took last; nil if it has taken nothing since it began, and of the test body, which takes
// nothing.
func handling(at failure.Site, events []Event) *failure.Handling {
	if at.Machine == "" {
		return nil
	}
	for i := len(events) - 1; i >= 0; i-- {
		ev := &events[i]
		if ev.Who != at.Machine {
			continue
		}
		switch ev.Kind {
		case Took:
			h := &failure.Handling{Message: message(ev), Taken: ev.Step}
			h.Step = ev.Sent
			return h
		case Began, TookDefault:
			return nil
		}
	}
	return nil
}

// heard is what a monitor has heard, and its states.
func heard(monitor string, events []Event) *failure.Heard {
	h := &failure.Heard{}
	for i := range events {
		ev := &events[i]
		if ev.Who != monitor {
			continue
		}
		switch ev.Kind {
		case Heard:
			hear(h, ev)
		case Began:
			h.Path = append(h.Path, failure.Visit{State: ev.To})
		case Moved:
			if len(h.Path) == 0 {
				if ev.From == "" {
					h.Path = append(h.Path, failure.Visit{State: ev.To})
					continue
				}
				h.Path = append(h.Path, failure.Visit{State: ev.From})
			}
			h.Path = append(h.Path, failure.Visit{State: ev.To, Step: ev.Step})
		}
	}
	if n := len(h.Path); n > failure.MostPath {
		h.Path, h.Longer = h.Path[n-failure.MostPath:], true
	}
	return h
}

// hear adds an announcement, and forgets the oldest one if there are too many.
func hear(h *failure.Heard, ev *Event) {
	h.All++
	if h.Last = append(h.Last, message(ev)); len(h.Last) > failure.MostHeard {
		h.Last = append(h.Last[:0], h.Last[1:]...)
	}
}

// progress is what happened since a monitor became hot for the last time.
func progress(hot *failure.Hot, events []Event) *failure.Progress {
	p := &failure.Progress{}
	from, was := becameHot(hot.Monitor, events, p)
	monitors := map[string]bool{hot.Monitor: true}
	for i := range events {
		if events[i].Kind == Heard || events[i].Hot || events[i].Cold {
			monitors[events[i].Who] = true
		}
	}
	for i := from; i < len(events); i++ {
		if ev := &events[i]; ev.Kind == Heard && ev.Who == hot.Monitor {
			hear(&p.Heard, ev)
		}
	}
	if n := len(p.Heard.Last); n > 3 {
		p.Heard.Last = p.Heard.Last[n-3:]
	}
	p.Moves, p.Still, p.Steps = moves(events, was, monitors)
	return p
}

// becameHot finds where a monitor became hot: the index behind that event, and the step in which it happened. It notes the
// announcement with which it did so, and when the monitor had been cold.
func becameHot(monitor string, events []Event, p *failure.Progress) (from, step int) {
	hot := false
	var last *Event // that it heard in this step
	for i := range events {
		ev := &events[i]
		if ev.Who != monitor {
			continue
		}
		switch ev.Kind {
		case Heard:
			last = ev
		case Moved, Began:
			if ev.Hot && !hot {
				from, step, p.Cause = i+1, ev.Step, nil
				if last != nil && last.Step == ev.Step {
					m := message(last)
					p.Cause = &m
				}
			}
			if ev.Cold {
				p.Cold = ev.Step
			} else if p.Cold > 0 && wasCold(events, i) {
				p.Cold = ev.Step
			}
			hot = ev.Hot
		}
	}
	return from, step
}

// wasCold reports whether the monitor that moves in event i was in a cold state before.
func wasCold(events []Event, i int) bool {
	for j := i - 1; j >= 0; j-- {
		if events[j].Who == events[i].Who && (events[j].Kind == Moved || events[j].Kind == Began) {
			return events[j].Cold
		}
	}
	return false
}

// moves counts who took the steps behind a step, and who took steps only up to there and is still to be expected: whoever
// has ended moves no more.
func moves(events []Event, since int, monitors map[string]bool) (list []failure.Moves, still []string, steps int) {
	index := map[string]int{}
	var before []string
	gone := map[string]bool{}
	step := 0
	for i := range events {
		ev := &events[i]
		switch ev.Kind {
		case Halted, Crashed, Ended:
			gone[ev.Who] = true
		case Began, Restarted:
			delete(gone, ev.Who)
		}
		who := ev.actor()
		if ev.Step == step || who == "" || monitors[who] {
			continue
		}
		step = ev.Step
		n, ok := index[who]
		if !ok {
			n = len(list)
			index[who] = n
			list = append(list, failure.Moves{Who: who})
			before = append(before, who)
		}
		if step > since {
			list[n].Steps++
			steps++
		}
	}
	moved := list[:0]
	for _, m := range list {
		if m.Steps > 0 {
			moved = append(moved, m)
		} else if !gone[m.Who] {
			still = append(still, m.Who)
		}
	}
	sortMoves(moved)
	return moved, still, steps
}

// sortMoves puts those who moved most to the front.
func sortMoves(list []failure.Moves) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].Steps > list[j-1].Steps; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// mostLoop is how many steps of a cycle are told.
const mostLoop = 8

// loop tells the steps of a livelock's cycle, once around.
func loop(f *failure.Livelock, events []Event) []string {
	if f.Length == 0 || f.Length > mostLoop {
		return nil
	}
	var list []string
	step := 0
	for i := range events {
		ev := &events[i]
		if ev.Step <= f.Start || ev.Step > f.Start+f.Length || ev.Step == step {
			continue
		}
		step = ev.Step
		switch m := message(ev); ev.Kind {
		case Took:
			list = append(list, ev.Who+" takes "+m.String())
		case Sent:
			list = append(list, ev.Who+" sends "+m.String())
		case Fired:
			list = append(list, "the timer of "+ev.Who+" fires")
		default:
			list = append(list, strings.TrimSpace(ev.actor()+" "+ev.Kind.String()+" "+ev.Type))
		}
	}
	return list
}
