package tms

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/systems/tms/chainrsm"
)

// Server is a thin machine around a replica of a chain. It tells the monitors what the replica did before anybody else
// can know.
type Server struct {
	id     chainrep.NodeID
	group  int
	real   *chainrsm.Replica
	branch *bank.Branch                 // of the replica
	links  map[chainrep.NodeID]ravel.ID // to the servers that it has sent something; nil: there is a real network
	book   *book                        `ravel:"-"` // never changes
}

// ServerMachine is the machine of a Server.
var ServerMachine = ravel.Define[Server]("Server",
	ravel.Start("Serving", ravel.On((*Server).submit), ravel.On((*Server).handle)))

func (s *Server) submit(c *ravel.Context, m Submit) {
	before := len(s.real.Sent())
	out, err := s.real.Submit(m.Command)
	s.do(c, out, err, before)
}

func (s *Server) handle(c *ravel.Context, event any) {
	before := len(s.real.Sent())
	out, err := s.real.Handle(event.(chainrep.Message))
	s.do(c, out, err, before)
}

func (s *Server) do(c *ravel.Context, out chainrsm.Output, err error, before int) {
	c.Assert(err == nil, "%v", err)
	c.Assert(s.branch.Err() == nil, "%s: %v", s.id, s.branch.Err())
	if sent := s.real.Sent(); len(out.Applied) > 0 || len(sent) != before {
		c.Notify(chain.Progressed{Server: s.id, Applied: out.Applied, Sent: sent})
	}
	for _, r := range out.Responses {
		answer(c, s.book, s.group, string(s.id), r)
	}
	for _, e := range out.Messages {
		switch e.Message.(type) {
		case chainrep.Forward, chainrep.Handover, chainrep.Ack:
			c.Send(s.link(c, e.To), e.Message)
		default:
			c.Send(s.book.machine(string(e.To)), e.Message)
		}
	}
}

// link returns the link to another server.
func (s *Server) link(c *ravel.Context, to chainrep.NodeID) ravel.ID {
	if s.links == nil {
		return s.book.machine(string(to))
	}
	id, ok := s.links[to]
	if !ok {
		id = c.Create(LinkMachine.New(&Link{s.book.machines[string(to)], to < s.id}).Named(string(s.id) + "-" + string(to)))
		s.links[to] = id
	}
	return id
}

// Link carries what one server of a chain sends another one. It outlives both, and what it carries arrives some time
// later, in order.
type Link struct {
	to ravel.ID
	up bool // to a server nearer to the head: it carries acknowledgements
}

// LinkMachine is the machine of a Link.
var LinkMachine = ravel.Define[Link]("Link",
	ravel.Start("Carrying", ravel.Entry((*Link).start), ravel.On((*Link).carry)))

// start tells the custom explorer that messages are slow, and acknowledgements are slower: that is where chains differ.
func (l *Link) start(c *ravel.Context) {
	if l.up {
		c.SetPriority(-2)
	} else {
		c.SetPriority(-1)
	}
}

func (l *Link) carry(c *ravel.Context, event any) { c.Send(l.to, event) }

// Grave is where a server was. Whoever connects to it is refused.
type Grave struct {
	id   chainrep.NodeID
	book *book `ravel:"-"` // never changes
}

// GraveMachine is the machine of a Grave.
var GraveMachine = ravel.Define[Grave]("Grave", ravel.Start("Dead", ravel.On((*Grave).refuse), ravel.Ignore[any]()))

func (g *Grave) refuse(c *ravel.Context, p chainrep.Ping) {
	c.Send(g.book.machines[string(p.From)], chainrep.PingDead{From: g.id})
}
