package lease

import (
	"fmt"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Died tells monitors that a server is declared dead.
type Died struct{ Server chainrep.NodeID }

func (e Died) String() string { return fmt.Sprintf("%s is declared dead", e.Server) }

// Leases grants the leases of the servers of a chain.
type Leases struct {
	Term     time.Duration
	Detector ravel.ID // is told of those that are dead, and of what the master tells it
	Master   ravel.ID // is told of those that join

	// Known are the servers of a chain that was there before. Without them the chain begins when First servers are there:
	// Begin is called with them, and returns the machine of the master.
	Known []chainrep.NodeID
	First int
	Begin func(*ravel.Context, []chainrep.NodeID) ravel.ID `ravel:"-"`

	holders []holder          // in the order in which they came
	members []chainrep.NodeID // of the chain; nil before it has begun
}

// holder is a server that has come.
type holder struct {
	server chainrep.NodeID
	heard  time.Time
	dead   bool
}

// LeasesMachine is the machine of Leases.
var LeasesMachine = ravel.Define[Leases]("Leases",
	ravel.Start("Granting",
		ravel.Entry((*Leases).start),
		ravel.On((*Leases).beat),
		ravel.On((*Leases).corrected),
		ravel.On((*Leases).expected),
		ravel.On((*Leases).tick)))

// start gives everybody who may hold a lease a term: the one that granted it may have done so just before it failed.
func (l *Leases) start(c *ravel.Context) {
	for _, s := range l.Known {
		l.holders = append(l.holders, holder{server: s, heard: c.Now()})
	}
	l.members = l.Known
	c.Every(l.Term/beats, tick{})
}

// corrected and expected are what the master tells its detector.
func (l *Leases) corrected(c *ravel.Context, m chainrep.FaultCorrected) {
	l.members = m.Servers
	c.Send(l.Detector, m)
}

func (l *Leases) expected(c *ravel.Context, m chainrep.Expected) { c.Send(l.Detector, m) }

func (l *Leases) beat(c *ravel.Context, b Beat) {
	i := slices.IndexFunc(l.holders, func(h holder) bool { return h.server == b.Server })
	switch {
	case i < 0 && !b.New, i >= 0 && l.holders[i].dead:
		c.Send(b.From, Refusal{})
		return
	case i < 0:
		i = len(l.holders)
		l.holders = append(l.holders, holder{server: b.Server})
		l.arrived(c, b.Server)
	}
	if !l.anybody(c) {
		for j := range l.holders {
			l.holders[j].heard = c.Now()
		}
	}
	l.holders[i].heard = c.Now()
	c.Send(b.From, Grant{b.N})
}

// arrived lets a server join the chain, or begins one.
func (l *Leases) arrived(c *ravel.Context, server chainrep.NodeID) {
	if !l.Master.IsZero() {
		c.Send(l.Master, chainrep.Join{Server: server})
		return
	}
	var all []chainrep.NodeID
	for _, h := range l.holders {
		if !h.dead {
			all = append(all, h.server)
		}
	}
	if l.Begin != nil && len(all) >= l.First {
		l.Master = l.Begin(c, all)
	}
}

// tick looks for those whose leases have ended for certain.
func (l *Leases) tick(c *ravel.Context, _ tick) {
	if !l.anybody(c) {
		return
	}
	for i := range l.holders {
		h := &l.holders[i]
		if h.dead || c.Now().Before(h.heard.Add(l.Term+l.Term/8)) {
			continue
		}
		h.dead = true
		c.Notify(Died{h.server})
		c.Send(l.Detector, chainrep.PingDead{From: h.server})
	}
}

// anybody reports whether somebody holds a lease who could carry the chain alone.
func (l *Leases) anybody(c *ravel.Context) bool {
	return slices.ContainsFunc(l.holders, func(h holder) bool {
		return !h.dead && c.Now().Before(h.heard.Add(l.Term)) && (l.members == nil || slices.Contains(l.members, h.server))
	})
}
