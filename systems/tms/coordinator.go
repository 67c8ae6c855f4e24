package tms

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Coordinator is a thin machine around the real coordinator.
type Coordinator struct {
	real   *bank.Coordinator
	values bool  // it tells what it submits
	disk   Store // nil: it does not come back when it fails
	book   *book `ravel:"-"` // never changes
}

// Store keeps what a coordinator must remember. What was saved is durable before anything is sent that the handler sends
// later.
type Store interface {
	Load(*ravel.Context) (bank.Image, error) // the zero Image if nothing was saved
	Save(*ravel.Context, bank.Image) error
}

// CoordinatorMachine is the machine of a Coordinator.
var CoordinatorMachine = ravel.Define[Coordinator]("Coordinator",
	ravel.Start("Running",
		ravel.Entry((*Coordinator).start),
		ravel.On((*Coordinator).request),
		ravel.On((*Coordinator).again),
		ravel.On((*Coordinator).leaderUpdated),
		ravel.On((*Coordinator).answer)))

// start restores the coordinator that has failed, if there was one.
func (k *Coordinator) start(c *ravel.Context) {
	if k.disk == nil {
		return
	}
	image, err := k.disk.Load(c)
	c.Assert(err == nil, "the coordinator's state cannot be read: %v", err)
	err = k.real.Restore(image)
	c.Assert(err == nil, "%v", err)
	c.Sometimes(k.real.Phase() != bank.Idle, isInDoubt)
}

// again submits again what is under way, as answers may have been lost.
func (k *Coordinator) again(c *ravel.Context, _ chain.Again) { k.do(c, k.real.Again(), nil) }

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
	if k.disk != nil && out.Promises {
		err := k.disk.Save(c, k.real.Image())
		c.Assert(err == nil, "the coordinator's state cannot be stored: %v", err)
	}
	for _, s := range out.Submits {
		if k.values {
			c.Notify(agreement.Submitted(value(s.Command)))
		}
		c.Send(k.book.machine(s.To), Submit{s.To, s.Command})
	}
	for _, r := range out.Replies {
		c.Send(k.book.toClient(r.Client), r)
	}
}

// Submit is an operation that arrives at a replica. To is whom the coordinator takes for the leader.
type Submit struct {
	To      string
	Command rsm.Command
}

func (m Submit) String() string { return m.Command.String() }

func value(c rsm.Command) synod.Value { return synod.Value(c.Encode()) }
