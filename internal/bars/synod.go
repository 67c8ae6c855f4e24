package bars

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// roster tells the machines of Synod who is who: servers first.
type roster struct {
	ids [servers + maxClients]ravel.ID
}

// What the machines of Synod tell their monitors.
type (
	decision  struct{ value value }
	returning struct {
		client int
		read   value
	}
)

// acceptor is a server of Synod.
type acceptor struct {
	server server
	roster roster
}

func (a *acceptor) meet(c *ravel.Context, r roster) {
	a.roster = r
	c.Goto("Serving")
}

func (a *acceptor) handle(c *ravel.Context, m message) {
	var room [servers]message
	s, out, _ := a.server.handle(m, room[:0])
	if s.decided && !a.server.decided {
		c.Notify(decision{s.last.value})
	}
	a.server = s
	for _, o := range out {
		c.Send(a.roster.ids[o.to], o)
	}
}

var acceptorMachine = ravel.Define[acceptor]("Server",
	ravel.Start("Joining", ravel.On((*acceptor).meet), ravel.Defer[message]()),
	ravel.In("Serving", ravel.On((*acceptor).handle)))

// asker is a client of Synod.
type asker struct {
	client  int
	servers [servers]ravel.ID
}

func (a *asker) meet(c *ravel.Context, r roster) {
	copy(a.servers[:], r.ids[:])
	to := firstServer(a.client)
	c.Send(a.servers[to], message{from: a.self(), to: to, kind: putRequest, value: value(a.client + 1)})
}

func (a *asker) self() uint8 { return uint8(servers + a.client) }

func (a *asker) wrote(c *ravel.Context, m message) {
	c.Notify(returning{client: a.client})
	to := nextServer(a.client)
	c.Send(a.servers[to], message{from: a.self(), to: to, kind: getRequest})
	c.Goto("Reading")
}

func (a *asker) read(c *ravel.Context, m message) {
	if m.kind != getReply {
		return // another server has decided on the same value, and says so as well
	}
	c.Notify(returning{a.client, m.value})
	c.Goto("Done")
}

var askerMachine = ravel.Define[asker]("Client",
	ravel.Start("Writing", ravel.On((*asker).meet), ravel.On((*asker).wrote)),
	ravel.In("Reading", ravel.On((*asker).read)),
	ravel.In("Done", ravel.Ignore[message]()))

// ledger is the specification: all that decide decide on one value, and what clients see is linearizable.
type ledger struct {
	n       int // clients
	decided value
	history history
}

func (l *ledger) decision(c *ravel.MonitorContext, d decision) {
	c.Assert(l.decided == 0 || l.decided == d.value, "servers have decided on different values")
	l.decided = d.value
}

func (l *ledger) returning(c *ravel.MonitorContext, r returning) {
	l.history.returns(r.client, r.read)
	c.Assert(l.history.linearizable(l.n), "the history of the register is not linearizable")
}

var ledgerMonitor = ravel.DefineMonitor[ledger]("Register",
	ravel.Warm("Listening", ravel.On((*ledger).decision), ravel.On((*ledger).returning)))

// Synod is the body of a test of the protocol of Paxos in which servers and clients are machines. What comes from one
// machine comes in the order in which it was sent. A server that does not know of a decision takes no notice of a request to read.
func Synod(n int) func(*check.T) { return synodBody(n, false) }

func synodBody(n int, forgets bool) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(ledgerMonitor.New(&ledger{n: n}))
		var r roster
		for i := range servers {
			r.ids[i] = t.Create(acceptorMachine.New(&acceptor{server: server{id: uint8(i), forgets: forgets}}))
		}
		for i := range n {
			r.ids[servers+i] = t.Create(askerMachine.New(&asker{client: i}))
		}
		for _, id := range r.ids[:servers+n] {
			t.Send(id, r)
		}
	}
}
