package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// The faults, which the tester may let happen at any step.
type (
	NodeFails       struct{} // a node goes down for good, and an empty one starts
	NodeRestarts    struct{} // a node restarts, or loses a replica
	ManagerRestarts struct{} // the manager restarts and knows nothing
	MessageLost     struct{} // the next message is lost
	MessageDoubled  struct{} // the next message is delivered a second time later
)

func (d *Driver) offerFaults(c *ravel.Context) {
	if n := d.scene.failures; n > 0 {
		d.failing = c.Budget("node failures", n)
		d.offerFailure(c)
	}
	offer := func(name string, n int, fault any) {
		if n > 0 {
			b := c.Budget(name, n)
			for range n {
				c.OfferFault(b, fault)
			}
		}
	}
	offer("node restarts", d.scene.restarts, NodeRestarts{})
	offer("manager restarts", d.scene.managerRestarts, ManagerRestarts{})
	offer("lost messages", d.scene.losses, MessageLost{})
	offer("doubled messages", d.scene.doubles, MessageDoubled{})
}

func (d *Driver) offerFailure(c *ravel.Context) { c.OfferFault(d.failing, NodeFails{}) }

// nodeFails crashes a node and starts an empty one. Another one may fail when
// what this failure did is repaired: two failures at once may lose data, whatever
// the manager does.
func (d *Driver) nodeFails(c *ravel.Context, _ NodeFails) {
	i := c.Int(len(d.up))
	victim := d.up[i]
	c.Crash(d.nodes[victim])
	c.Notify(Failed{victim})
	d.forget(i)
	d.startNode(c, drive{node: nodeID(len(d.nodes))})
	c.Sometimes(true, "a node fails")
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
		c.Sometimes(true, "a node loses a replica")
	case losesDisk:
		c.Crash(id)
		c.Notify(Holds{Node: victim})
		c.Restart(id, d.newNode(c, drive{node: victim}))
		c.Sometimes(true, "a node loses its disk")
	case keepsDisk:
		c.Crash(id)
		c.Restart(id, d.newNode(c, d.diskOf(victim)))
		c.Sometimes(true, "a node restarts")
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
	c.Sometimes(true, "the manager restarts")
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
