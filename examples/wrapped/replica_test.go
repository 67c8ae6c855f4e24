package wrapped

import (
	"maps"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// node is the machine around a Replica.
type node struct {
	name, backup string
	replica      *Replica
}

// message is the event that carries a message of the code under test.
type message struct {
	from string
	body any
}

// book tells a node who is who. It travels in an event, so each node gets a map of its own.
type book struct{ ids map[string]ravel.ID }

var nodeMachine = ravel.Define[node]("Node",
	ravel.Start("Joining", ravel.On((*node).join), ravel.Defer[message]()),
	ravel.In("Serving", ravel.On((*node).deliver)))

func (n *node) join(c *ravel.Context, b book) {
	n.replica = New(n.backup, &network{c, n.name, b.ids})
	c.Goto("Serving")
}

func (n *node) deliver(_ *ravel.Context, m message) { n.replica.Handle(m.from, m.body) }

// network is the Replica's Network: it sends through the machine's Context.
type network struct {
	c    *ravel.Context
	self string
	ids  map[string]ravel.ID
}

func (n *network) Send(to string, body any) { n.c.Send(n.ids[to], message{n.self, body}) }

// What a client was told is done, it can read from either replica.
func TestReadYourWrites(t *testing.T) {
	check.Test(t, func(t *check.T) {
		ids := map[string]ravel.ID{
			"primary": t.Create(nodeMachine.New(&node{name: "primary", backup: "backup"}).Named("primary")),
			"backup":  t.Create(nodeMachine.New(&node{name: "backup"}).Named("backup")),
		}
		ids["client"] = t.Go("client", func(c *ravel.Context) {
			net := &network{c, "client", ravel.Receive[book](c).ids}
			net.Send("primary", Put{"k", "v"})
			if _, ok := ravel.Receive[message](c).body.(Done); !ok {
				c.Fail("no answer to Put")
			}
			net.Send(ravel.Choose(c, []string{"primary", "backup"}), Get{"k"})
			got := ravel.Receive[message](c).body.(Value)
			c.Assert(got.Value == "v", "read %q, want v", got.Value)
		})
		for _, name := range []string{"primary", "backup", "client"} { // not in the order of the map, which differs
			t.Send(ids[name], book{maps.Clone(ids)})
		}
	})
}
