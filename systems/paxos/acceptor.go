package paxos

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Acceptor is a thin machine around a real acceptor.
type Acceptor struct {
	id       synod.NodeID
	bugs     synod.Bugs
	wire     rig.Wire
	learners []ravel.ID // who is told of votes
	again    bool       // it restarts
	durable  durable

	real   *synod.Acceptor
	answer ravel.ID // where answers go, while a message is handled
}

// AcceptorMachine is the machine of an Acceptor.
var AcceptorMachine = ravel.Define[Acceptor]("Acceptor",
	ravel.Start("Voting",
		ravel.Entry((*Acceptor).start),
		ravel.On((*Acceptor).message)))

func (a *Acceptor) start(c *ravel.Context) {
	if a.again {
		c.Sometimes(true, isBack)
	}
	store, err := openStore(c, a.id, a.durable)
	c.Assert(err == nil, "the acceptor does not start: %v", err)
	real, err := synod.OpenAcceptor(a.id, store, answers{c, a}, a.bugs)
	c.Assert(err == nil, "the acceptor does not start: %v", err)
	a.real = real
}

func (a *Acceptor) message(c *ravel.Context, in ToAcceptor) {
	a.answer = in.Answer
	err := a.real.Handle(in.From, in.Msg)
	a.answer = ravel.ID{}
	c.Assert(err == nil, "%v", err)
}

// answers is the network of an acceptor: what it sends answers the message that it
// handles. Learners hear of its votes as well.
type answers struct {
	c *ravel.Context
	a *Acceptor
}

func (n answers) Send(_ synod.NodeID, m synod.Message) {
	n.a.wire.Send(n.c, n.a.answer, ToProposer{m})
	if vote, ok := m.(synod.Accepted); ok {
		for _, id := range n.a.learners {
			n.a.wire.Send(n.c, id, ToLearner{vote})
		}
	}
}
