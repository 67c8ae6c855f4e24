package txn

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs are seeded defects, a bit each. They are there to show that the tests find them.
type Bugs uint8

const (
	// Unsynced answers before the log is synced: what was promised does not outlive a crash.
	Unsynced Bugs = 1 << iota
	// Unapplied logs a commit and does not write the value: it is there when the log has been read again.
	Unapplied
	numBugs = iota
)

var bugNames = [numBugs]string{"Unsynced", "Unapplied"}

// Has reports whether all of the given defects are seeded.
func (b Bugs) Has(other Bugs) bool { return b&other == other }

// String names the defects.
func (b Bugs) String() string { return bugset.String(b, bugNames[:]) }

func (b Bugs) check() error { return bugset.Check(b, 1<<numBugs-1) }
