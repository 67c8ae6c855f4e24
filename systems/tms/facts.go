package tms

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// What the monitors of this package hear.
type (
	// Answered says that a replica is about to answer an operation: the leader, or the tail of a chain.
	Answered struct {
		Group  string
		By     string // the replica
		Client string // and OpID name the operation
		OpID   uint64
		Result bank.Result
	}
	// Began says that the client asks for a transfer.
	Began struct{ Num uint64 }
	// Ended says what is in the client's books when it is told what has become of the transfer.
	Ended struct{ Books []int64 }
	// Audited says which balances the client was told.
	Audited struct{ Balances []int64 }
)

func (e Answered) String() string {
	return fmt.Sprintf("%s answers %s/%d: %v", e.By, e.Client, e.OpID, e.Result)
}

func (e Began) String() string   { return fmt.Sprintf("transfer %d begins", e.Num) }
func (e Ended) String() string   { return fmt.Sprintf("the books say %d", e.Books) }
func (e Audited) String() string { return fmt.Sprintf("the status says %d", e.Balances) }

// slot is a position in the log of a group.
type slot struct {
	Group string
	Slot  replica.Slot
}

func (s slot) String() string { return fmt.Sprintf("%d of %s", s.Slot, s.Group) }

// The specifications that are not peculiar to transactions on replicated groups.
var (
	// atomicity is among groups.
	atomicity = spec.Atomicity[txn.Tx, string]{Participants: groupNames()}

	// progress is of the client's requests.
	progress = spec.Progress[uint64]{Once: true}

	// agreement is of the nodes of a group, on each slot of its log.
	agreement spec.Agreement[slot, synod.NodeID, synod.Value]
)

// histories are the monitors of the chains: update propagation and in process, of neighbours.
var histories = func() (all []*ravel.MonitorDefinition[chain.Histories]) {
	for _, g := range groupNames() {
		all = append(all, chain.DefineHistoryMonitor("HistoryMonitor of "+g))
	}
	return all
}()

// watch registers the monitors: those of the transactions, and those of the back-end.
func watch(t *check.T, o Options) {
	t.Monitor(atomicity.Monitor())
	t.Monitor(progress.Monitor())
	t.Monitor(ConservationMonitor.New(newBooks()))
	t.Monitor(LinearityMonitor.New(newPlaces()))
	switch o.Backend {
	case Chain:
		for i, g := range groupNames() {
			t.Monitor(histories[i].New(chain.NewHistories(serverNames(g, o.Replicas))))
		}
	case Paxos:
		t.Monitor(agreement.Monitor())
	}
}

// answer sends a group's response to the coordinator, and tells the monitors before. A group that votes no has aborted.
func answer(c *ravel.Context, b *book, group int, by string, r rsm.Response) {
	result, err := bank.DecodeResult(r.Result)
	c.Assert(err == nil, "%v", err)
	name := groupName(group)
	c.Notify(Answered{name, by, r.Client, r.OpID, result})
	switch result.Kind {
	case bank.Prepare:
		c.Notify(atomicity.Voted(result.Tx, name, result.Yes))
		if !result.Yes {
			c.Notify(atomicity.Decided(result.Tx, name, false))
		}
	case bank.Commit, bank.Abort:
		c.Notify(atomicity.Decided(result.Tx, name, result.Kind == bank.Commit))
	}
	c.Send(b.toCoordinator(), bank.Answer{Group: group, Response: r})
}

// What happens in some execution, or the test says little.
const (
	isCommitted = "a transfer is committed"
	isAborted   = "a transfer is aborted"
	isSentAgain = "an operation is submitted to another leader"
	isRepeated  = "an answer is given again"
	isLost      = "an operation is lost"
	fails       = "a server fails"
	joins       = "a server has joined"
	isInDoubt   = "the coordinator comes back in the middle of a request"
)

// announce says what should happen, so that a run in which it never does says so.
func announce(t *check.T, o Options) {
	for _, e := range []struct {
		may  bool
		what string
	}{
		{o.Transfers > 0, isCommitted},
		{o.Transfers > 1, isAborted},
		{o.Changes > 0 || o.Failures > 0, isSentAgain},
		{o.Repeats > 0, isRepeated},
		{o.Backend == Linear && o.Changes > 0, isLost},
		{o.Failures > 0, fails},
		{o.Joins > 0, joins},
		{o.Restarts > 0, isInDoubt},
	} {
		if e.may {
			t.Sometimes(false, e.what)
		}
	}
}
