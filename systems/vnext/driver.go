package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Driver sets the scenario up, relays all messages and lets nodes fail.
type Driver struct {
	options Options
	config  extmgr.Config
	disks   []disk // of the nodes that start at the beginning

	manager ravel.ID
	nodes   map[extmgr.NodeID]ravel.ID // address book, with the nodes that are down
	up      []extmgr.NodeID
}

// DriverMachine is the machine of a Driver.
var DriverMachine = ravel.Define[Driver]("Driver",
	ravel.Start("Driving",
		ravel.Entry((*Driver).start),
		ravel.On((*Driver).relay),
		ravel.On((*Driver).fail)))

// NodeFails is the fault of a node's failure.
type NodeFails struct{}

// failures is the number of nodes that may fail.
func (s Scenario) failures() int {
	if s == Repair {
		return 1
	}
	return 0
}

func (d *Driver) start(c *ravel.Context) {
	d.nodes = make(map[extmgr.NodeID]ravel.ID)
	d.manager = c.Create(ManagerMachine.New(&Manager{
		config:     d.config,
		driver:     c.Self(),
		invariants: d.options.Invariants,
	}))
	for _, disk := range d.disks {
		d.startNode(c, disk)
	}
	d.disks = nil
	if n := d.options.Scenario.failures(); n > 0 {
		c.OfferFault(c.Budget("node failures", n), NodeFails{})
	}
}

func (d *Driver) startNode(c *ravel.Context, disk disk) {
	d.nodes[disk.node] = c.Create(NodeMachine.New(newNode(disk, c.Self(), d.config)).Named(string(disk.node)))
	d.up = append(d.up, disk.node)
}

// relay passes a message on.
func (d *Driver) relay(c *ravel.Context, e Envelope) {
	if e.To == d.config.Self {
		c.Send(d.manager, FromNode{d.nodes[e.Msg.Head().From], e.Msg})
		return
	}
	c.Send(d.nodes[e.To], e.Msg)
}

// fail crashes a node and starts an empty one.
func (d *Driver) fail(c *ravel.Context, _ NodeFails) {
	i := c.Int(len(d.up))
	victim := d.up[i]
	d.up = append(d.up[:i:i], d.up[i+1:]...)
	c.Crash(d.nodes[victim])
	c.Notify(Failed{victim})
	d.startNode(c, disk{node: nodeID(len(d.nodes))})
	c.Sometimes(true, "a node fails")
}
