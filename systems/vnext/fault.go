package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// The faults, which the tester may let happen at any step.
type (
	NodeFails       struct{} // a node goes down for good, and an empty one starts
	NodeRestarts    struct{} // a node restarts, or loses a replica
	NodeMoves       struct{} // a node restarts at another address, with its disk
	NamesakeStarts  struct{} // a second process starts under the name of a node, with a disk of its own
	ManagerRestarts struct{} // the manager restarts and knows nothing
	MessageLost     struct{} // the next message is lost
	MessageDoubled  struct{} // the next message is delivered a second time later
)

// What happens in some execution, or the test of the scenario says little.
const (
	fails           = "a node fails"
	restarts        = "a node restarts"
	losesItsDisk    = "a node loses its disk"
	losesItsReplica = "a node loses a replica"
	moves           = "a node moves"
	isRefused       = "a process ends because another one has its name"
	managerIsBack   = "the manager restarts"
	isLost          = "a message is lost"
	comesAgain      = "a message comes again"
)

// offerFaults offers the faults of the scenario, and announces what they should
// lead to, so that a run in which it never happens says so.
func (d *Driver) offerFaults(c *ravel.Context) {
	offer := func(name string, n int, fault any, effects ...string) {
		if n == 0 {
			return
		}
		b := c.Budget(name, n)
		for range n {
			c.OfferFault(b, fault)
		}
		for _, effect := range effects {
			c.Sometimes(false, effect)
		}
	}
	if n := d.scene.failures; n > 0 {
		d.failing = c.Budget("node failures", n)
		d.offerFailure(c)
		c.Sometimes(false, fails)
	}
	offer("node restarts", d.scene.restarts, NodeRestarts{}, restarts, losesItsDisk, losesItsReplica)
	if n := d.scene.moves; n > 0 {
		d.moving = c.Budget("moves", n)
		c.Sometimes(false, moves)
	}
	offer("namesakes", d.scene.namesakes, NamesakeStarts{}, isRefused)
	offer("manager restarts", d.scene.managerRestarts, ManagerRestarts{}, managerIsBack)
	offer("lost messages", d.scene.losses, MessageLost{}, isLost)
	offer("doubled messages", d.scene.doubles, MessageDoubled{}, comesAgain)
}

func (d *Driver) offerFailure(c *ravel.Context) { c.OfferFault(d.failing, NodeFails{}) }

// nodeFails crashes a node and starts an empty one. Another one may fail when
// what this failure did is repaired: two failures at once may lose data, whatever
// the manager does.
func (d *Driver) nodeFails(c *ravel.Context, _ NodeFails) {
	d.end(c, c.Int(len(d.up)))
	d.startNode(c, first(drive{node: nodeID(len(d.nodes))}))
	c.Sometimes(true, fails)
	switch {
	case d.scene.failures == 1:
	case d.options.Timely:
		c.After(repairWindow, Settled{})
	default:
		d.again = true
	}
}

// What may happen to a node that goes on under its name.
const (
	keepsDisk = iota // its process restarts
	losesDisk        // its process restarts with an empty disk
	losesReplica
	numMishaps
)

func (d *Driver) nodeRestarts(c *ravel.Context, _ NodeRestarts) {
	victim := d.up[c.Int(len(d.up))]
	id := d.nodes[victim]
	switch c.Int(numMishaps) {
	case losesReplica:
		c.Send(id, Damage{x.ID})
		c.Sometimes(true, losesItsReplica)
	case losesDisk:
		c.Crash(id)
		on := d.drives[victim]
		on.model = ""
		c.Notify(Holds{Node: on.place})
		c.Restart(id, d.newNode(c, on))
		c.Sometimes(true, losesItsDisk)
	case keepsDisk:
		c.Crash(id)
		c.Restart(id, d.newNode(c, d.diskOf(victim)))
		c.Sometimes(true, restarts)
	}
}

// managerRestarts crashes the manager. Nodes that wait for the old one to take a
// message go on: it is lost.
func (d *Driver) managerRestarts(c *ravel.Context, _ ManagerRestarts) {
	d.config.Incarnation++
	c.Crash(d.manager)
	c.Restart(d.manager, d.newManager(c))
	for _, node := range d.up {
		c.Send(d.nodes[node], Taken{})
		c.Send(d.nodes[node], Taken{Report: true})
	}
	c.Sometimes(true, managerIsBack)
}

func (d *Driver) messageLost(*ravel.Context, MessageLost)       { d.losing++ }
func (d *Driver) messageDoubled(*ravel.Context, MessageDoubled) { d.doubles++ }

// extentsOf returns what a node holds.
func (t *Truth) extentsOf(node extmgr.NodeID) []extmgr.ExtentInfo {
	var held []extmgr.ExtentInfo
	for _, id := range t.extents() {
		if version, ok := t.held[node][id]; ok {
			held = append(held, extent(id[0], version))
		}
	}
	return held
}
