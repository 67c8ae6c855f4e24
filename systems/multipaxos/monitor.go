package multipaxos

import (
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// What the monitors hear of the consensus on a slot.
type (
	Submitted = spec.Submitted[synod.Value]                                           // a client has a command
	Issued    = spec.Issued[replica.Slot, synod.Ballot, synod.Value]                  // somebody proposes it under a ballot
	Voted     = spec.Accepted[replica.Slot, synod.Ballot, synod.NodeID, synod.Value]  // an acceptor's vote is durable
	Learned   = spec.Chosen[replica.Slot, synod.NodeID, synod.Value]                  // a node knows the value
	consensus = spec.Consensus[replica.Slot, synod.Ballot, synod.NodeID, synod.Value] // Agreement, P2b and Validity
)

// What they hear of the commands that nodes apply, and of what clients wait for.
type (
	Applied      = spec.Appended[synod.NodeID, rsm.Command]
	Truncated    = spec.Truncated[synod.NodeID] // a node has restarted
	logPrefix    = spec.LogPrefix[synod.NodeID, rsm.Command]
	noDuplicates = spec.NoDuplicates[synod.NodeID, rsm.Command]
	Asked        = spec.Asked[rsm.Command]
	Answered     = spec.Answered[rsm.Command]
	progress     = spec.Progress[rsm.Command]
)

func value(c rsm.Command) synod.Value { return synod.Value(c.Encode()) }

// watch registers the monitors.
func watch(t *check.T, o Options) {
	if o.mutant != unwatched {
		t.Monitor(consensus{Acceptors: o.Nodes, Compare: synod.Ballot.Compare}.Monitor())
	}
	t.Monitor(logPrefix{}.Monitor())
	t.Monitor(noDuplicates{Name: "NoDupApply"}.Monitor())
	t.Monitor(progress{}.Monitor())
}

// What happens in some execution, or the test says little.
const (
	isSuspected  = "a leader is suspected"
	isDeposed    = "a leader is deposed in the middle of a round"
	isAskedAgain = "a client submits a command again"
	isMissing    = "a node asks for what it has missed"
	isBack       = "a node restarts"
)

// announce says what should happen, so that a run in which it never does says so.
func announce(t *check.T, o Options) {
	for _, e := range []struct {
		may  bool
		what string
	}{
		{o.Changes > 0 && o.Nodes > 1, isSuspected},
		{o.Changes > 0 && o.Nodes > 1, isDeposed},
		{o.Timeouts > 0 || o.Crashes > 0, isAskedAgain},
		{o.Losses > 0, isMissing},
		{o.Restarts > 0, isBack},
	} {
		if e.may {
			t.Sometimes(false, e.what)
		}
	}
}
