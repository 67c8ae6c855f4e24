package vnext

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// meet takes note of who has spoken. Nodes move only when all of them have: then what
// they hold at the start is on their disks.
func (d *Driver) meet(c *ravel.Context, at string) {
	if d.scene.moves == 0 || d.spoken[at] || d.nodes[at].IsZero() {
		return
	}
	d.spoken[at] = true
	if len(d.spoken) == len(d.scene.drives) {
		c.OfferFault(d.moving, NodeMoves{})
	}
}

// nodeMoves takes a node down and starts it again elsewhere, with its disk. What is
// sent to the former address is lost.
func (d *Driver) nodeMoves(c *ravel.Context, _ NodeMoves) {
	i := c.Int(len(d.up))
	on := d.diskOf(d.up[i])
	c.Crash(d.nodes[on.at])
	d.forget(i)
	on.at = another(on.at)
	d.startNode(c, on)
	c.Sometimes(true, moves)
}

// namesakeStarts starts a second process under the name of a node that runs.
func (d *Driver) namesakeStarts(c *ravel.Context, _ NamesakeStarts) {
	of := d.drives[ravel.Choose(c, d.up)]
	at := another(of.at)
	second := drive{node: of.node, at: at, place: extmgr.NodeID(at)}
	c.Notify(Shared{of.node, [2]extmgr.NodeID{of.place, second.place}})
	d.startNode(c, second)
}

// another is an address beside one.
func another(at string) string { return at + "-b" }

// refusals is how many heartbeats of a process are refused before it ends.
const refusals = 3

// refuse does what package deploy does in production: a process that is refused
// again and again, because another one has its name, ends. One that is refused because
// of its own former address is patient: the manager forgets that address sooner than
// the process gives up.
func (d *Driver) refuse(c *ravel.Context, at string) {
	i := slices.Index(d.up, at)
	if i < 0 || !d.shares(at) {
		return
	}
	if d.refused[at]++; d.refused[at] < refusals {
		return
	}
	d.end(c, i)
	c.Sometimes(true, isRefused)
}

// shares reports whether another live process has the name of the one at an address.
func (d *Driver) shares(at string) bool {
	return slices.ContainsFunc(d.up, func(other string) bool {
		return other != at && d.drives[other].node == d.drives[at].node
	})
}

// Shared says that two processes run under one name.
type Shared struct {
	Node   extmgr.NodeID
	Places [2]extmgr.NodeID
}

func (s Shared) String() string {
	return fmt.Sprintf("%s and %s are both called %s", s.Places[0], s.Places[1], s.Node)
}

// Names is the state of the NameMonitor.
type Names struct{ shared Shared }

// NameMonitor demands that two processes do not share a name for ever: one of them
// learns of it and ends, or whoever started it would never know that what it holds
// does not count.
var NameMonitor = ravel.DefineMonitor[Names]("NameMonitor",
	ravel.Cold("Alone",
		ravel.On((*Names).share),
		ravel.Ignore[Failed]()),
	ravel.Hot("Sharing",
		ravel.On((*Names).failed)))

func (n *Names) share(c *ravel.MonitorContext, s Shared) {
	n.shared = s
	c.Goto("Sharing")
}

func (n *Names) failed(c *ravel.MonitorContext, f Failed) {
	if slices.Contains(n.shared.Places[:], f.Node) {
		c.Goto("Alone")
	}
}
