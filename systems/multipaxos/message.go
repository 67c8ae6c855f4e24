package multipaxos

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// ToNode is a message of another node that arrives at a node.
type ToNode struct {
	From synod.NodeID
	Msg  replica.Message
}

func (m ToNode) String() string { return fmt.Sprint(m.Msg) }

// Clone returns the message: it is all values.
func (m ToNode) Clone() ToNode { return m }

// Submit is a client's command that arrives at a node.
type Submit struct{ Command rsm.Command }

func (m Submit) String() string { return m.Command.String() }

// Answer is a response that arrives at a client.
type Answer struct{ Response rsm.Response }

func (m Answer) String() string { return m.Response.String() }

// NewLeader tells a node who leads.
type NewLeader struct{ Node synod.NodeID }

func (m NewLeader) String() string { return fmt.Sprintf("node %d leads", m.Node) }

// Book tells a node who is who. It owns its slices.
type Book struct {
	Nodes   []ravel.ID // node n is at n-1
	Clients []ravel.ID // in the order of their names
}

func (b Book) String() string {
	return fmt.Sprintf("%d nodes, %d clients", len(b.Nodes), len(b.Clients))
}
