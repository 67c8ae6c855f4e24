package commit

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs are the seeded defects of the coordinator, a bit each. The zero value is the correct coordinator.
type Bugs uint8

const (
	// NoDefer (2pc_1): while the coordinator waits for a participant's read it does not defer the requests of clients.
	NoDefer Bugs = 1 << iota
	// StaleCount (2pc_2): the count of votes that are missing is not set back when a transaction is aborted.
	StaleCount
	// StaleVotes (2pc_3): votes are counted for the present transaction, whatever transaction they are for.
	StaleVotes
	// AbortLate (2pc_4): a timeout while acknowledgements are missing is handled as one while votes are missing. Who has
	// not acknowledged yet is told to abort, whatever was decided.
	AbortLate

	// TellOnce is none of the case study's: decisions are not sent again. It shows what the monitor of progress is for.
	TellOnce
	numBugs = iota
)

var bugNames = [numBugs]string{"NoDefer", "StaleCount", "StaleVotes", "AbortLate", "TellOnce"}

// Has reports whether all of the given defects are seeded.
func (b Bugs) Has(other Bugs) bool { return b&other == other }

// String names the defects.
func (b Bugs) String() string { return bugset.String(b, bugNames[:]) }

// Check returns an error if there are bits that name no defect.
func (b Bugs) Check() error { return bugset.Check(b, 1<<numBugs-1) }
