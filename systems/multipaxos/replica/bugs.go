package replica

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs is a set of seeded defects. The zero value has none.
type Bugs uint32

// The seeded defects.
const (
	// MultiPaxos1 expects no Reject once its slot is chosen and it proposes nothing
	// else: one of an acceptor that was not needed is an error.
	MultiPaxos1 Bugs = 1 << iota

	// MultiPaxos2 lets an acceptor forget what it has accepted in a slot when it
	// promises, as synod.Paxos2 does.
	MultiPaxos2

	// MultiPaxos3 goes on in the next slot under the ballot that was promised for the
	// last one, without phase 1. What others have accepted there is overwritten.
	MultiPaxos3

	// ApplyTwice proposes what is submitted again although it is applied already, and
	// applies it in each slot that has it. It is not in the list of bugs to hunt, but
	// shows that the specification notices.
	ApplyTwice

	// AnswerEarly lets a leader apply and answer a command as soon as one acceptor, which
	// is its own, has accepted it. If the next leader never hears of that, what was
	// answered is not in the log.
	AnswerEarly

	allBugs = 1<<iota - 1
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }

// Check reports bits that are no bugs.
func (b Bugs) Check() error { return bugset.Check(b, allBugs) }
