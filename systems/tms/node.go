package tms

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/multipaxos"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Node is a thin machine around a node of Multi-Paxos. It tells the monitors what the node has learned before anybody else
// can know. Nodes do not fail here, so their stores keep nothing.
type Node struct {
	id     synod.NodeID
	group  int
	nodes  int // in the group
	bugs   replica.Bugs
	wire   rig.Wire
	branch *bank.Branch
	book   *book `ravel:"-"` // never changes

	real    *replica.Node
	alarm   *rig.Alarm
	learned replica.Slot // the monitors know what it has learned of the slots before
}

// NodeMachine is the machine of a Node.
var NodeMachine = ravel.Define[Node]("Node",
	ravel.Start("Running",
		ravel.Entry((*Node).start),
		ravel.On((*Node).message),
		ravel.On((*Node).submit),
		ravel.On((*Node).lead),
		ravel.On((*Node).timeout)))

// retryAfter is how long a leader waits for answers.
const retryAfter = time.Second

// Timeout tells a node that it has waited for long.
type Timeout struct{}

func (n *Node) start(c *ravel.Context) {
	n.alarm = rig.NewAlarm(c, retryAfter, Timeout{})
	var ids []synod.NodeID
	for i := range n.nodes {
		ids = append(ids, synod.NodeID(1+i))
	}
	real, err := replica.Open(replica.Config{ID: n.id, Nodes: ids, Rounds: rounds, Bugs: n.bugs}, replica.Ports{
		Network: peers{c, n}, Store: forgetful{}, Timer: n.alarm, Clients: peers{c, n}, Machine: n.branch,
	})
	c.Assert(err == nil, "the node does not start: %v", err)
	n.real = real
}

func (n *Node) message(c *ravel.Context, in multipaxos.ToNode) {
	n.done(c, n.real.Handle(in.From, in.Msg))
}

func (n *Node) submit(c *ravel.Context, in Submit) { n.done(c, n.real.Submit(in.Command)) }

func (n *Node) lead(c *ravel.Context, in multipaxos.NewLeader) { n.done(c, n.real.Lead(in.Node)) }

func (n *Node) timeout(c *ravel.Context, _ Timeout) {
	n.alarm.Fired()
	n.done(c, n.real.Timeout())
}

func (n *Node) done(c *ravel.Context, err error) {
	n.tell(c)
	c.Assert(err == nil, "%v", err)
	c.Assert(n.branch.Err() == nil, "%s: %v", n.name(), n.branch.Err())
}

// tell tells the monitors what the node has learned.
func (n *Node) tell(c *ravel.Context) {
	for ; n.learned < n.real.Next(); n.learned++ {
		v, _ := n.real.Chosen(n.learned)
		c.Notify(agreement.Chosen(slot{groupName(n.group), n.learned}, n.id, v))
	}
}

func (n *Node) name() string { return replicaName(groupName(n.group), int(n.id)) }

// peers is how a node reaches the other nodes, and the coordinator.
type peers struct {
	c *ravel.Context
	n *Node
}

func (p peers) Send(to synod.NodeID, m replica.Message) {
	address := replicaName(groupName(p.n.group), int(to))
	p.n.wire.Send(p.c, p.n.book.machines[address], multipaxos.ToNode{From: p.n.id, Msg: m})
}

func (p peers) Reply(r rsm.Response) {
	p.n.tell(p.c)
	answer(p.c, p.n.book, p.n.group, p.n.name(), r)
}

// forgetful is the store of a node that never restarts.
type forgetful struct{}

func (forgetful) Load() (map[replica.Slot]synod.State, error) { return nil, nil }
func (forgetful) Save(replica.Slot, synod.State) error        { return nil }
