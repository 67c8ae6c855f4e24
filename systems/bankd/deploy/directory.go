package deploy

import (
	"context"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// directory is where clients ask for head and tail, and others for all servers. It hears of both what the master tells its
// clients and its detector.
type directory struct {
	leases  ravel.ID
	ends    *chainrep.HeadTail // nil: the chain has not begun
	members Members
}

// Members are the servers of a chain.
type Members struct {
	Servers []chainrep.NodeID // from head to tail
	Joining []chainrep.NodeID // about to become part of it
}

// What the directory is asked.
type (
	where struct{ From ravel.ID } // head and tail: chainrep.HeadTail, if there is a chain
	who   struct{ From ravel.ID } // Members
)

var directoryMachine = ravel.Define[directory]("Directory", ravel.Start("Answering",
	ravel.On(func(d *directory, _ *ravel.Context, m chainrep.HeadTail) { d.ends = &m }),
	ravel.On(func(d *directory, c *ravel.Context, m chainrep.FaultCorrected) {
		d.members = Members{Servers: m.Servers}
		c.Send(d.leases, m)
	}),
	ravel.On(func(d *directory, c *ravel.Context, m chainrep.Expected) {
		d.members.Joining = m.Servers
		c.Send(d.leases, m)
	}),
	ravel.On(func(d *directory, c *ravel.Context, w where) {
		if d.ends != nil {
			c.Send(w.From, *d.ends)
		}
	}),
	ravel.On(func(d *directory, c *ravel.Context, w who) { c.Send(w.From, d.members) })))

// Members returns the servers of a chain, as they were when it was whole last; none before it has begun. The error is
// ErrUnknown if ctx ends before the master has answered.
func (c *Clients) Members(ctx context.Context, chain Chain) (Members, error) {
	chain, err := chain.checked()
	if err != nil {
		return Members{}, err
	}
	_, name := c.newName()
	id, err := c.system.Create(inquirerMachine.New(&inquirer{directory: c.find(string(chain.directory()))}).Named(name))
	if err != nil {
		return Members{}, err
	}
	return ask[Members](ctx, c.Process, id, func(from ravel.ID) any { return who{from} })
}

// inquirer asks one question.
type inquirer struct{ directory, from ravel.ID }

var inquirerMachine = ravel.Define[inquirer]("Inquirer", ravel.Start("Asking",
	ravel.Entry(func(_ *inquirer, c *ravel.Context) { c.Every(askAgainAfter, nudge{}) }),
	ravel.On(func(i *inquirer, c *ravel.Context, w who) {
		i.from = w.From
		c.Send(i.directory, who{c.Self()})
	}),
	ravel.On(func(i *inquirer, c *ravel.Context, _ nudge) { c.Send(i.directory, who{c.Self()}) }),
	ravel.On(func(_ *inquirer, c *ravel.Context, _ giveUp) { leave(c) }),
	ravel.On(func(i *inquirer, c *ravel.Context, m Members) {
		c.Send(i.from, m)
		c.Halt()
	})))
