package sct

import "fmt"

// TB is what a program needs of the test that it is part of. Errorf may be called from any goroutine, Fatalf only from
// the one that called the program. *check.T and *testing.T are TBs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// A Program is one with a bug that shows in some schedules, and a correct twin.
type Program struct {
	Name    string
	Family  string   // programs that differ in size, or in the variant of one algorithm
	Bug     string   // what is wrong
	Shows   Symptom  // how the bug shows
	Source  string   // where the program or its bug is described
	Threads int      // goroutines, with the one that calls Run
	Run     func(TB) // with the bug
	Fixed   func(TB) // without it

	// Within is a number of executions in which the random walk, PCT of depth 2 and PCT of depth 3, in turn, find the bug all
	// but certainly. It is 0 where that takes too long; then it has been seen in a schedule made for it.
	Within int

	// Published says how many schedules other tools needed with the program of this name, by strategy.
	Published map[string]Figure

	Measured
}

// Measured is what has been counted of a program with its bug. It is the zero value if nothing has.
type Measured struct {
	Ops     int            // scheduling points of the execution without preemption
	Median  map[string]int // executions to the first failure, by strategy; 0 if there mostly was none in SearchLimit
	Failing Failing
}

// SearchLimit is how many executions a search may take that counts for a median.
const SearchLimit = 10_000

// Failing says how likely a program is to fail.
type Failing struct {
	Schedules  string // how many there are; "" if they have not been counted
	Failing    string // how many of them fail
	Random     string // probability that a random walk fails, as big.Rat reads it; "" if it has not been computed
	Executions int    // that it took to count
	By         string // how the numbers were found, or why not all are there
}

// Known reports whether the schedules have been counted.
func (f Failing) Known() bool { return f.Schedules != "" }

// A Symptom is how a bug shows.
type Symptom string

// The symptoms.
const (
	Assertion Symptom = "assertion" // Errorf or Fatalf
	Deadlock  Symptom = "deadlock"
	Panic     Symptom = "panic"
)

// A Figure is a published mean of schedules until the first failure, over 20 trials of at most 10,000 schedules. Trials
// that found nothing are not part of the mean.
type Figure struct {
	Mean  int // 0 if no trial found the bug
	Found int // trials
}

func (f Figure) String() string {
	switch {
	case f.Found == 0:
		return "none"
	case f.Found < 20:
		return fmt.Sprintf("%d (%d)", f.Mean, f.Found)
	}
	return fmt.Sprint(f.Mean)
}
