package failure

import (
	"fmt"
	"strings"
)

// The failures of executions that end badly, or do not end.

// Blocked is a machine that waits for something that nobody will do.
type Blocked struct {
	Site
	WaitsFor string // such as "event WriteOK"
	Room     string // the machine whose inbox is full, if it waits for room there

	Asked  *Asked   // the last that it sent before; nil if it sent nothing, or if that is not known
	Before *Message // the last of what it waits for that it got before, with the step in which it took that; nil if there is none
}

// Hot is a monitor that is in a hot state.
type Hot struct {
	Monitor string
	State   string
	Since   int // number of the step in which it became hot; 0 is unknown

	Progress *Progress // nil if it is not known
}

func (h Hot) String() string {
	if h.State == "" {
		return h.Monitor
	}
	return fmt.Sprintf("%s (in hot state %s)", h.Monitor, h.State)
}

func (d *detail) hot(h Hot) {
	if h.Since > 0 {
		d.add("%s: hot since step %d", h, h.Since)
	} else {
		d.add("%s: hot", h)
	}
	d.progress(h.Progress)
}

func monitors(n int) string {
	if n == 1 {
		return "a monitor is"
	}
	return fmt.Sprintf("%d monitors are", n)
}

func hotList(hot []Hot) string {
	var names []string
	for _, h := range hot {
		names = append(names, h.String())
	}
	return list(names)
}

// HotAtEnd reports monitors that are hot when the execution is over: what they wait for will never happen.
// Machine is the first of them.
type HotAtEnd struct {
	Site
	Hot []Hot
}

func (e *HotAtEnd) Error() string {
	if len(e.Hot) == 1 {
		return fmt.Sprintf("everything has come to rest, but monitor %s still waits for something good to happen", e.Hot[0])
	}
	return fmt.Sprintf("everything has come to rest, but monitors still wait for something good to happen: %s", hotList(e.Hot))
}

// Detail tells since when.
func (e *HotAtEnd) Detail() string {
	var d detail
	d.site(e.Site)
	for _, h := range e.Hot {
		d.hot(h)
	}
	return d.String()
}

// Livelock reports that the program goes on for ever without the progress that a monitor waits for. Machine is the monitor.
//
// There are two kinds of evidence. A lasso is a cycle of Length steps, from step Start, that leads back to the same state.
// Without one (Length is 0) the monitor was hot for more than Threshold steps and then stayed hot through Suffix steps of
// a fair schedule.
type Livelock struct {
	Site
	Hot       Hot
	Start     int
	Length    int
	Threshold int
	Suffix    int
	Loop      []string // the steps of the cycle, in words, if they are few and this is known
}

func (e *Livelock) Error() string {
	return fmt.Sprintf("the program goes on for ever, but what monitor %s waits for never happens", e.Hot)
}

// Detail tells the evidence.
func (e *Livelock) Detail() string {
	var d detail
	d.site(e.Site)
	d.hot(e.Hot)
	if e.Length > 0 {
		d.add("evidence: a fair cycle of %s from step %d leads back to the same state", plural(e.Length, "step"), e.Start)
		if len(e.Loop) > 0 {
			d.add("the cycle: %s, and again", strings.Join(e.Loop, "; "))
		}
		return d.String()
	}
	d.add("evidence: hot for more than the threshold of %s, then through %s of a fair schedule without faults",
		plural(e.Threshold, "step"), plural(e.Suffix, "more step"))
	return d.String()
}

// BoundHit reports an execution that was cut because it is too long. It is a failure only for tests that ask for it.
type BoundHit struct {
	Site
	Bound    int        // in steps
	Spinning []Spinning // the goroutines that took the last of them, if that is known
}

func (e *BoundHit) Error() string {
	return fmt.Sprintf("the execution was cut after %s, the most that this test allows", plural(e.Bound, "step"))
}

// Detail tells what can be done.
func (e *BoundHit) Detail() string {
	var d detail
	d.site(e.Site)
	for _, g := range e.Spinning {
		d.add("%v", g)
	}
	d.add("fix: allow more steps, make the test smaller, or look for a loop that never ends")
	return d.String()
}
