package trace

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
)

// Trace is what happened in one execution.
type Trace struct {
	Header
	Events  []Event  // in the order in which they happened
	Failure *Failure // nil if the execution passed
}

// Header says which execution it was and under which settings it ran.
type Header struct {
	Package   string // import path of the test's package
	Test      string // name of the test, as testing.T.Name returns it
	Strategy  string
	Seed      uint64
	Execution uint64
	schedule.Settings

	Missing uint64 // events before the first one that are lost, in the record of a live system
	Encoded bool   // each notification is there as an event Heard that has it Encoded
}

// Failure is how the execution failed, in words.
type Failure struct {
	failure.Site
	Kind   failure.Kind // NoKind for an error that is no failure.Failure
	Error  string       // one sentence
	Detail string       // the rest, possibly many lines; "" if there is nothing more to say

	// A livelock that was found as a cycle: the state after step CycleStart came back CycleLength steps later.
	CycleStart  int
	CycleLength int

	// The goroutines that a deadlock or leak consists of, or the one that failed, and the indexes of those of a deadlock that
	// wait for each other in a cycle.
	Goroutines []failure.Goroutine
	WaitCycle  []int
}

// New returns the trace of an execution that ended with err, which may be nil.
func New(h Header, events []Event, err error) *Trace {
	return &Trace{Header: h, Events: events, Failure: FailureOf(err)}
}

// FailureOf puts an error into words. It returns nil for nil.
func FailureOf(err error) *Failure {
	if err == nil {
		return nil
	}
	f := failure.Of(err)
	if f == nil {
		return &Failure{Error: err.Error()}
	}
	r := &Failure{Site: f.Where(), Kind: f.Kind(), Error: f.Error(), Detail: f.Detail()}
	r.Handling = nil // Detail says it
	switch f := f.(type) {
	case *failure.Livelock:
		r.CycleStart, r.CycleLength = f.Start, f.Length
	case *failure.Deadlock:
		r.Goroutines, r.WaitCycle = f.Goroutines, f.Cycle
	case *failure.Leak:
		r.Goroutines = f.Goroutines
	case *failure.Panic:
		r.Goroutines = one(f.Goroutine)
	case *failure.Fatal:
		r.Goroutines = one(f.Goroutine)
	}
	return r
}

func one(g *failure.Goroutine) []failure.Goroutine {
	if g == nil {
		return nil
	}
	return []failure.Goroutine{*g}
}

// Steps is the number of the last step.
func (t *Trace) Steps() int {
	last := 0
	for i := range t.Events {
		last = max(last, t.Events[i].Step)
	}
	return last
}

// cleaned returns the trace with all the program's own words fit for a terminal, and with changes of fields if they are
// wanted.
func (t *Trace) cleaned(fields bool) *Trace {
	c := *t
	c.Events = make([]Event, 0, len(t.Events))
	for _, ev := range t.Events {
		if ev.Kind == Changed && !fields {
			continue
		}
		nobody := "the test"
		if ev.Kind == Ticked {
			nobody = "clock"
		}
		ev.Who, ev.Peer, ev.Type = cmp.Or(oneLine(ev.Who), nobody), oneLine(ev.Peer), oneLine(ev.Type)
		ev.From, ev.To, ev.Now = oneLine(ev.From), oneLine(ev.To), oneLine(ev.Now)
		if ev.Kind == Logged {
			ev.Value = strings.TrimRight(clean(cutText(ev.Value)), "\n ")
		} else {
			ev.Value = oneLine(cutText(ev.Value))
		}
		c.Events = append(c.Events, ev)
	}
	if f := t.failed(); f != nil {
		g := *f
		g.Machine, g.Error, g.Detail = oneLine(f.Machine), oneLine(cutText(f.Error)), clean(cutText(f.Detail))
		c.Failure = &g
	}
	return &c
}

// maxText is how much is shown of what a program has said at once, in bytes. Payloads have narrower bounds.
const maxText = 20_000

// cutText shortens what a program has said to what somebody may want to read.
func cutText(s string) string {
	if len(s) <= maxText {
		return s
	}
	cut := cutRunes(s, maxText)
	return fmt.Sprintf("%s... %d bytes more", cut, len(s)-len(cut))
}

// failed returns the failure, or what the events tell of it.
func (t *Trace) failed() *Failure {
	if t.Failure != nil {
		return t.Failure
	}
	for i := range t.Events {
		if ev := &t.Events[i]; ev.Kind == Failed {
			kind, _ := failure.ParseKind(ev.Type)
			site := failure.Site{Machine: ev.Who, Step: ev.Step, Place: ev.Place}
			return &Failure{Site: site, Kind: kind, Error: ev.Value}
		}
	}
	return nil
}
