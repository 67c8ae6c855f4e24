package chain

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// The nodes beside servers and clients.
const (
	masterID   chainrep.NodeID = "master"
	detectorID chainrep.NodeID = "detector"
)

// book says which machine a node is. It is complete before the first machine
// starts, and never changes from then on, so all machines may share it.
type book struct {
	nodes map[chainrep.NodeID]ravel.ID
	find  Directory        // in place of nodes, if it is not nil
	links map[way]ravel.ID // of what servers forward; empty without links
}

// Directory says which machine a node is. Where servers come and go it takes the place of a
// book.
type Directory func(chainrep.NodeID) ravel.ID

func (b *book) node(id chainrep.NodeID) ravel.ID {
	if b.find != nil {
		return b.find(id)
	}
	return b.nodes[id]
}

// way is from one server to another.
type way struct{ from, to chainrep.NodeID }

// post sends the messages of a node.
func (b *book) post(c *ravel.Context, from chainrep.NodeID, messages []chainrep.Envelope) {
	for _, e := range messages {
		to := b.node(e.To)
		switch e.Message.(type) {
		case chainrep.Forward, chainrep.Handover:
			if len(b.links) > 0 {
				to = b.links[way{from, e.To}]
			}
		}
		c.Send(to, e.Message)
	}
}

// Link carries what one server forwards to another one. It outlives both, and
// what it carries arrives some time later.
type Link struct{ to ravel.ID }

// LinkMachine is the machine of a Link.
var LinkMachine = ravel.Define[Link]("Link", ravel.Start("Carrying", ravel.On((*Link).carry)))

func (l *Link) carry(c *ravel.Context, event any) { c.Send(l.to, event) }
