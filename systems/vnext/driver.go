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
	nodes   map[string]ravel.ID                  // address book, with the processes that are down
	up      []string                             // addresses
	starts  map[extmgr.NodeID]extmgr.Incarnation // how often each node has started
	drives  map[string]drive                     // by address
	truth   Truth                                // as far as nodes have told
	refused map[string]int                       // by address; see refuse
	moving  ravel.Budget
	spoken  map[string]bool // by address; see meet

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
		ravel.On((*Driver).nodeMoves),
		ravel.On((*Driver).namesakeStarts),
		ravel.On((*Driver).managerRestarts),
		ravel.On((*Driver).messageLost),
		ravel.On((*Driver).messageDoubled)))

func (d *Driver) start(c *ravel.Context) {
	d.nodes = make(map[string]ravel.ID)
	d.starts = make(map[extmgr.NodeID]extmgr.Incarnation)
	d.drives = make(map[string]drive)
	d.refused = make(map[string]int)
	d.spoken = make(map[string]bool)
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

// startNode starts a process where none was before.
func (d *Driver) startNode(c *ravel.Context, on drive) {
	d.nodes[on.at] = c.Create(d.newNode(c, on).Named(on.at))
	d.up = append(d.up, on.at)
}

// newNode makes a node that starts or restarts. Unless on names the disk of an
// earlier start, it has a new one.
func (d *Driver) newNode(c *ravel.Context, on drive) ravel.Machine {
	d.starts[on.node]++
	inc := d.starts[on.node]
	if d.options.Real && on.model == "" {
		on.model = fmt.Sprintf("disk %d of %s", inc, on.node)
		disk.New(c, on.model, disk.Config{})
	}
	known := on
	known.extents = nil // the node changes what is there
	d.drives[on.at] = known
	if !d.options.Real {
		return NodeMachine.New(newNode(on, inc, c.Self(), d.config))
	}
	return RealNodeMachine.New(&RealNode{
		disk:       on,
		inc:        inc,
		driver:     c.Self(),
		config:     d.config,
		bugs:       d.options.NodeBugs,
		invariants: d.options.Invariants,
	})
}

// diskOf returns the disk of a process, for a restart.
func (d *Driver) diskOf(at string) drive {
	on := d.drives[at]
	if !d.options.Real {
		on.extents = d.truth.extentsOf(on.place)
	}
	return on
}

// relay passes a message on, or lets happen to it what a fault has ordered.
func (d *Driver) relay(c *ravel.Context, e Envelope) {
	d.meet(c, e.From)
	if d.losing > 0 {
		d.losing--
		c.Logf("lost: %v", e)
		c.Sometimes(true, isLost)
		d.release(c, e)
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
	if e.To.Node == d.config.Self {
		c.Send(d.manager, FromNode{d.nodes[e.From], e.Msg})
		return
	}
	if _, ok := e.Msg.(*extmgr.Refusal); ok {
		d.refuse(c, e.To.Addr)
		return
	}
	c.Send(d.nodes[e.To.Addr], ToNode{e.Msg})
}

// release tells a node that it need not wait for the manager to take a message
// which the manager will never see.
func (d *Driver) release(c *ravel.Context, e Envelope) {
	if taken, ok := takenOf(e.Msg); ok {
		c.Send(d.nodes[e.From], taken)
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

// end takes a process down for good, and what it holds with it.
func (d *Driver) end(c *ravel.Context, i int) {
	at := d.up[i]
	failed := Failed{d.drives[at].place}
	c.Crash(d.nodes[at])
	c.Notify(failed)
	d.truth.fail(failed)
	d.forget(i)
}

// forget strikes out a process that is down for good.
func (d *Driver) forget(i int) { d.up = slices.Delete(slices.Clone(d.up), i, i+1) }
