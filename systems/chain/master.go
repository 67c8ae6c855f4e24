package chain

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Master is a thin machine around the real master.
type Master struct {
	real *chainrep.Master
	many bool  // servers may fail or be suspected
	book *book `ravel:"-"` // never changes
}

// MasterMachine is the machine of a Master.
var MasterMachine = ravel.Define[Master]("Master",
	ravel.Start("Running", ravel.Entry((*Master).start), ravel.On((*Master).handle)))

func (m *Master) start(c *ravel.Context) {
	if m.many {
		c.Sometimes(false, interrupted)
	}
	m.book.post(c, masterID, m.real.Start())
}

func (m *Master) handle(c *ravel.Context, event any) {
	servers, state := m.real.Servers(), m.real.State()
	if _, ok := event.(chainrep.FaultDetected); ok && m.many && state > chainrep.Stable {
		c.Sometimes(true, interrupted)
	}
	out, err := m.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	if now := m.real.Servers(); m.real.State() != state || !slices.Equal(now, servers) {
		c.Notify(Members{now, m.real.State()})
	}
	m.book.post(c, masterID, out)
}
