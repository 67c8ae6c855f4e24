package chain

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Server is a thin machine around a real server. It tells the monitors what the
// server did before anybody else can know.
type Server struct {
	id    chainrep.NodeID
	real  *chainrep.Server
	book  *book      `ravel:"-"` // never changes
	order []ravel.ID // of the machines once the chain is initialized, if that is to be said; see Options.Strike
}

// ServerMachine is the machine of a Server.
var ServerMachine = ravel.Define[Server]("Server", ravel.Start("Serving", ravel.On((*Server).handle)))

func (s *Server) handle(c *ravel.Context, event any) {
	before := len(s.real.Sent())
	out, err := s.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	s.tell(c, out, before)
	s.book.post(c, s.id, out.Messages)
}

// tell tells the monitors everything at once: what the server has done and what it
// is about to answer.
func (s *Server) tell(c *ravel.Context, out chainrep.Output, before int) {
	sent := s.real.Sent()
	if len(out.Applied) > 0 || len(sent) != before {
		c.Notify(Progressed{s.id, out.Applied, sent})
	}
	for _, e := range out.Applied {
		c.Notify(requestsOnce.Appended(s.id, int(e.Seq), e))
	}
	for _, e := range out.Messages {
		switch m := e.Message.(type) {
		case chainrep.RespUpdate:
			c.Notify(UpdateAnswered{s.id, Request{e.To, true, m.Req}})
		case chainrep.RespQuery:
			c.Notify(QueryAnswered{s.id, m.Key, m.Value, m.Found})
		}
	}
	if s.order != nil && s.real.Last() > 0 && len(sent) == 0 {
		c.ChangeOrder(s.order...)
		s.order = nil
	}
}

// Grave is where a server was. Whoever connects to it is refused.
type Grave struct {
	id   chainrep.NodeID
	book *book `ravel:"-"` // never changes
}

// GraveMachine is the machine of a Grave.
var GraveMachine = ravel.Define[Grave]("Grave", ravel.Start("Dead", ravel.On((*Grave).refuse), ravel.Ignore[any]()))

func (g *Grave) refuse(c *ravel.Context, p chainrep.Ping) {
	c.Send(g.book.node(p.From), chainrep.PingDead{From: g.id})
}
