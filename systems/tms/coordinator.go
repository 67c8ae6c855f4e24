package tms

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Coordinator is a thin machine around the real coordinator.
type Coordinator struct {
	real   *bank.Coordinator
	values bool  // it tells what it submits
	book   *book `ravel:"-"` // never changes
}

// CoordinatorMachine is the machine of a Coordinator.
var CoordinatorMachine = ravel.Define[Coordinator]("Coordinator",
	ravel.Start("Running",
		ravel.On((*Coordinator).request),
		ravel.On((*Coordinator).leaderUpdated),
		ravel.On((*Coordinator).answer)))

func (k *Coordinator) request(c *ravel.Context, r bank.Request) {
	out, err := k.real.Request(r)
	k.do(c, out, err)
}

func (k *Coordinator) leaderUpdated(c *ravel.Context, l bank.LeaderUpdated) {
	out, err := k.real.LeaderUpdated(l)
	if l.View > 1 && len(out.Submits) > 0 {
		c.Sometimes(true, isSentAgain)
	}
	k.do(c, out, err)
}

func (k *Coordinator) answer(c *ravel.Context, a bank.Answer) {
	out, err := k.real.Answer(a)
	k.do(c, out, err)
}

func (k *Coordinator) do(c *ravel.Context, out bank.Output, err error) {
	c.Assert(err == nil, "%v", err)
	for _, s := range out.Submits {
		if k.values {
			c.Notify(agreement.Submitted(value(s.Command)))
		}
		c.Send(k.book.machines[s.To], Submit{s.To, s.Command})
	}
	for _, r := range out.Replies {
		c.Send(k.book.client, r)
	}
}

// Submit is an operation that arrives at a replica. To is whom the coordinator takes for the leader.
type Submit struct {
	To      string
	Command rsm.Command
}

func (m Submit) String() string { return m.Command.String() }

func value(c rsm.Command) synod.Value { return synod.Value(c.Encode()) }
