package commit

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/timer"
)

// The machines of a Coordinator. What a state does not declare cannot happen, and is a failure if it does.
var (
	CoordinatorMachine = define(ravel.Defer[WriteReq](), ravel.Defer[ReadReq]())
	noDeferMachine     = define() // the seeded defect NoDefer
)

// define makes the table of the coordinator; busy is what it does while it reads with the requests of clients.
func define(busy ...ravel.Clause) *ravel.Definition[Coordinator] {
	return ravel.Define[Coordinator]("Coordinator",
		ravel.Start(starting,
			ravel.Entry((*Coordinator).start),
		),
		ravel.In(idle,
			ravel.On((*Coordinator).write),
			ravel.On((*Coordinator).read),
			ravel.Ignore[Vote](),
			ravel.Ignore[timer.CancelOK](),
			ravel.On((*Coordinator).lateRead),
			ravel.Ignore[DecAck](),
		),
		ravel.In(reading, append(busy,
			ravel.Ignore[Vote](),
			ravel.On((*Coordinator).askAgain),
			ravel.Ignore[timer.CancelOK](),
			ravel.On((*Coordinator).gotRead),
			ravel.Ignore[DecAck](),
		)...),
		ravel.In(voting,
			ravel.Defer[WriteReq](),
			ravel.Defer[ReadReq](),
			ravel.On((*Coordinator).vote),
			ravel.On((*Coordinator).voteTimeout),
			ravel.On((*Coordinator).lateRead),
			ravel.Ignore[DecAck](),
		),
		ravel.In(flushing,
			ravel.Defer[WriteReq](),
			ravel.Defer[ReadReq](),
			ravel.Ignore[Vote](),
			ravel.On((*Coordinator).fired),
			ravel.On((*Coordinator).cancelled),
			ravel.Goto[timer.CancelFail](waitTimeout),
			ravel.On((*Coordinator).lateRead),
			ravel.On((*Coordinator).acknowledged),
		),
		ravel.In(waitTimeout,
			ravel.Defer[WriteReq](),
			ravel.Defer[ReadReq](),
			ravel.Ignore[Vote](),
			ravel.On((*Coordinator).fired),
			ravel.On((*Coordinator).lateRead),
			ravel.On((*Coordinator).acknowledged),
		),
		ravel.In(awaitAcks,
			ravel.Defer[WriteReq](),
			ravel.Defer[ReadReq](),
			ravel.Ignore[Vote](),
			ravel.On((*Coordinator).tellAgain),
			ravel.Ignore[timer.CancelOK](),
			ravel.Ignore[timer.CancelFail](),
			ravel.On((*Coordinator).lateRead),
			ravel.On((*Coordinator).acknowledgedLate),
		),
	)
}

// New returns the machine of a coordinator.
func (k *Coordinator) New() ravel.Machine {
	if k.Bugs.Has(NoDefer) {
		return noDeferMachine.New(k)
	}
	return CoordinatorMachine.New(k)
}
