package paxos

import (
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Decree is the one instance of consensus that there is.
type Decree struct{}

func (Decree) String() string { return "the decree" }

// What the monitors hear: that a value is there to be proposed, that a proposal is
// issued under a ballot, that an acceptor has made its vote durable, and that
// somebody has learned the value.
type (
	Proposed = spec.Proposed[Decree, synod.Value]
	Issued   = spec.Issued[Decree, synod.Ballot, synod.Value]
	Voted    = spec.Accepted[Decree, synod.Ballot, synod.NodeID, synod.Value]
	Decided  = spec.Chosen[Decree, synod.NodeID, synod.Value]
)

// consensus is the safety of the protocol: Agreement, P2b and Validity.
type consensus = spec.Consensus[Decree, synod.Ballot, synod.NodeID, synod.Value]

// progress is its liveness: a proposer that does not give up learns the value.
type progress = spec.Progress[synod.NodeID]

// watch registers the monitors.
func watch(t *check.T, o Options) {
	t.Monitor(consensus{Acceptors: o.Acceptors, Compare: synod.Ballot.Compare}.Monitor())
	t.Monitor(progress{}.Monitor())
	for i := range o.Proposers {
		if o.mutant != unsaid {
			t.Notify(Proposed{Value: value(i)})
		}
	}
	t.Notify(progress{}.Asked(proposerID(0)))
}

// What happens in some execution, or the test says little.
const (
	isOutbid = "a proposer starts a round because it was outbid"
	isLate   = "a proposer starts a round because it has waited for long"
	isBack   = "an acceptor restarts"
)

// announce says what should happen, so that a run in which it never does says so.
func announce(t *check.T, o Options) {
	for _, e := range []struct {
		may  bool
		what string
	}{
		{o.Proposers > 1, isOutbid},
		{o.Timeouts > 0, isLate},
		{o.Restarts > 0, isBack},
	} {
		if e.may {
			t.Sometimes(false, e.what)
		}
	}
}
