package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

// Report is what an exploration did and found.
type Report struct {
	Name     string
	Strategy string
	Seed     uint64
	Workers  int

	Executions       uint64
	Distinct         uint64 // different schedules
	DistinctAtLeast  bool   // there may be more different ones than Distinct
	Steps            uint64 // joined steps of all executions
	LongestExecution int    // in joined steps
	Bounded          uint64 // executions cut at the step bound
	Slow             uint64 // executions in which a hot monitor passed the threshold and then cooled
	Skipped          uint64 // executions that called Skip
	Elapsed          time.Duration

	Exhaustive bool // the strategy visits every schedule
	Exhausted  bool // and has done so
	CutByTime  bool // the time bound ended the run before its executions were done
	CutShort   bool // an exhaustive strategy was stopped before its end

	SilentMonitors []string // monitors that never heard anything
	Unheard        []string // types of notifications that no monitor declares
	NeverTrue      []string // Sometimes conditions that never held
	Notes          []string // what the user should know, a sentence each

	Nondeterminism *failure.Nondeterminism // the body depends on something that Ravel does not control
	Failure        *Failure                // the bug, if one was found
}

// Failure is a bug that an exploration found.
type Failure struct {
	Err                      error  // a failure.Failure
	Execution                uint64 // its number; all smaller ones have passed
	Strategy                 string
	Steps                    int  // joined steps of the failing execution, after shrinking
	Choices                  int  // choices of its schedule, after shrinking
	FoundSteps, FoundChoices int  // the same, as found
	Reproduced               bool // replaying the schedule failed in the same way

	Record   schedule.Record
	Token    string // replays it, if HasToken
	HasToken bool
	Trace    *trace.Trace
}

func (r *Report) note(s string) {
	for _, n := range r.Notes {
		if n == s {
			return
		}
	}
	r.Notes = append(r.Notes, s)
}

// Summary says what was explored, in a few lines.
func (r *Report) Summary() string {
	var b strings.Builder
	plus := ""
	if r.DistinctAtLeast {
		plus = " or more"
	}
	fmt.Fprintf(&b, "%s executions, %s%s distinct schedules, %s steps (joined), longest %s; %s",
		count(r.Executions), count(r.Distinct), plus, count(r.Steps), count(uint64(r.LongestExecution)), r.Elapsed.Round(time.Millisecond))
	fmt.Fprintf(&b, "\n  strategy %s, seed %d, %s", r.Strategy, r.Seed, plural(r.Workers, "worker"))
	switch {
	case r.Exhausted:
		b.WriteString("\n  every schedule was explored")
	case r.CutShort:
		b.WriteString("\n  not every schedule was explored: the strategy was cut short by its bound")
	}
	if r.CutByTime {
		fmt.Fprintf(&b, "\n  the time bound ended the run at execution %s: for more, -ravel.time=30s or -ravel.schedules=100000", count(r.Executions))
	}
	if r.Bounded > 0 {
		fmt.Fprintf(&b, "\n  %s executions were cut at the step bound: what would come later, liveness included, was not explored", count(r.Bounded))
	}
	if r.Slow > 0 {
		fmt.Fprintf(&b, "\n  in %s executions a hot monitor passed the threshold and cooled under a fair schedule: slow, not stuck", count(r.Slow))
	}
	if r.Skipped > 0 {
		fmt.Fprintf(&b, "\n  %s executions were skipped by the test", count(r.Skipped))
	}
	for _, m := range r.SilentMonitors {
		fmt.Fprintf(&b, "\n  monitor %s never heard anything: it has checked nothing", m)
	}
	for _, m := range r.Unheard {
		fmt.Fprintf(&b, "\n  notifications of type %s were heard by no monitor", m)
	}
	for _, n := range r.NeverTrue {
		fmt.Fprintf(&b, "\n  Sometimes %q never held", n)
	}
	for _, n := range r.Notes {
		b.WriteString("\n  " + n)
	}
	return b.String()
}

// Sentence says what kind of failure was found, by which strategy, and when.
func (f *Failure) Sentence() string {
	steps := count(uint64(f.Steps)) + " steps"
	if f.FoundSteps > f.Steps {
		steps = fmt.Sprintf("%s steps, shrunk to %s", count(uint64(f.FoundSteps)), count(uint64(f.Steps)))
	}
	return fmt.Sprintf("%s found by %s in execution %s (%s): %v", kindOf(f.Err), f.Strategy, count(f.Execution), steps, f.Err)
}

func kindOf(err error) string {
	if f := failure.Of(err); f != nil {
		return f.Kind().String()
	}
	return "failure"
}

// count writes a number with separators.
func count(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
