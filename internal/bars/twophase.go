package bars

import (
	"math/bits"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// maxParticipants bounds TwoPhase.
const maxParticipants = 16

// participant is what a resource manager has decided.
type participant uint8

const (
	working participant = iota
	prepared
	committed
	aborted
)

// coordinator is what the transaction manager has decided.
type coordinator uint8

const (
	undecided coordinator = iota
	decidedCommit
	decidedAbort
)

// twoPhase is two-phase commit over a set of messages that are never consumed, after the TLA+ module TwoPhase of Gray and
// Lamport, "Consensus on Transaction Commit", ACM TODS 2006: all participants, the coordinator and the messages are fields
// of one machine, and each of its steps is one action of one of them.
type twoPhase struct {
	n      int
	quorum int // messages that the coordinator reads before it commits: n
	rm     [maxParticipants]participant
	tm     coordinator
	seen   uint16 // participants whose message the coordinator has read

	sent   uint16 // participants that have sent that they are prepared
	commit bool   // has been sent
	abort  bool
}

// action is a move that the protocol allows.
type action struct {
	does move
	rm   int
}

type move uint8

const (
	tmCommit move = iota
	tmAbort
	tmReceivePrepared
	rmPrepare
	rmAbort
	rmReceiveCommit
	rmReceiveAbort
)

// actions appends what may happen now.
func (p *twoPhase) actions(as []action) []action {
	if p.tm == undecided {
		if bits.OnesCount16(p.seen) >= p.quorum {
			as = append(as, action{does: tmCommit})
		}
		as = append(as, action{does: tmAbort})
	}
	for i := range p.n {
		if p.tm == undecided && p.sent>>i&1 == 1 {
			as = append(as, action{tmReceivePrepared, i})
		}
		if p.rm[i] == working {
			as = append(as, action{rmPrepare, i}, action{rmAbort, i})
		}
		if p.commit {
			as = append(as, action{rmReceiveCommit, i})
		}
		if p.abort {
			as = append(as, action{rmReceiveAbort, i})
		}
	}
	return as
}

func (p *twoPhase) do(a action) {
	switch a.does {
	case tmCommit:
		p.tm, p.commit = decidedCommit, true
	case tmAbort:
		p.tm, p.abort = decidedAbort, true
	case tmReceivePrepared:
		p.seen |= 1 << a.rm
	case rmPrepare:
		p.rm[a.rm] = prepared
		p.sent |= 1 << a.rm
	case rmAbort, rmReceiveAbort:
		p.rm[a.rm] = aborted
	case rmReceiveCommit:
		p.rm[a.rm] = committed
	}
}

// step is the handler: whatever may happen next happens.
func (p *twoPhase) step(c *ravel.Context) {
	var room [2 + 4*maxParticipants]action
	as := p.actions(room[:0])
	p.do(as[c.Int(len(as))])
	c.Assert(p.consistent(), "one participant has committed, and another one aborted")
}

// consistent is the specification: no participant commits while another one aborts.
func (p *twoPhase) consistent() bool {
	var has [4]bool
	for _, r := range p.rm[:p.n] {
		has[r] = true
	}
	return !has[committed] || !has[aborted]
}

var twoPhaseMachine = ravel.Define[twoPhase]("TwoPhase",
	ravel.Start("Running", ravel.OnDefault((*twoPhase).step)))

// TwoPhase is the body of a test of two-phase commit among n participants, as one machine.
func TwoPhase(n int) func(*check.T) {
	return func(t *check.T) { t.Create(twoPhaseMachine.New(&twoPhase{n: n, quorum: n})) }
}
