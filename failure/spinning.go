package failure

import (
	"fmt"
	"strings"
)

// Spinning tells of a goroutine that was going on when its execution was cut at the step bound. It is no failure: a
// goroutine that polls or ticks for ever is often meant to.
type Spinning struct {
	Name   string // of the goroutine; see GoroutineName
	Steps  int    // that it took of the last Of steps
	Of     int
	Doing  string  // what it did most often there, such as "yield" or "receive"; "" is unknown
	Places []Place // where it did so, the most frequent first
}

func (s Spinning) String() string {
	text := fmt.Sprintf("%s took %d of the last %s", s.Name, s.Steps, plural(s.Of, "step"))
	if s.Doing != "" {
		text += ", mostly " + s.Doing
	}
	if len(s.Places) > 0 {
		var at []string
		for _, p := range s.Places {
			at = append(at, p.String())
		}
		text += ", at " + list(at)
	}
	return text
}

// SpinningNote is a sentence for a report about an execution that was cut at the step bound: who was going on, and where.
// It is "" if nobody is known.
func SpinningNote(execution uint64, list []Spinning) string {
	if len(list) == 0 {
		return ""
	}
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = s.String()
	}
	return fmt.Sprintf("execution %d went on beyond the step bound: %s", execution, strings.Join(all, "; "))
}
