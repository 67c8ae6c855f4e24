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
	disk  chain.Store `ravel:"-"` // nil: it does not come back when it fails
	book  *book       `ravel:"-"` // never changes
}

// MasterMachine is the machine of a Master.
var MasterMachine = ravel.Define[Master]("Master",
	ravel.Start("Running", ravel.Entry((*Master).start), ravel.On((*Master).again), ravel.On((*Master).handle)))

func (m *Master) start(c *ravel.Context) { m.do(c, m.real.Start(), chainrep.MasterImage{}) }

// again asks again for what may have been lost.
func (m *Master) again(c *ravel.Context, _ chain.Again) {
	image := m.image()
	m.do(c, m.real.Again(), image)
}

func (m *Master) handle(c *ravel.Context, event any) {
	servers, image := m.real.Servers(), m.image()
	out, err := m.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	if now := m.real.Servers(); !slices.Equal(now, servers) {
		c.Notify(chain.Members{Servers: now, State: m.real.State()})
		for _, s := range now {
			if !slices.Contains(servers, s) {
				c.Sometimes(true, joins)
				c.Notify(chain.Joined{Server: s, Chain: m.real.Servers()})
			}
		}
	}
	m.do(c, out, image)
}

// do stores what the master must remember, if that has changed, and sends.
func (m *Master) do(c *ravel.Context, out []chainrep.Envelope, before chainrep.MasterImage) {
	if now := m.image(); m.disk != nil && !now.Equal(before) {
		err := m.disk.SaveMaster(now)
		c.Assert(err == nil, "the master's state cannot be stored: %v", err)
	}
	m.post(c, out)
}

func (m *Master) image() chainrep.MasterImage {
	if m.disk == nil {
		return chainrep.MasterImage{}
	}
	return m.real.Image()
}

func (m *Master) post(c *ravel.Context, messages []chainrep.Envelope) {
	for _, e := range messages {
		if h, ok := e.Message.(chainrep.HeadTail); ok {
			c.Send(m.book.toCoordinator(), bank.LeaderUpdated{Group: m.group, Leader: string(h.Head), View: 1 + h.Epoch})
			continue
		}
		c.Send(m.book.machine(string(e.To)), e.Message)
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
		c.Send(d.book.machine(string(e.To)), e.Message)
	}
}
