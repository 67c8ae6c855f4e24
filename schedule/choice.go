package schedule

import "fmt"

// Kind says what a choice resolves.
type Kind uint8

// The kinds of choices. Timers and faults are operations: when they happen is a Schedule choice.
const (
	Schedule Kind = iota // which operation moves next
	Bool                 // a boolean; false is 0
	Int                  // an integer in [0, N)
)

var kindNames = [...]string{"schedule", "bool", "int"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Choice is one resolved nondeterminism: Value was taken out of [0, N).
//
// The value of a Schedule choice is its deviation from the default order: 0 is the machine that moved last if it can go
// on, else the one that appeared first, else the timer with the earliest deadline; 1, 2, ... are the others in the same
// order: machines by appearance, then timers by deadline, then offered faults. A schedule of zeros is the execution without
// preemption in which computations take no time.
type Choice struct {
	Kind  Kind
	N     int
	Value int
}

// Named is a choice with what it was about, so that it can be followed in a program that has changed since.
//
// For a Schedule choice Op is the path of the operation that was picked; for the others it is the path of the operation
// that asked, and Nth counts the data choices of that operation from 0.
type Named struct {
	Choice
	Op  string
	Nth int
}
