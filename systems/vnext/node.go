package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Node models an extent node.
type Node struct {
	id     extmgr.NodeID
	inc    extmgr.Incarnation
	driver ravel.ID
	config extmgr.Config

	seq    uint64              // of the latest message
	center extmgr.ExtentCenter // what the node holds, under its own name
}

// NodeMachine is the machine of a Node.
var NodeMachine = ravel.Define[Node]("ExtentNode",
	ravel.Start("Up",
		ravel.Entry((*Node).start),
		ravel.On((*Node).heartbeatTick),
		ravel.On((*Node).syncTick),
		ravel.On((*Node).taken),
		ravel.On((*Node).repairTask),
		ravel.On((*Node).copyRequest),
		ravel.On((*Node).copyResponse)))

// HeartbeatTick and SyncTick tell a node that its next heartbeat or report is
// due.
type (
	HeartbeatTick struct{}
	SyncTick      struct{}
)

func newNode(d disk, driver ravel.ID, cfg extmgr.Config) *Node {
	n := &Node{id: d.node, inc: 1, driver: driver, config: cfg}
	for _, info := range d.extents {
		n.center.Add(n.id, info)
	}
	return n
}

func (n *Node) start(c *ravel.Context) {
	n.heartbeat(c) // ahead of the first report
	c.After(n.config.SyncEvery, SyncTick{})
}

func (n *Node) heartbeatTick(c *ravel.Context, _ HeartbeatTick) { n.heartbeat(c) }

func (n *Node) heartbeat(c *ravel.Context) {
	n.toManager(c, &extmgr.Heartbeat{Header: n.header(), Addr: string(n.id), FreeBytes: 1 << 40})
}

func (n *Node) syncTick(c *ravel.Context, _ SyncTick) {
	n.toManager(c, &extmgr.SyncReport{Header: n.header(), Extents: n.center.GetSyncReport(n.id)})
}

// taken ends a heartbeat or a report. The node sleeps until the next one.
func (n *Node) taken(c *ravel.Context, t Taken) {
	if t.Report {
		c.After(n.config.SyncEvery, SyncTick{})
	} else {
		c.After(n.config.HeartbeatEvery, HeartbeatTick{})
	}
}

// repairTask asks one of the sources for a copy. The node remembers nothing: if
// that source is down the manager will order again.
func (n *Node) repairTask(c *ravel.Context, t *extmgr.RepairTask) {
	if held, ok := n.center.Lookup(n.id, t.Extent); ok && held.Version >= t.Version {
		n.ack(c, t.Task, extmgr.RepairDone)
		return
	}
	source := ravel.Choose(c, t.Sources)
	n.send(c, source.Node, &CopyRequest{Header: n.header(), Task: t.Task, Extent: t.Extent, Version: t.Version})
}

func (n *Node) copyRequest(c *ravel.Context, r *CopyRequest) {
	info, ok := n.center.Lookup(n.id, r.Extent)
	n.send(c, r.From, &CopyResponse{Header: n.header(), Task: r.Task, Info: info, Found: ok && info.Version >= r.Version})
}

func (n *Node) copyResponse(c *ravel.Context, r *CopyResponse) {
	if !r.Found {
		n.ack(c, r.Task, extmgr.RepairFailed)
		return
	}
	n.center.Add(n.id, r.Info)
	c.Notify(Repaired{n.id})
	n.ack(c, r.Task, extmgr.RepairDone)
}

func (n *Node) ack(c *ravel.Context, task extmgr.TaskID, outcome extmgr.Outcome) {
	n.toManager(c, &extmgr.RepairAck{Header: n.header(), Task: task, Outcome: outcome})
}

func (n *Node) header() extmgr.Header {
	n.seq++
	return extmgr.Header{From: n.id, Inc: n.inc, Seq: n.seq}
}

func (n *Node) toManager(c *ravel.Context, m extmgr.Message) { n.send(c, n.config.Self, m) }

func (n *Node) send(c *ravel.Context, to extmgr.NodeID, m extmgr.Message) {
	c.Send(n.driver, Envelope{to, m})
}
