package paxos

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Proposer is a thin machine around a real proposer. It proposes one value as soon
// as it starts.
type Proposer struct {
	config    synod.Config
	value     synod.Value
	acceptors []ravel.ID // in the order of config.Acceptors
	wire      rig.Wire

	real   *synod.Proposer
	alarm  *rig.Alarm
	issued synod.Ballot // the last one that the monitors have heard of
}

// ProposerMachine is the machine of a Proposer.
var ProposerMachine = ravel.Define[Proposer]("Proposer",
	ravel.Start("Proposing",
		ravel.Entry((*Proposer).start),
		ravel.On((*Proposer).message),
		ravel.On((*Proposer).timeout)))

func (p *Proposer) start(c *ravel.Context) {
	p.alarm = rig.NewAlarm(c, retryAfter, Timeout{})
	real, err := synod.NewProposer(p.config, requests{c, p}, p.alarm)
	c.Assert(err == nil, "the proposer does not start: %v", err)
	p.real = real
	p.real.Propose(p.value)
}

func (p *Proposer) message(c *ravel.Context, in ToProposer) {
	before, ballot := p.real.Phase(), p.real.Ballot()
	p.real.Handle(in.Msg)
	if p.real.Ballot() != ballot {
		c.Sometimes(true, isOutbid)
	}
	if v, ok := p.real.Chosen(); ok && before != synod.Done {
		c.Notify(Decided{By: p.config.ID, Value: v})
		c.Notify(progress{}.Answered(p.config.ID))
	}
}

func (p *Proposer) timeout(c *ravel.Context, _ Timeout) {
	ballot := p.real.Ballot()
	p.alarm.Fired()
	p.real.Timeout()
	if p.real.Ballot() != ballot {
		c.Sometimes(true, isLate)
	}
}

// requests is the network of a proposer. Before a proposal is sent to anybody the
// monitors hear of it.
type requests struct {
	c *ravel.Context
	p *Proposer
}

func (n requests) Send(to synod.NodeID, m synod.Message) {
	if accept, ok := m.(synod.Accept); ok && accept.Proposal.Ballot != n.p.issued {
		n.p.issued = accept.Proposal.Ballot
		n.c.Notify(Issued{Ballot: accept.Proposal.Ballot, Value: accept.Proposal.Value})
	}
	for i, id := range n.p.config.Acceptors {
		if id == to {
			n.p.wire.Send(n.c, n.p.acceptors[i], ToAcceptor{n.p.config.ID, n.c.Self(), m})
		}
	}
}

// Timeout tells a proposer that it has waited for long.
type Timeout struct{}

// retryAfter is how long a proposer waits for answers.
const retryAfter = time.Second
