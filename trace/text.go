package trace

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
)

// TextOptions say how a trace is written for a terminal. The zero value is good for a pipe 80 columns wide.
type TextOptions struct {
	Width  int    // columns; 0 is 80, less than 40 is 40
	ASCII  bool   // no characters beyond ASCII, except those of the program itself
	Color  bool   // ANSI colours
	Places bool   // the line of code of every send and choice
	Fields bool   // what has changed in the fields of machines
	Limit  int    // about this many lines of steps, the rest is folded; 0 is DefaultLimit, negative is no limit
	More   string // sentence that says how to see what was folded
}

// DefaultLimit is how many lines the steps of a trace take, about, before uneventful ones are folded.
const DefaultLimit = 120

// Text returns the trace as a story: a heading, one line for each thing that happened, grouped by steps, and how it ended.
// The last line ends with a line break.
func (t *Trace) Text(o TextOptions) string {
	t = t.cleaned(o.Fields)
	l := newLayout(t, o)
	l.heading(t)
	l.b.WriteByte('\n')
	folded := l.body(t)
	if folded > 0 {
		l.b.WriteByte('\n')
		s := fmt.Sprintf("%d of %s are folded above. %s", folded, plural(t.Steps(), "step"), oneLine(o.More))
		l.free(strings.TrimSpace(s), 0, plain)
	}
	l.b.WriteByte('\n')
	l.ending(t)
	return l.b.String()
}

func (l *layout) heading(t *Trace) {
	name := cmp.Or(t.Test, "an execution")
	if t.Package != "" {
		name = schedule.FullName(t.Package, t.Test)
	}
	l.free(oneLine(name), 4, plain)
	how := fmt.Sprintf("execution %d, seed %d", t.Execution, t.Seed)
	if t.Strategy != "" {
		how += ", strategy " + t.Strategy
	}
	l.free(oneLine(how), 4, plain)
	if s := settings(&t.Settings); s != "" {
		l.free(oneLine(s), 4, plain)
	}
}

// settings lists what differs from nothing.
func settings(s *schedule.Settings) string {
	var parts []string
	if s.MaxSteps > 0 {
		parts = append(parts, "at most "+plural(s.MaxSteps, "step"))
	}
	if s.Threshold > 0 {
		parts = append(parts, fmt.Sprintf("liveness threshold %d", s.Threshold))
	}
	if s.Clock != schedule.Asynchronous {
		parts = append(parts, s.Clock.String()+" clock")
	}
	for _, b := range s.Budgets {
		switch b.Name { // of package check
		case "goroutines":
			parts = append(parts, "goroutines under control")
		case "fair suffix":
			parts = append(parts, fmt.Sprintf("fair from choice %d on", b.Units))
		case "race detector":
			parts = append(parts, "built with -race")
		case "plain memory":
			parts = append(parts, "memory accesses are points")
		case "value seeds":
			if b.Units > 1 {
				parts = append(parts, fmt.Sprintf("%d seeds for random values", b.Units))
			}
		case "early clock":
			if b.Units > 0 {
				parts = append(parts, fmt.Sprintf("at most %s early", plural(b.Units, "timer")))
			}
		default:
			parts = append(parts, fmt.Sprintf("budget %s %d", b.Name, b.Units))
		}
	}
	return strings.Join(parts, ", ")
}

// ending tells how the execution ended.
func (l *layout) ending(t *Trace) {
	f := t.Failure
	if f == nil {
		l.free(fmt.Sprintf("The execution ended after %s, without a failure.", plural(t.Steps(), "step")), 0, plain)
		return
	}
	title := "FAILURE"
	if f.Kind != failure.NoKind {
		title += ": " + f.Kind.String()
	}
	if step := or0(f.Step, t.Steps()); step > 0 {
		in := "in"
		switch f.Kind {
		case failure.KindDeadlock, failure.KindLiveness, failure.KindLivelock, failure.KindLeak, failure.KindBound:
			in = "after"
		}
		title += fmt.Sprintf(", %s step %d", in, step)
	}
	if !f.Place.IsZero() {
		title += ", at " + oneLine(f.Place.String())
	}
	l.free(title, 4, bad)
	l.free("    "+f.Error, 4, bad)
	if f.Detail == "" {
		return
	}
	for line := range strings.SplitSeq(f.Detail, "\n") {
		if l.o.ASCII && strings.HasPrefix(line, "cycle: ") {
			line = strings.ReplaceAll(line, " → ", " -> ")
		}
		l.free("    "+line, 8+len(line)-len(strings.TrimLeft(line, " ")), plain)
	}
}

func or0(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
