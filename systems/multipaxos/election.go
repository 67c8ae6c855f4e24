package multipaxos

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Election is an abstract leader election: it names a leader, and may name another
// one at any time, as if it had suspected the first one for no reason. It tells the
// nodes one after the other, so that for a while several of them believe to lead.
// In the end all hear of the same one.
type Election struct {
	nodes   []ravel.ID // node n is at n-1
	changes int        // how often it errs
	mute    bool       // it tells nobody

	leader synod.NodeID
	down   []ravel.ID
}

// ElectionMachine is the machine of an Election.
var ElectionMachine = ravel.Define[Election]("Election",
	ravel.Start("Watching",
		ravel.Entry((*Election).start),
		ravel.On((*Election).suspect),
		ravel.On((*Election).elected),
		ravel.On((*Election).nodeDown),
		ravel.On((*Election).nodeUp)))

// Suspect is the fault by which the election takes the leader for dead.
type Suspect struct{}

// Elected tells the election itself whom to announce.
type Elected struct{ Node synod.NodeID }

func (e *Election) start(c *ravel.Context) {
	e.announce(c, 1)
	if e.changes == 0 {
		return
	}
	b := c.Budget("leader changes", e.changes)
	for range e.changes {
		c.OfferFault(b, Suspect{})
	}
}

func (e *Election) suspect(c *ravel.Context, _ Suspect) {
	c.Sometimes(true, isSuspected)
	e.replace(c)
}

// replace elects another node that is up, if there is one.
func (e *Election) replace(c *ravel.Context) {
	var others []synod.NodeID
	for i, id := range e.nodes {
		if n := synod.NodeID(1 + i); n != e.leader && !slices.Contains(e.down, id) {
			others = append(others, n)
		}
	}
	if len(others) > 0 {
		c.Send(c.Self(), Elected{ravel.Choose(c, others)}) // a fault is one step, announcements are several
	}
}

// elected announces a leader, or elects another one if it has died meanwhile.
func (e *Election) elected(c *ravel.Context, in Elected) {
	if slices.Contains(e.down, e.nodes[in.Node-1]) {
		e.leader = in.Node
		e.replace(c)
		return
	}
	e.announce(c, in.Node)
}

func (e *Election) announce(c *ravel.Context, leader synod.NodeID) {
	e.leader = leader
	if e.mute {
		return
	}
	for _, id := range e.nodes {
		c.Send(id, NewLeader{leader})
	}
}

func (e *Election) nodeDown(c *ravel.Context, d crash.Down) {
	e.down = append(e.down, d.ID)
	if d.ID == e.nodes[e.leader-1] {
		e.replace(c)
	}
}

func (e *Election) nodeUp(c *ravel.Context, u crash.Up) {
	e.down = slices.DeleteFunc(e.down, func(id ravel.ID) bool { return id == u.ID })
	c.Send(u.ID, NewLeader{e.leader})
}
