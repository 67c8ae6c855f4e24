package vnext

import (
	"fmt"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Driver sets the scenario up, relays all messages and lets faults happen.
type Driver struct {
	options Options
	scene   *scene `ravel:"-"` // never changes
	config  extmgr.Config

	manager ravel.ID
	nodes   map[extmgr.NodeID]ravel.ID // address book, with the nodes that are down
	up      []extmgr.NodeID
	starts  map[extmgr.NodeID]extmgr.Incarnation // how often each node has started
	drives  map[extmgr.NodeID]drive              // of real nodes
	truth   Truth                                // as far as nodes have told

	failing ravel.Budget
	again   bool // a node may fail again once everything is repaired
	losing  int  // messages to lose, the next ones
	doubles int  // messages to deliver again later, the next ones
}

// DriverMachine is the machine of a Driver.
var DriverMachine = ravel.Define[Driver]("Driver",
	ravel.Start("Driving",
		ravel.Entry((*Driver).start),
		ravel.On((*Driver).relay),
		ravel.On((*Driver).late),
		ravel.On((*Driver).holds),
		ravel.On((*Driver).stored),
		ravel.On((*Driver).lost),
		ravel.On((*Driver).settled),
		ravel.On((*Driver).nodeFails),
		ravel.On((*Driver).nodeRestarts),
		ravel.On((*Driver).managerRestarts),
		ravel.On((*Driver).messageLost),
		ravel.On((*Driver).messageDoubled)))

func (d *Driver) start(c *ravel.Context) {
	d.nodes = make(map[extmgr.NodeID]ravel.ID)
	d.starts = make(map[extmgr.NodeID]extmgr.Incarnation)
	d.drives = make(map[extmgr.NodeID]drive)
	d.truth = d.scene.truth()
	d.manager = c.Create(d.newManager(c))
	for _, on := range d.scene.drives {
		d.startNode(c, on)
	}
	d.offerFaults(c)
}

func (d *Driver) newManager(c *ravel.Context) ravel.Machine {
	return ManagerMachine.New(&Manager{config: d.config, driver: c.Self(), invariants: d.options.Invariants})
}

// startNode starts a node that was not there before.
func (d *Driver) startNode(c *ravel.Context, on drive) {
	d.nodes[on.node] = c.Create(d.newNode(c, on).Named(string(on.node)))
	d.up = append(d.up, on.node)
}

// newNode makes a node that starts or restarts. Unless on names the disk of an
// earlier start, it has a new one.
func (d *Driver) newNode(c *ravel.Context, on drive) ravel.Machine {
	d.starts[on.node]++
	inc := d.starts[on.node]
	if !d.options.Real {
		return NodeMachine.New(newNode(on, inc, c.Self(), d.config))
	}
	if on.model == "" {
		on.model = fmt.Sprintf("disk %d of %s", inc, on.node)
		disk.New(c, on.model, disk.Config{})
	}
	d.drives[on.node] = drive{node: on.node, room: on.room, model: on.model}
	return RealNodeMachine.New(&RealNode{
		disk:       on,
		inc:        inc,
		driver:     c.Self(),
		config:     d.config,
		bugs:       d.options.NodeBugs,
		invariants: d.options.Invariants,
	})
}

// diskOf returns the disk of a node, for a restart.
func (d *Driver) diskOf(node extmgr.NodeID) drive {
	if d.options.Real {
		return d.drives[node]
	}
	return drive{node: node, extents: d.truth.extentsOf(node)}
}

// relay passes a message on, or lets happen to it what a fault has ordered.
func (d *Driver) relay(c *ravel.Context, e Envelope) {
	if d.losing > 0 {
		d.losing--
		c.Logf("lost: %v", e)
		c.Sometimes(true, isLost)
		d.release(c, e.Msg)
		return
	}
	if d.doubles > 0 {
		d.doubles--
		c.Logf("to come again: %v", e)
		c.Sometimes(true, comesAgain)
		c.After(d.delay(c), Late(e))
	}
	d.pass(c, e)
}

// Late is a message that comes for the second time.
type Late Envelope

func (l Late) String() string { return describe(l.Msg) + ", again" }

func (d *Driver) late(c *ravel.Context, l Late) { d.pass(c, Envelope(l)) }

// delay is how much later a message comes again. It means something only under an
// ordered clock.
func (d *Driver) delay(c *ravel.Context) time.Duration {
	if !d.options.Timely {
		return heartbeatEvery
	}
	return time.Duration(1+c.Int(8)) * heartbeatEvery
}

func (d *Driver) pass(c *ravel.Context, e Envelope) {
	if e.To == d.config.Self {
		c.Send(d.manager, FromNode{d.nodes[e.Msg.Head().From], e.Msg})
		return
	}
	c.Send(d.nodes[e.To], ToNode{e.Msg})
}

// release tells a node that it need not wait for the manager to take a message
// which the manager will never see.
func (d *Driver) release(c *ravel.Context, m extmgr.Message) {
	if taken, ok := takenOf(m); ok {
		c.Send(d.nodes[m.Head().From], taken)
	}
}

func (d *Driver) stored(c *ravel.Context, e Stored) {
	d.truth.store(e)
	d.maybeSettled(c)
}

func (d *Driver) holds(_ *ravel.Context, e Holds) { d.truth.start(e) }

func (d *Driver) lost(_ *ravel.Context, e Lost) { d.truth.lose(e) }

// Settled says that everything that a failure did must be repaired by now.
type Settled struct{}

func (d *Driver) settled(c *ravel.Context, _ Settled) { d.offerFailure(c) }

// maybeSettled lets a node fail again if everything is repaired. If all is timely
// it is time that tells.
func (d *Driver) maybeSettled(c *ravel.Context) {
	if d.again && d.truth.least() >= target {
		d.again = false
		d.offerFailure(c)
	}
}

// forget strikes out a node that is down for good.
func (d *Driver) forget(i int) {
	d.truth.fail(Failed{d.up[i]})
	d.up = slices.Delete(slices.Clone(d.up), i, i+1)
}
