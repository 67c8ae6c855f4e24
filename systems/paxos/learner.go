package paxos

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Learner is a thin machine around a real learner.
type Learner struct {
	id        synod.NodeID
	acceptors []synod.NodeID

	real *synod.Learner
}

// LearnerMachine is the machine of a Learner.
var LearnerMachine = ravel.Define[Learner]("Learner",
	ravel.Start("Learning",
		ravel.Entry((*Learner).start),
		ravel.On((*Learner).message)))

func (l *Learner) start(*ravel.Context) { l.real = synod.NewLearner(l.acceptors) }

func (l *Learner) message(c *ravel.Context, in ToLearner) {
	if l.real.Handle(in.Msg) {
		v, _ := l.real.Chosen()
		c.Notify(Decided{By: l.id, Value: v})
	}
}
