// Package explorer shows a delaying explorer written for one protocol: docs/delaying-explorers.md explains it.
package explorer

import (
	"slices"

	"github.com/ravelgo/ravel"
)

// What the master, the servers and the fault injector tell each other. Replies carry the epoch of the request: the
// master begins a new one with each failure it deals with.
type (
	Config struct { // Succ is zero for the tail
		Succ  ravel.ID
		Epoch int
	}
	Configured struct{ Epoch int }
	Update     struct{ Epoch int } // from the head to the tail
	Acked      struct{ Epoch int }
	NewPred    struct{ Epoch int } // to a server whose predecessor changes
	SuccInfo   struct{ Epoch int }
	NewSucc    struct {
		Succ  ravel.ID
		Epoch int
	}
	SuccFixed struct{ Epoch int }
	Fail      struct{}
	Failed    struct{ Server ravel.ID } // the failure detector is always right
	Repaired  struct{}                  // to the monitor, as Failed
)

// Server is a server of the chain.
type Server struct {
	Master ravel.ID
	succ   ravel.ID
}

var ServerMachine = ravel.Define[Server]("Server",
	ravel.Start("Serving",
		ravel.On((*Server).config), ravel.On((*Server).update), ravel.On((*Server).newPred), ravel.On((*Server).newSucc),
		ravel.On((*Server).fail)),
	ravel.In("Dead", ravel.Ignore[Config](), ravel.Ignore[Update](), ravel.Ignore[NewPred](), ravel.Ignore[NewSucc](), ravel.Ignore[Fail]()),
)

func (s *Server) config(c *ravel.Context, e Config) {
	s.succ = e.Succ
	c.Send(s.Master, Configured{e.Epoch})
}

func (s *Server) update(c *ravel.Context, e Update) {
	if s.succ.IsZero() {
		c.Send(s.Master, Acked(e))
	} else {
		c.Send(s.succ, e)
	}
}

func (s *Server) newPred(c *ravel.Context, e NewPred) { c.Send(s.Master, SuccInfo(e)) }

func (s *Server) newSucc(c *ravel.Context, e NewSucc) {
	s.succ = e.Succ
	c.Send(s.Master, SuccFixed{e.Epoch})
}

func (s *Server) fail(c *ravel.Context, _ Fail) {
	c.Send(s.Master, Failed{c.Self()})
	c.Goto("Dead")
}

// Master keeps the chain linked. It has a bug unless Fixed: a failure that is reported while it waits for a server's answer
// goes unnoticed, and if it is that server that has failed, it waits for ever.
type Master struct {
	Fixed   bool
	Updates int // until the chain counts as initialized
	Faults  ravel.ID

	chain       []ravel.ID
	epoch       int
	outstanding int // answers to Config
	link        int // being repaired: between chain[link] and chain[link+1]
}

var MasterMachine = ravel.Define[Master]("Master",
	ravel.Start("Starting",
		ravel.On((*Master).begin), ravel.On((*Master).configured), ravel.On((*Master).acked), ravel.On((*Master).failedAtStart)),
	ravel.In("Stable", ravel.On((*Master).failed), ravel.Ignore[Acked](), ravel.Ignore[Configured]()),
	ravel.In("Waiting",
		ravel.On((*Master).succInfo), ravel.On((*Master).succFixed), ravel.On((*Master).failedAgain)),
)

// Begin gives the master its chain.
type Begin struct{ Chain []ravel.ID }

func (m *Master) begin(c *ravel.Context, e Begin) {
	m.chain = e.Chain
	m.configure(c)
}

func (m *Master) configure(c *ravel.Context) {
	m.epoch++
	m.outstanding = len(m.chain)
	for i, s := range m.chain {
		var succ ravel.ID
		if i+1 < len(m.chain) {
			succ = m.chain[i+1]
		}
		c.Send(s, Config{succ, m.epoch})
	}
}

func (m *Master) configured(c *ravel.Context, e Configured) {
	if e.Epoch != m.epoch {
		return
	}
	if m.outstanding--; m.outstanding == 0 {
		c.Send(m.chain[0], Update{m.epoch})
	}
}

func (m *Master) acked(c *ravel.Context, e Acked) {
	if e.Epoch != m.epoch {
		return
	}
	if m.Updates--; m.Updates > 0 {
		c.Send(m.chain[0], Update{m.epoch})
		return
	}
	c.Explorer("initialized", m.Faults, c.Self())
	c.Notify(Repaired{})
	c.Goto("Stable")
}

func (m *Master) remove(c *ravel.Context, e Failed) {
	c.Notify(e)
	m.chain = slices.DeleteFunc(m.chain, func(s ravel.ID) bool { return s == e.Server })
}

func (m *Master) failedAtStart(c *ravel.Context, e Failed) {
	m.remove(c, e)
	m.configure(c)
}

func (m *Master) failed(c *ravel.Context, e Failed) {
	m.remove(c, e)
	m.epoch++
	m.link = 0
	m.drive(c)
}

// drive repairs the next link, if there is one.
func (m *Master) drive(c *ravel.Context) {
	if m.link+1 == len(m.chain) {
		c.Notify(Repaired{})
		c.Goto("Stable")
		return
	}
	c.Send(m.chain[m.link+1], NewPred{m.epoch})
	c.Goto("Waiting")
}

func (m *Master) succInfo(c *ravel.Context, e SuccInfo) {
	if e.Epoch == m.epoch {
		c.Send(m.chain[m.link], NewSucc{m.chain[m.link+1], m.epoch})
	}
}

func (m *Master) succFixed(c *ravel.Context, e SuccFixed) {
	if e.Epoch == m.epoch {
		m.link++
		m.drive(c)
	}
}

func (m *Master) failedAgain(c *ravel.Context, e Failed) {
	if m.Fixed {
		m.failed(c, e)
	}
}
