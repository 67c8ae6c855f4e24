package vnext

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Manager is a thin machine around the real extent manager. It translates events
// into calls and decides nothing.
type Manager struct {
	config     extmgr.Config
	driver     ravel.ID
	invariants bool

	real   *extmgr.Manager
	clock  *clock
	belief belief `ravel:"-"` // only says for the trace what real believes
}

// ManagerMachine is the machine of a Manager.
var ManagerMachine = ravel.Define[Manager]("ExtMgr",
	ravel.Start("Running",
		ravel.Entry((*Manager).start),
		ravel.On((*Manager).message),
		ravel.On((*Manager).tick)))

// Tick is due work of the manager.
type Tick struct{ Event extmgr.InternalEvent }

func (t Tick) String() string { return t.Event.String() }

func (m *Manager) start(c *ravel.Context) {
	m.clock = &clock{now: c.Now()}
	m.config.Yielder = interleaved(c, m)
	real, err := extmgr.New(m.config, network{c, m.driver, string(m.config.Self)}, m.clock, nil, logger{c})
	c.Assert(err == nil, "the manager does not start: %v", err)
	m.real = real
	m.belief.of = real
	c.Every(m.config.HeartbeatEvery, Tick{extmgr.ExpirationTick})
	c.Every(m.config.RepairEvery, Tick{extmgr.RepairTick})
}

func (m *Manager) message(c *ravel.Context, in FromNode) {
	m.process(c, in)
	m.look(c)
}

func (m *Manager) process(c *ravel.Context, in FromNode) {
	m.real.ProcessMessage(in.Msg)
	if taken, ok := takenOf(in.Msg); ok {
		c.Send(in.Node, taken)
	}
}

func (m *Manager) tick(c *ravel.Context, t Tick) {
	if t.Event == extmgr.ExpirationTick {
		m.clock.now = m.clock.now.Add(m.config.HeartbeatEvery)
	}
	m.real.ProcessEvent(t.Event)
	m.look(c)
}

// look shows what the manager believes now, and checks it if that is wanted.
func (m *Manager) look(c *ravel.Context) {
	c.Logf("%v", &m.belief)
	if m.invariants {
		err := m.real.Snapshot().Check()
		c.Assert(err == nil, "the manager breaks its invariant %v", err)
	}
}

// network is the NetworkEngine of the test: every message goes to the driver.
type network struct {
	c      *ravel.Context
	driver ravel.ID
	at     string // address of the sender
}

func (n network) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	n.c.Send(n.driver, Envelope{n.at, to, m})
	return nil
}

// clock is logical: the machine that owns it sets it.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }
