package ledger

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs is a set of seeded defects, each a mistake that the correct ledger avoids by a line or two. They exist so that tests can
// show that they are found. The zero value has none.
type Bugs uint16

// The seeded defects.
const (
	// F1 applies a request on the primary before it is committed. Others read what may be lost with the primary, and what
	// Replicate has refused counts as done.
	F1 Bugs = 1 << iota

	// F2 leaves the sessions out of snapshots. A replica that was built from one, and is elected, does again what a client
	// tries again.
	F2

	// F3 looks for a request in the sessions before it is replicated, and not when it is applied. Of two attempts that are
	// under way at once both pass.
	F3

	// F4 says of a request in doubt that it has had no effect.
	F4

	// F5 acknowledges an operation on a secondary before it is applied, which work in the background does later. What
	// that has not come to when the replica becomes the primary is lost.
	F5

	// F6 answers reads from memory as long as the replica thinks that it is the primary. One that has been replaced and does
	// not know it yet answers with old balances.
	F6

	// F7 pays interest in work of its own, which nobody stops when the replica is the primary no more.
	F7

	// F8 applies nothing on a secondary. A new primary replays what it has in the background, and is open for requests
	// before there is a book.
	F8

	// F9 takes operations back from the log, and leaves them in the book.
	F9

	// F10 has Close, and the loss of the role, wait for the requests under way without telling them to give up. A request
	// that waits until the replica may write again, or has another role, waits for what waits for it.
	F10

	// F11 reads balances while the snapshot is sent, and not when it is taken. What happens meanwhile is in the copy,
	// and comes again as an operation behind it.
	F11

	numBugs = iota
)

var bugNames = []string{"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"}

// All returns the set of all defects.
func All() Bugs { return 1<<numBugs - 1 }

// Check returns an error if b has bits that are no seeded defects.
func (b Bugs) Check() error { return bugset.Check(b, All()) }

// String joins the names of the defects in b.
func (b Bugs) String() string { return bugset.String(b, bugNames) }

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }
