package lease

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// What gates and Leases say to each other.
type (
	// Beat says that a server is there. New says that nothing was ever granted to it.
	Beat struct {
		Server chainrep.NodeID
		From   ravel.ID
		N      uint64 // of the gate's beats, from 1
		New    bool
	}
	// Grant answers a beat.
	Grant struct{ N uint64 }
	// Refusal says that the server must not take part any more.
	Refusal struct{}
)

// Passed tells monitors that something has passed the gate of a server.
type Passed struct{ Server chainrep.NodeID }

func (e Passed) String() string { return fmt.Sprintf("an event passes the gate of %s", e.Server) }

// beats are sent so often in a term.
const beats = 5

// Gate stands in front of a server: whatever is for the server is sent to the gate.
type Gate struct {
	Of     chainrep.NodeID
	Server ravel.ID // its machine
	Leases ravel.ID // may be on another node
	Term   time.Duration

	// Refused is called when the server must not take part any more; nil does nothing. Nothing passes from then on.
	Refused func() `ravel:"-"`

	// SinceGrant counts a term from the arrival of the grant. It is a defect, for tests.
	SinceGrant bool

	n       uint64
	sent    []beat // which may still be granted, oldest first
	until   time.Time
	old     bool // something was granted
	refused bool
	waiting []any // for a lease
}

type beat struct {
	n  uint64
	at time.Time
}

// GateMachine is the machine of a Gate.
var GateMachine = ravel.Define[Gate]("Gate",
	ravel.Start("Guarding",
		ravel.Entry((*Gate).start),
		ravel.On((*Gate).tick),
		ravel.On((*Gate).grant),
		ravel.On((*Gate).refuse),
		ravel.On((*Gate).pass)))

type tick struct{}

func (g *Gate) start(c *ravel.Context) {
	c.Every(g.Term/beats, tick{})
	g.beat(c)
}

func (g *Gate) tick(c *ravel.Context, _ tick) { g.beat(c) }

func (g *Gate) beat(c *ravel.Context) {
	if g.refused {
		return
	}
	g.n++
	// A grant that comes later than a term is worth nothing.
	for len(g.sent) > 0 && !c.Now().Before(g.sent[0].at.Add(g.Term)) {
		g.sent = g.sent[1:]
	}
	g.sent = append(g.sent, beat{g.n, c.Now()})
	c.Send(g.Leases, Beat{g.Of, c.Self(), g.n, !g.old})
}

func (g *Gate) grant(c *ravel.Context, m Grant) {
	g.old = true
	for len(g.sent) > 0 && g.sent[0].n <= m.N {
		if g.sent[0].n == m.N {
			g.until = g.sent[0].at.Add(g.Term)
		}
		g.sent = g.sent[1:]
	}
	if g.SinceGrant {
		g.until = c.Now().Add(g.Term)
	}
	if g.open(c) {
		events := g.waiting
		g.waiting = nil
		g.let(c, events...)
	}
}

func (g *Gate) open(c *ravel.Context) bool { return !g.refused && c.Now().Before(g.until) }

func (g *Gate) refuse(_ *ravel.Context, _ Refusal) {
	if g.refused {
		return
	}
	g.refused, g.waiting = true, nil
	if g.Refused != nil {
		g.Refused()
	}
}

// pass lets an event through, in order, or has it wait.
func (g *Gate) pass(c *ravel.Context, event any) {
	switch {
	case g.refused:
	case len(g.waiting) == 0 && g.open(c):
		g.let(c, event)
	default:
		g.waiting = append(g.waiting, event)
	}
}

// let sends events to the server. Whatever comes between, they pass now: see the package documentation.
func (g *Gate) let(c *ravel.Context, events ...any) {
	if len(events) > 0 {
		c.Notify(Passed{g.Of})
	}
	for _, event := range events {
		c.Send(g.Server, event)
	}
}
