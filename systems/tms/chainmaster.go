package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Master is a thin machine around the master of a chain. It tells the coordinator who the head is, which leads.
type Master struct {
	group int
	real  *chainrep.Master
	book  *book `ravel:"-"` // never changes
}

// MasterMachine is the machine of a Master.
var MasterMachine = ravel.Define[Master]("Master",
	ravel.Start("Running", ravel.Entry((*Master).start), ravel.On((*Master).handle)))

func (m *Master) start(c *ravel.Context) { m.post(c, m.real.Start()) }

func (m *Master) handle(c *ravel.Context, event any) {
	servers := m.real.Servers()
	out, err := m.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	if now := m.real.Servers(); !slices.Equal(now, servers) {
		c.Notify(chain.Members{Servers: now, State: m.real.State()})
	}
	m.post(c, out)
}

func (m *Master) post(c *ravel.Context, messages []chainrep.Envelope) {
	for _, e := range messages {
		if h, ok := e.Message.(chainrep.HeadTail); ok {
			c.Send(m.book.coordinator, bank.LeaderUpdated{Group: m.group, Leader: string(h.Head), View: 1 + h.Epoch})
			continue
		}
		c.Send(m.book.machines[string(e.To)], e.Message)
	}
}

// Detector is a thin machine around the failure detector of a chain, which waits for the word that a server is dead.
type Detector struct {
	real *chainrep.Detector
	book *book `ravel:"-"` // never changes
}

// DetectorMachine is the machine of a Detector.
var DetectorMachine = ravel.Define[Detector]("Detector",
	ravel.Start("Watching", ravel.On((*Detector).tick), ravel.On((*Detector).handle)))

// Tick is due work of the detector.
type Tick struct{}

func (d *Detector) tick(c *ravel.Context, _ Tick) { d.post(c, d.real.Tick()) }

func (d *Detector) handle(c *ravel.Context, event any) {
	out, err := d.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	d.post(c, out)
}

func (d *Detector) post(c *ravel.Context, out chainrep.DetectorOutput) {
	for _, e := range out.Messages {
		c.Send(d.book.machines[string(e.To)], e.Message)
	}
}
