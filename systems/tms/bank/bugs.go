package bank

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs are seeded defects, a bit each. The zero value has none.
type Bugs uint8

// The seeded defects. TMS_2 and TMS_3 are those of groups that are not what the coordinator takes them for.
const (
	// TMS1 lets a coordinator that waits for votes expect nothing else, and the news of a leader is something else.
	TMS1 Bugs = 1 << iota

	// TMS4 numbers the operations from 1 again with a new leader, unless one is under way, and tells answers apart by
	// their numbers alone.
	TMS4

	// The rest are not bugs that anybody makes. They show that a specification can be violated.

	// NoRetry does not submit again what is under way when the leader changes.
	NoRetry
	// SplitDecision tells the last one to abort what the others commit.
	SplitDecision
	// KeepChange puts one less into an account than was taken from the other one.
	KeepChange

	numBugs = iota
)

var bugNames = [numBugs]string{"TMS1", "TMS4", "NoRetry", "SplitDecision", "KeepChange"}

// Has reports whether all of the given defects are seeded.
func (b Bugs) Has(other Bugs) bool { return b&other == other }

// String names the defects.
func (b Bugs) String() string { return bugset.String(b, bugNames[:]) }

// Check returns an error if there are bits that name no defect.
func (b Bugs) Check() error { return bugset.Check(b, 1<<numBugs-1) }
