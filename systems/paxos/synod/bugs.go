package synod

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs is a set of seeded defects, each a mistake that the correct protocol avoids
// by a line or two. They exist so that tests can show that they are found. The
// zero value has none.
type Bugs uint32

// The seeded defects.
const (
	// Paxos1 counts the promises that a proposer gets, whatever their ballot and
	// whoever sent them, and keeps the count when the timer of phase 1 fires. One
	// acceptor that answers twice is taken for two.
	Paxos1 Bugs = 1 << iota

	// Paxos2 lets an acceptor forget what it has accepted when it promises. Its
	// first promise still tells the proposal, a second one does not.
	Paxos2

	// Paxos3 makes a promise without a write to the store. After a crash the
	// acceptor accepts what it has promised not to.
	Paxos3

	allBugs = 1<<iota - 1
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }

// Check reports bits that are no bugs.
func (b Bugs) Check() error { return bugset.Check(b, allBugs) }
