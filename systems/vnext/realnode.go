package vnext

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// RealNode is a thin machine around a real extent node and its store, on a
// modelled disk.
type RealNode struct {
	disk       drive
	inc        extmgr.Incarnation
	driver     ravel.ID
	config     extmgr.Config
	bugs       extnode.Bugs
	invariants bool

	files   files
	store   *extstore.Store
	real    *extnode.Node
	pace    pace
	copying bool                // the timer of CopyTick runs
	hurt    extmgr.ExtentID     // the extent that was damaged and not found to be yet
	told    []extmgr.ExtentInfo // what monitors and driver know the store to hold
}

// RealNodeMachine is the machine of a RealNode.
var RealNodeMachine = ravel.Define[RealNode]("RealNode",
	ravel.Start("Up",
		ravel.Entry((*RealNode).start),
		ravel.On((*RealNode).message),
		ravel.On((*RealNode).heartbeatTick),
		ravel.On((*RealNode).syncTick),
		ravel.On((*RealNode).copyTick),
		ravel.On((*RealNode).scrubTick),
		ravel.On((*RealNode).taken),
		ravel.On((*RealNode).damage)))

// CopyTick and ScrubTick tell a real node to look after its copies and its disk.
type (
	CopyTick  struct{}
	ScrubTick struct{}
)

// fileBytes is the size of an extent's file: header, and two blocks with their
// checksums.
const fileBytes = 52 + extentLength + 2*4

func (n *RealNode) start(c *ravel.Context) {
	n.files = files{disk.Open(c, n.disk.model)}
	store, err := extstore.Open(n.files, extstore.Config{
		BlockSize: blockSize,
		Capacity:  n.capacity(),
		Log:       logger{c},
	})
	c.Assert(err == nil, "the store does not open: %v", err)
	n.store = store
	if n.inc == 1 {
		for _, info := range n.disk.extents {
			c.Assert(fill(store, info) == nil, "the store does not take extent %s", extentName(info.ID))
		}
	}
	n.real, err = extnode.New(extnode.Config{
		Self:             n.disk.node,
		Addr:             n.disk.at,
		Manager:          extmgr.Endpoint{Node: n.config.Self},
		ChunkBytes:       blockSize,
		IncarnationFloor: n.inc,
		Bugs:             n.bugs,
	}, store, audit{network{c, n.driver, n.disk.at}, n}, logger{c})
	c.Assert(err == nil, "the node does not start: %v", err)
	n.told = store.List()
	if n.inc > 1 {
		n.tell(c, Holds{n.disk.place, n.told})
	}
	n.real.ProcessEvent(extnode.HeartbeatTick) // ahead of the first report
	n.pace.sleep(c, n.config, true)
	c.Every(n.config.SyncEvery, ScrubTick{})
}

// capacity is the room of the disk, which is meant for payload, in bytes of
// files.
func (n *RealNode) capacity() int64 {
	if n.disk.room == 0 {
		return plenty
	}
	return n.disk.room / extentLength * fileBytes
}

// fill puts an extent on a disk.
func fill(store *extstore.Store, info extmgr.ExtentInfo) error {
	staged, err := store.Stage(info)
	if err != nil {
		return err
	}
	data := payload(info)
	if err := staged.WriteBlock(0, data, extstore.Checksum(data)); err != nil {
		return err
	}
	_, err = staged.Commit()
	return err
}

func (n *RealNode) message(c *ravel.Context, in ToNode) {
	n.real.ProcessMessage(in.Msg)
	n.look(c)
}

func (n *RealNode) heartbeatTick(c *ravel.Context, _ HeartbeatTick) {
	n.pace.beating = false
	n.real.ProcessEvent(extnode.HeartbeatTick)
}

func (n *RealNode) syncTick(c *ravel.Context, _ SyncTick) {
	n.pace.syncing = false
	n.real.ProcessEvent(extnode.SyncTick)
}

func (n *RealNode) taken(c *ravel.Context, t Taken) { n.pace.sleep(c, n.config, t.Report) }

func (n *RealNode) copyTick(c *ravel.Context, _ CopyTick) {
	n.copying = false
	n.real.ProcessEvent(extnode.CopyTick)
	n.look(c)
}

func (n *RealNode) scrubTick(c *ravel.Context, _ ScrubTick) {
	n.real.ProcessEvent(extnode.ScrubTick)
	n.look(c)
}

// damage flips a bit of an extent's file, and nobody tells the node.
func (n *RealNode) damage(c *ravel.Context, d Damage) {
	for _, info := range n.told {
		if info.ID != d.Extent {
			continue
		}
		n.hurt = info.ID
		flip(c, n.files.disk, info.ID)
		n.tell(c, Lost{n.disk.place, info.ID})
	}
}

// look tells monitors and driver what has changed on the disk, which they hear
// when it has become durable, and checks the node if that is wanted.
func (n *RealNode) look(c *ravel.Context) {
	now := n.store.List()
	for _, info := range n.told {
		if !slices.Contains(now, info) {
			n.tell(c, Lost{n.disk.place, info.ID})
		}
	}
	for _, info := range now {
		if !slices.Contains(n.told, info) {
			n.tell(c, Stored{n.disk.place, info})
		}
	}
	n.told = now
	if !slices.ContainsFunc(now, func(i extmgr.ExtentInfo) bool { return i.ID == n.hurt }) {
		n.hurt = extmgr.ExtentID{}
	}
	if !n.copying && len(n.real.Snapshot().Copies) > 0 {
		n.copying = true
		c.After(n.config.HeartbeatEvery, CopyTick{})
	}
	if n.invariants {
		err := n.real.Snapshot().Check()
		c.Assert(err == nil, "%s breaks its invariant %v", n.disk.node, err)
	}
}

func (n *RealNode) tell(c *ravel.Context, what any) {
	c.Notify(what)
	c.Send(n.driver, what)
}
