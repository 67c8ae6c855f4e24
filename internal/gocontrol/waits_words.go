package gocontrol

import (
	"cmp"
	"fmt"
	"strings"
)

// to says what the goroutine waits to do.
func (e *Explanation) to(g *Goroutine, w *Waiting, t *Telling) string {
	state := word(g.State)
	name := func(otherwise string) string { return cmp.Or(e.object(w.Object, t), otherwise) }
	switch {
	case state == runnable:
		return ""
	case strings.HasSuffix(state, "(nil chan)") && w.Kind == Send:
		return "to send to a nil channel"
	case strings.HasSuffix(state, "(nil chan)"):
		return "to receive from a nil channel"
	case state == "select (no cases)":
		return "in a select without cases"
	case state == "IO wait":
		return "for the network or another device"
	case state == "sync.RWMutex.Lock":
		return "to lock " + name("an RWMutex") + " for writing"
	}
	switch w.Kind {
	case Lock:
		s := "to lock " + name("a mutex")
		if strings.HasPrefix(e.object(w.Object, t), classWords[rwMutex]) {
			s += " for writing"
		}
		return s
	case RLock:
		return "to lock " + name("an RWMutex") + " for reading"
	case Send:
		return "to send to " + name("a channel")
	case Recv:
		return "to receive from " + name("a channel")
	case Select:
		return "in a select"
	case Sleep:
		return "in a sleep"
	case WaitGroupWait:
		return "for " + name("a WaitGroup")
	case CondWait:
		return "for a signal of " + name("a Cond")
	}
	return "in the runtime (" + state + ")"
}

// note says what else is known of a wait.
func (e *Explanation) note(w *Waiting) string {
	switch w.Reason {
	case ReasonNil:
		return "a nil channel is never ready"
	case ReasonNoCases:
		return "that lasts for ever"
	case ReasonAlone:
		return "no other goroutine is left"
	case ReasonNobody:
		return "nobody who is left has " + doneBefore(w.Kind)
	case ReasonExited:
		return fmt.Sprintf("g%d got it and exited without unlocking it", e.history.Points[w.Past].Goroutine)
	case ReasonFree:
		return "nobody in this execution holds it"
	case ReasonWriter:
		return "a writer that waits keeps new readers and writers out"
	case ReasonSignal:
		return "the last signal came before it waited"
	case ReasonCases:
		return "none of its cases will be ready"
	case ReasonClock:
		return "time stands still once the test body has returned"
	case ReasonOutside:
		return "nothing outside wakes it"
	case ReasonUnstarted:
		return "it has not run yet"
	}
	return ""
}

// doneBefore says what would end a wait of a kind.
func doneBefore(k Kind) string {
	switch k {
	case Send:
		return "received from it"
	case Recv:
		return "sent to it or closed it"
	case CondWait:
		return "signalled it"
	}
	return "used it"
}
