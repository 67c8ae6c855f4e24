// Package attr is how the tests of Ravel tell the command that runs them how far they are and how they end: as attributes
// of the test (testing.T.Attr), which go test -json passes on as they come, under the names of their package and test.
// Whatever else a test prints, half a line included, stays as it is. Tests tell nothing unless they are asked.
package attr

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Variable is the environment variable that asks.
const Variable = "RAVEL_ATTR"

// Values of Variable. Whoever asks for the progress is told the outcome as well.
const (
	AskOutcome  = "outcome"
	AskProgress = "progress"
)

// The keys of the attributes. All of them begin with Prefix.
const (
	Prefix      = "ravel."
	OutcomeKey  = Prefix + "outcome"
	ProgressKey = Prefix + "progress"
)

// Outcome is how an exploration or a replay ended. A test with several of them tells several.
type Outcome string

// The outcomes. The command takes the last one of this list that it is told.
const (
	Plain         Outcome = "plain"      // nothing in the test can happen in another order: it was run without control
	Unexplored    Outcome = "unexplored" // it was run without control for another reason, which it says
	Passed        Outcome = "passed"
	Misused       Outcome = "misused"        // it did not run: its options, settings or schedule cannot be used
	NotReproduced Outcome = "not-reproduced" // a failure, and its schedule did not lead there again; or executions that do not repeat
	Found         Outcome = "found"          // a bug
)

// Worse reports whether o comes behind p in the list of outcomes.
func (o Outcome) Worse(p Outcome) bool { return o.rank() > p.rank() }

func (o Outcome) rank() int {
	switch o {
	case Plain:
		return 1
	case Unexplored:
		return 2
	case Passed:
		return 3
	case Misused:
		return 4
	case NotReproduced:
		return 5
	case Found:
		return 6
	}
	return 0
}

// SetOutcome tells how an exploration of t ended. Call it before t.FailNow.
func SetOutcome(t interface{ Attr(key, value string) }, o Outcome) {
	if os.Getenv(Variable) != "" {
		t.Attr(OutcomeKey, string(o))
	}
}

// Progress is how far an exploration has come.
type Progress struct {
	Executions uint64
	Steps      uint64
	Elapsed    time.Duration
	Failed     bool // an execution has failed: it is replayed and shrunk
}

// WantsProgress reports whether somebody has asked how far explorations are.
func WantsProgress() bool { return os.Getenv(Variable) == AskProgress }

// String is the form in which progress travels; ParseProgress reads it.
func (p Progress) String() string {
	return fmt.Sprintf("%d %d %d %t", p.Executions, p.Steps, p.Elapsed.Milliseconds(), p.Failed)
}

// ParseProgress reads the value of an attribute.
func ParseProgress(s string) (p Progress, err error) {
	var ms int64
	var failed string
	if _, err = fmt.Sscanf(s, "%d %d %d %s", &p.Executions, &p.Steps, &ms, &failed); err == nil {
		p.Failed, err = strconv.ParseBool(failed)
	}
	if err != nil {
		return Progress{}, fmt.Errorf("progress %q: %w", s, err)
	}
	p.Elapsed = time.Duration(ms) * time.Millisecond
	return p, nil
}
