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
	disk Store `ravel:"-"` // nil: it does not come back when it fails
	book *book `ravel:"-"` // never changes
}

// MasterMachine is the machine of a Master.
var MasterMachine = ravel.Define[Master]("Master",
	ravel.Start("Running", ravel.Entry((*Master).start), ravel.On((*Master).again), ravel.On((*Master).handle)))

// Again tells a master to ask again for what may have been lost.
type Again struct{}

// Store keeps what a master must remember. It is durable when SaveMaster returns.
type Store interface {
	SaveMaster(chainrep.MasterImage) error
}

func (m *Master) start(c *ravel.Context) {
	if m.many {
		c.Sometimes(false, interrupted)
	}
	m.do(c, m.real.Start(), chainrep.MasterImage{})
}

func (m *Master) handle(c *ravel.Context, event any) {
	servers, state, image := m.real.Servers(), m.real.State(), m.image()
	if _, ok := event.(chainrep.FaultDetected); ok && m.many && state > chainrep.Stable {
		c.Sometimes(true, interrupted)
	}
	out, err := m.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	m.tell(c, servers, state)
	for _, s := range m.real.Servers() {
		if !slices.Contains(servers, s) {
			c.Sometimes(true, joined)
			c.Notify(Joined{s, m.real.Servers()})
		}
	}
	m.do(c, out, image)
}

// again asks again for what may have been lost.
func (m *Master) again(c *ravel.Context, _ Again) {
	servers, state, image := m.real.Servers(), m.real.State(), m.image()
	out := m.real.Again()
	m.tell(c, servers, state)
	m.do(c, out, image)
}

// tell tells the monitors what has changed.
func (m *Master) tell(c *ravel.Context, servers []chainrep.NodeID, state chainrep.MasterState) {
	if now := m.real.Servers(); m.real.State() != state || !slices.Equal(now, servers) {
		c.Notify(Members{now, m.real.State()})
	}
}

// do stores what the master must remember, if that has changed, and sends.
func (m *Master) do(c *ravel.Context, out []chainrep.Envelope, before chainrep.MasterImage) {
	if now := m.image(); m.disk != nil && !now.Equal(before) {
		err := m.disk.SaveMaster(now)
		c.Assert(err == nil, "the master's state cannot be stored: %v", err)
	}
	m.book.post(c, masterID, out)
}

func (m *Master) image() chainrep.MasterImage {
	if m.disk == nil {
		return chainrep.MasterImage{}
	}
	return m.real.Image()
}
