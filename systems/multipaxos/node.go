package multipaxos

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Node is a thin machine around a real node.
type Node struct {
	id     synod.NodeID
	rounds int
	bugs   replica.Bugs
	wire   rig.Wire
	book   Book // empty until the node has joined
	again  bool // it restarts

	forgetful bool // a defect: it saves nothing

	real    *replica.Node
	alarm   *rig.Alarm
	learned replica.Slot // the monitors know what it has learned of the slots before
	told    proposal     // the last proposal of its own that they have heard of
}

type proposal struct {
	slot   replica.Slot
	ballot synod.Ballot
}

const (
	joining ravel.State = "Joining"
	running ravel.State = "Running"
)

// NodeMachine is the machine of a Node.
var NodeMachine = ravel.Define[Node]("Node",
	ravel.Start(joining,
		ravel.Entry((*Node).start),
		ravel.On((*Node).join),
		ravel.Defer[ToNode](), ravel.Defer[Submit](), ravel.Defer[NewLeader]()),
	ravel.In(running,
		ravel.Entry((*Node).open),
		ravel.On((*Node).message),
		ravel.On((*Node).submit),
		ravel.On((*Node).lead),
		ravel.On((*Node).timeout)))

// start goes on at once when the node restarts: it knows who is who.
func (n *Node) start(c *ravel.Context) {
	if len(n.book.Nodes) > 0 {
		c.Goto(running)
	}
}

func (n *Node) join(c *ravel.Context, b Book) {
	n.book = b
	c.Goto(running)
}

// retryAfter is how long a leader waits for answers.
const retryAfter = time.Second

// Timeout tells a node that it has waited for long.
type Timeout struct{}

func (n *Node) open(c *ravel.Context) {
	if n.again {
		c.Notify(Truncated{Replica: n.id}) // the log of a node is not durable
		c.Sometimes(true, isBack)
	}
	n.alarm = rig.NewAlarm(c, retryAfter, Timeout{})
	var ids []synod.NodeID
	for i := range n.book.Nodes {
		ids = append(ids, synod.NodeID(1+i))
	}
	real, err := replica.Open(replica.Config{ID: n.id, Nodes: ids, Rounds: n.rounds, Bugs: n.bugs}, replica.Ports{
		Network: peers{c, n},
		Store:   &store{c: c, n: n},
		Timer:   n.alarm,
		Clients: replies{c, n},
		Machine: &tape{c: c, id: n.id},
	})
	c.Assert(err == nil, "the node does not start: %v", err)
	n.real = real
}

func (n *Node) message(c *ravel.Context, in ToNode) {
	n.done(c, n.real.Handle(in.From, in.Msg))
	if _, ok := in.Msg.(replica.Missing); ok {
		c.Sometimes(true, isMissing)
	}
}

func (n *Node) submit(c *ravel.Context, in Submit) { n.done(c, n.real.Submit(in.Command)) }

func (n *Node) lead(c *ravel.Context, in NewLeader) {
	busy := n.real.Phase() != synod.Idle
	n.done(c, n.real.Lead(in.Node))
	if busy && n.real.Phase() == synod.Idle {
		c.Sometimes(true, isDeposed)
	}
}

func (n *Node) timeout(c *ravel.Context, _ Timeout) {
	n.alarm.Fired()
	n.done(c, n.real.Timeout())
}

// done tells the monitors what the node has learned.
func (n *Node) done(c *ravel.Context, err error) {
	for ; n.learned < n.real.Next(); n.learned++ {
		v, _ := n.real.Chosen(n.learned)
		c.Notify(Learned{Instance: n.learned, By: n.id, Value: v})
	}
	c.Assert(err == nil, "%v", err)
}

// issued tells the monitors of a proposal of the node's own, once, before anybody
// else hears of it and before the node votes for it.
func (n *Node) issued(c *ravel.Context, s replica.Slot, p synod.Proposal) {
	if now := (proposal{s, p.Ballot}); p.Ballot.Proposer == n.id && now != n.told {
		n.told = now
		c.Notify(Issued{Instance: s, Ballot: p.Ballot, Value: p.Value})
	}
}

// peers is the network of a node.
type peers struct {
	c *ravel.Context
	n *Node
}

func (p peers) Send(to synod.NodeID, m replica.Message) {
	if in, ok := m.(replica.Instance); ok {
		if accept, ok := in.Msg.(synod.Accept); ok {
			p.n.issued(p.c, in.Slot, accept.Proposal)
		}
	}
	p.n.wire.Send(p.c, p.n.book.Nodes[to-1], ToNode{p.n.id, m})
}

// replies is the way of a node to the clients.
type replies struct {
	c *ravel.Context
	n *Node
}

func (r replies) Reply(response rsm.Response) {
	for i, id := range r.n.book.Clients {
		if response.Client == clientName(i) {
			r.c.Send(id, Answer{response})
		}
	}
}

// tape is the replicated state machine of the test: it takes down every command,
// and the result is the place at which it stands.
type tape struct {
	c      *ravel.Context
	id     synod.NodeID
	length int
}

func (s *tape) Apply(cmd rsm.Command) string {
	at := s.length
	s.length++
	s.c.Notify(Applied{Replica: s.id, Index: at, Entry: cmd})
	return fmt.Sprint(at)
}
