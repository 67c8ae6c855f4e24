package tms

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/multipaxos"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Election is an abstract leader election for the nodes of a group: it names a leader, and may name another one for no
// reason. It tells the nodes one after the other, and then the coordinator. So for a while two of them believe to lead.
type Election struct {
	group   int
	nodes   int
	changes int // left to offer
	leader  synod.NodeID
	view    uint64
	book    *book `ravel:"-"` // never changes
}

// ElectionMachine is the machine of an Election.
var ElectionMachine = ravel.Define[Election]("Election",
	ravel.Start("Watching",
		ravel.Entry((*Election).start),
		ravel.On((*Election).suspect),
		ravel.On((*Election).elected)))

func (e *Election) start(c *ravel.Context) {
	e.elected(c, multipaxos.Elected{Node: 1})
	offer(c, "leader changes of "+groupName(e.group), e.changes, multipaxos.Suspect{})
}

// suspect elects another node. It is announced behind this step, which is one: announcements are several.
func (e *Election) suspect(c *ravel.Context, _ multipaxos.Suspect) {
	other := synod.NodeID(1 + c.Int(e.nodes-1))
	if other >= e.leader {
		other++
	}
	c.Send(c.Self(), multipaxos.Elected{Node: other})
}

func (e *Election) elected(c *ravel.Context, in multipaxos.Elected) {
	e.leader = in.Node
	e.view++
	name := groupName(e.group)
	for i := range e.nodes {
		c.Send(e.book.machines[replicaName(name, 1+i)], multipaxos.NewLeader{Node: e.leader})
	}
	c.Send(e.book.coordinator, bank.LeaderUpdated{Group: e.group, Leader: replicaName(name, int(e.leader)), View: e.view})
}
