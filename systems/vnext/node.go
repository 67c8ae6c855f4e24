package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Node models an extent node.
type Node struct {
	id     extmgr.NodeID
	at     string        // its address
	place  extmgr.NodeID // as monitors and driver call what it holds
	inc    extmgr.Incarnation
	driver ravel.ID
	config extmgr.Config

	seq    uint64              // of the latest message
	center extmgr.ExtentCenter // what the node holds, under its own name
	room   int64               // bytes of its disk
	used   int64               // bytes of what it holds
	pace   pace
}

// NodeMachine is the machine of a Node.
var NodeMachine = ravel.Define[Node]("ExtentNode",
	ravel.Start("Up",
		ravel.Entry((*Node).start),
		ravel.On((*Node).heartbeatTick),
		ravel.On((*Node).syncTick),
		ravel.On((*Node).taken),
		ravel.On((*Node).message),
		ravel.On((*Node).damage)))

// Damage destroys a replica of a node that goes on.
type Damage struct{ Extent extmgr.ExtentID }

func (d Damage) String() string { return extentName(d.Extent) }

// plenty is the room of a disk without a limit.
const plenty = 1 << 40

// lifeSoFar is how many messages a node has sent before the test begins. The
// numbers of a node that restarts begin anew, and those of its former life are
// out of reach.
const lifeSoFar = 1 << 20

func newNode(d drive, inc extmgr.Incarnation, driver ravel.ID, cfg extmgr.Config) *Node {
	n := &Node{id: d.node, at: d.at, place: d.place, inc: inc, driver: driver, config: cfg, room: d.room}
	if n.room == 0 {
		n.room = plenty
	}
	if inc == 1 {
		n.seq = lifeSoFar
	}
	for _, info := range d.extents {
		n.store(info)
	}
	return n
}

func (n *Node) start(c *ravel.Context) {
	if n.inc > 1 {
		n.tell(c, Holds{n.place, n.center.GetSyncReport(n.id)})
	}
	n.heartbeat(c) // ahead of the first report
	n.pace.sleep(c, n.config, true)
}

func (n *Node) heartbeatTick(c *ravel.Context, _ HeartbeatTick) {
	n.pace.beating = false
	n.heartbeat(c)
}

func (n *Node) heartbeat(c *ravel.Context) {
	n.toManager(c, &extmgr.Heartbeat{Header: n.header(), Addr: n.at, FreeBytes: n.room - n.used, UsedBytes: n.used})
}

func (n *Node) syncTick(c *ravel.Context, _ SyncTick) {
	n.pace.syncing = false
	n.toManager(c, &extmgr.SyncReport{Header: n.header(), Extents: n.center.GetSyncReport(n.id)})
}

func (n *Node) taken(c *ravel.Context, t Taken) { n.pace.sleep(c, n.config, t.Report) }

func (n *Node) message(c *ravel.Context, in ToNode) {
	switch m := in.Msg.(type) {
	case *extmgr.RepairTask:
		n.repairTask(c, m)
	case *CopyRequest:
		n.copyRequest(c, m)
	case *CopyResponse:
		n.copyResponse(c, m)
	default:
		c.Fail("%s gets a %T", n.id, m)
	}
}

// repairTask asks one of the sources for a copy. The node remembers nothing: if
// that source is down the manager will order again.
func (n *Node) repairTask(c *ravel.Context, t *extmgr.RepairTask) {
	if held, ok := n.center.Lookup(n.id, t.Extent); ok && held.Version >= t.Version {
		n.ack(c, t.Task, held, extmgr.RepairDone)
		return
	}
	source := ravel.Choose(c, t.Sources)
	n.send(c, source, &CopyRequest{Header: n.header(), Addr: n.at, Task: t.Task, Extent: t.Extent, Version: t.Version})
}

func (n *Node) copyRequest(c *ravel.Context, r *CopyRequest) {
	info, ok := n.center.Lookup(n.id, r.Extent)
	if !ok {
		info.ID = r.Extent
	}
	n.send(c, extmgr.Endpoint{Node: r.From, Addr: r.Addr}, &CopyResponse{Header: n.header(), Task: r.Task, Info: info, Found: ok && info.Version >= r.Version})
}

// copyResponse stores a copy unless the node has come to hold that version by
// another way.
func (n *Node) copyResponse(c *ravel.Context, r *CopyResponse) {
	held, ok := n.center.Lookup(n.id, r.Info.ID)
	switch {
	case ok && held.Version >= r.Info.Version:
		n.ack(c, r.Task, held, extmgr.RepairDone)
		return
	case !r.Found, n.room-n.used+held.Length < r.Info.Length:
		n.ack(c, r.Task, r.Info, extmgr.RepairFailed)
		return
	}
	n.store(r.Info)
	n.tell(c, Stored{n.place, r.Info})
	n.ack(c, r.Task, r.Info, extmgr.RepairDone)
}

func (n *Node) damage(c *ravel.Context, d Damage) {
	if held, ok := n.center.Lookup(n.id, d.Extent); ok {
		n.used -= held.Length
		n.center.Remove(n.id, d.Extent)
		n.tell(c, Lost{n.place, d.Extent})
	}
}

// tell tells monitors and driver what is now true.
func (n *Node) tell(c *ravel.Context, what any) {
	c.Notify(what)
	c.Send(n.driver, what)
}

func (n *Node) ack(c *ravel.Context, task extmgr.TaskID, info extmgr.ExtentInfo, outcome extmgr.Outcome) {
	n.toManager(c, &extmgr.RepairAck{Header: n.header(), Task: task, Extent: info.ID, Version: info.Version, Outcome: outcome})
}

// store replaces what the node holds of an extent.
func (n *Node) store(info extmgr.ExtentInfo) {
	held, _ := n.center.Lookup(n.id, info.ID)
	n.used += info.Length - held.Length
	n.center.Add(n.id, info)
}

func (n *Node) header() extmgr.Header {
	n.seq++
	return extmgr.Header{From: n.id, Inc: n.inc, Seq: n.seq}
}

func (n *Node) toManager(c *ravel.Context, m extmgr.Message) {
	n.send(c, extmgr.Endpoint{Node: n.config.Self}, m)
}

func (n *Node) send(c *ravel.Context, to extmgr.Endpoint, m extmgr.Message) {
	c.Send(n.driver, Envelope{n.at, to, m})
}
