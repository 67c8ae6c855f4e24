package check

import (
	"slices"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

// Report is what an exploration did and found. It depends on nothing but the body, the configuration and, if a time bound
// cut it, on how far it came; Elapsed, Processes, with them Workers, and Coverage and the lists of SilentMonitors, Unheard and NeverTrue of a run with
// a failure excepted.
type Report struct {
	Name      string
	Strategy  string
	Seed      uint64
	Workers   int
	Processes int  // how many of the Workers were processes
	Isolated  bool // each execution had a process of its own

	Executions       uint64        // up to the one that failed
	Distinct         uint64        // different schedules
	DistinctAtLeast  bool          // there may be more different ones than Distinct
	Steps            uint64        // joined steps of all executions
	LongestExecution int           // in joined steps
	Bounded          uint64        // executions cut at the step bound
	Endless          uint64        // executions cut behind the end of the test, where goroutines went on for ever: neither failed nor clean
	Curtailed        uint64        // executions that the strategy ended before the step bound
	Pruned           uint64        // executions that the strategy ended where it knew what could come
	Rewound          uint64        // executions that began in a saved state, rather than at the start
	States           uint64        // different states, of a strategy that counts them; those ahead of the step that failed if one did, and with several workers what all had seen when the last one stopped
	Slow             uint64        // executions in which a hot monitor passed the threshold and then cooled
	Skipped          uint64        // executions that called Skip
	Elapsed          time.Duration // of exploring, without the replays and the search for a simpler schedule

	Exhaustive    bool // the strategy visits every schedule
	Exhausted     bool // and has done so, Within a bound if it has one
	CutByTime     bool // a time bound ended the run before its executions were done
	CutByDeadline bool // it was the deadline of the test
	CutShort      bool // an exhaustive strategy was stopped before its end
	Reduced       bool // of the schedules that differ only in the order of independent steps, it runs one at least (see strategy.Reducer)

	Within string   // the bound within which the strategy visits every schedule, if there are others: "with at most 2 delays"
	Strata []uint64 // executions by what the strategy counts: delays, or preemptions

	SilentMonitors []string // monitors that never heard anything
	Unheard        []string // types of notifications that no monitor declares
	NeverTrue      []string // Sometimes conditions that never held
	NeverFull      []string // definitions with bounded inboxes in which there was always room for what was sent
	Notes          []string // what the user should know, a sentence each

	Coverage *Coverage // what was visited of machines and monitors, and what of that is declared and was not

	Allowed []Allowed // what allowed goroutines to be left, and how many

	Nondeterminism *failure.Nondeterminism // the body depends on something that Ravel does not control
	Failure        *Failure                // the bug, if one was found
}

// Failure is a bug that an exploration found.
type Failure struct {
	Err        error  // a failure.Failure
	Execution  uint64 // its number; all smaller ones have passed
	Strategy   string // which found it; "" in a replay
	Seed       uint64 // of the run
	Steps      int    // joined steps of the failing execution, after shrinking
	Choices    int    // choices of its schedule, after shrinking
	Reproduced bool   // replaying the schedule failed in the same way
	Saved      string // the file of the saved schedule that was followed, if one was

	Attached []string // files beside the saved schedule, of what a monitor attached to the failure

	Found, Shrunk schedule.Size // of the execution that failed first, and of the one that is reported
	Shrinking     Shrinking     // how it was made of that; zero if it was not tried

	Record   schedule.Record
	Token    string       // replays it, if HasToken
	HasToken bool         // the token is short enough to be printed
	Trace    *trace.Trace // nil if the failure did not reproduce

	// Passing is the execution of the nearest schedule that passes: one deviation of the reported schedule is taken back, the
	// last that can be, and the rest is followed by name as far as it fits if it passes so, else by the default order. Nil if
	// none was found or looked for. One that would not end is cut. Deciding is the index in Trace.Events of the first event
	// of the step in which the two part; -1 without Passing.
	Passing  *trace.Trace
	Deciding int
}

func (r *Report) note(s string) {
	if !slices.Contains(r.Notes, s) {
		r.Notes = append(r.Notes, s)
	}
}
