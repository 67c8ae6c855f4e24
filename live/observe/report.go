package observe

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ravelgo/ravel/failure"
)

// Outcome is what is known of a specification after a log; see the package documentation.
type Outcome int

// The outcomes.
const (
	NoViolation Outcome = iota
	Hot
	Suspected
	Violated
)

var outcomes = []string{"no violation", "HOT", "SUSPECTED", "VIOLATED"}

func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomes) {
		return fmt.Sprintf("outcome(%d)", int(o))
	}
	return outcomes[o]
}

// Position is a place in a log.
type Position struct {
	Line  int           // from 1; the header is the first
	Step  int           // of the trace
	Clock time.Duration // since the flight recorder began
}

// Report is what monitors have found in a log.
type Report struct {
	System   string // live.Options.Name
	Events   int    // in the log
	Missing  uint64 // before them, which are lost
	Heard    int    // notifications in the log
	Unread   []Unread
	Verdicts []Verdict // in the order of Options.Monitors
}

// Unread is a notification that could not be made again.
type Unread struct {
	Position
	Type string
	Err  error
}

// Verdict is what a monitor has found.
type Verdict struct {
	Monitor string
	Outcome Outcome
	State   string        // its last one
	Heard   int           // notifications that it heard
	At      Position      // of the violation; of Hot, since when
	For     time.Duration // of Hot
	Err     error         // of Violated and Suspected: a failure of package failure
	Partial string        // why it has not heard everything; "" if it has
}

// Outcome is the worst one.
func (r *Report) Outcome() Outcome {
	worst := NoViolation
	for i := range r.Verdicts {
		worst = max(worst, r.Verdicts[i].Outcome)
	}
	return worst
}

// Err returns the violations that are certain, nil if there are none.
func (r *Report) Err() error {
	var errs []error
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Outcome == Violated {
			errs = append(errs, fmt.Errorf("%v: %w", v.At, v.Err))
		}
	}
	return errors.Join(errs...)
}

// mostUnread is how many of them a report spells out.
const mostUnread = 5

// String is the report for people, several lines.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "system %s: %s, %s\n", r.System, count(r.Events, "event"), count(r.Heard, "notification"))
	if r.Missing > 0 {
		fmt.Fprintf(&b, "The log has lost what came before, %d events, of which nothing is known. Monitors begin in the middle.\n", r.Missing)
	}
	if r.Heard == 0 {
		b.WriteString("No machine has told monitors anything, so nothing follows.\n")
	}
	for i, u := range r.Unread {
		if i == mostUnread {
			fmt.Fprintf(&b, "%d more could not be read.\n", len(r.Unread)-i)
			break
		}
		fmt.Fprintf(&b, "%v: a %s could not be read: %v\n", u.Position, u.Type, u.Err)
	}
	for i := range r.Verdicts {
		b.WriteString("\n")
		r.Verdicts[i].write(&b)
	}
	return b.String()
}

func (v *Verdict) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %v", v.Monitor, v.Outcome)
	switch v.Outcome {
	case Violated, Suspected:
		fmt.Fprintf(b, " at %v\n    %v\n", v.At, v.Err)
		if f := failure.Of(v.Err); f != nil {
			b.WriteString(indented(f.Detail()))
		}
	case Hot:
		fmt.Fprintf(b, " at the end, in state %s for %v, since %v; more may have followed\n", v.State, v.For, v.At)
	default:
		fmt.Fprintf(b, ", in state %s after %s\n", v.State, count(v.Heard, "notification"))
	}
	if v.Heard == 0 {
		b.WriteString("    It has heard nothing: this says nothing of the system.\n")
	}
	if v.Partial != "" {
		fmt.Fprintf(b, "    It has not heard everything: %s.", v.Partial)
		if v.Outcome == Suspected {
			b.WriteString(" This may be a false alarm.")
		}
		b.WriteString("\n")
	}
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		b.WriteString("    " + strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
