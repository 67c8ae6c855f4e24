package view

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// Page is what is written into one file.
type Page struct {
	Title    string // of the document; "" is "Ravel"
	Failures []Failure
	Sources  Sources // where source lines come from; nil leaves them out
}

// Failure is one failure of a page: an execution, and what it is compared with.
type Failure struct {
	Title    string       // what the list calls it; "" is the name of the trace's test
	Note     string       // what else the reader should know, some sentences; may be empty
	Command  string       // the command line that replays it; "" if there is none
	Trace    *trace.Trace // the execution
	Passing  *trace.Trace // the nearest execution that passes; nil if there is none
	Deciding int          // index in Trace.Events of the first event of the step where the two part; disregarded without Passing
}

// Sources has the source lines of places.
type Sources interface {
	// Lines returns the lines of a file, without line ends, and whether they are known.
	Lines(file string) ([]string, bool)
}

// places calls yield for every place that a trace points to.
func places(t *trace.Trace, yield func(failure.Place)) {
	for i := range t.Events {
		yield(t.Events[i].Place)
		for _, p := range t.Events[i].Stack {
			yield(p)
		}
	}
	if t.Failure == nil {
		return
	}
	yield(t.Failure.Place)
	for i := range t.Failure.Goroutines {
		g := &t.Failure.Goroutines[i]
		yield(g.Created)
		yield(g.Wait.Place)
		for _, h := range g.Holds {
			yield(h.Place)
		}
		for _, p := range g.Stack {
			yield(p)
		}
	}
}
