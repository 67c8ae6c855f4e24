package extnode

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// Node is an extent node. See the package documentation for what it does.
type Node struct {
	cfg   Config // defaults filled in
	store Store
	net   extmgr.NetworkEngine
	log   extmgr.Logger

	mu       sync.Mutex // guards everything below, and the store
	inc      extmgr.Incarnation
	lastSeq  uint64              // Seq of the latest message sent
	center   extmgr.ExtentCenter // what the store holds, under Self
	copies   []*fetch            // in the order in which they were ordered
	scrubbed extmgr.ExtentID     // that was verified last
	patience int                 // CopyTicks that a source may be quiet; from 1 to maxPatience
}

// New starts a node on a store. It counts the node's incarnation up, which is
// durable when New returns, and sends nothing. A nil log discards. The error says
// what is wrong with cfg, which port is missing, or what the store said.
func New(cfg Config, store Store, net extmgr.NetworkEngine, log extmgr.Logger) (*Node, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if store == nil || net == nil {
		return nil, errors.New("extnode: New needs a Store and a NetworkEngine")
	}
	if log == nil {
		log = extmgr.NoLog{}
	}
	n := &Node{cfg: cfg.WithDefaults(), store: store, net: net, log: log, patience: 1}
	if block := store.BlockSize(); n.cfg.ChunkBytes%block != 0 {
		return nil, fmt.Errorf("extnode: invalid Config: ChunkBytes is %d: want a multiple of the store's block size, %d",
			n.cfg.ChunkBytes, block)
	}
	inc, err := store.NextIncarnation(n.cfg.IncarnationFloor)
	if err != nil {
		return nil, fmt.Errorf("extnode: start %s: %w", n.cfg.Self, err)
	}
	n.inc = inc
	for _, info := range store.List() {
		n.center.Add(n.cfg.Self, info)
	}
	return n, nil
}

// ProcessMessage takes one message off the network: a [*extmgr.RepairTask], a
// [*extmgr.DropReplica], a [*CopyRequest], a [*CopyResponse] or a [*Put]. Others,
// and those without a sender, are dropped.
func (n *Node) ProcessMessage(msg extmgr.Message) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if from := msg.Head().From; from == "" {
		n.log.Debug("drop message without a sender", "type", fmt.Sprintf("%T", msg))
		return
	}
	switch msg := msg.(type) {
	case *extmgr.RepairTask:
		n.repairTask(msg)
	case *extmgr.DropReplica:
		n.dropReplica(msg)
	case *CopyRequest:
		n.copyRequest(msg)
	case *CopyResponse:
		n.copyResponse(msg)
	case *Put:
		n.put(msg)
	default:
		n.log.Warn("drop message of foreign type", "type", fmt.Sprintf("%T", msg))
	}
}

// ProcessEvent does the periodic work that e names.
func (n *Node) ProcessEvent(e Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch e {
	case HeartbeatTick:
		n.heartbeat()
	case SyncTick:
		n.report()
	case CopyTick:
		n.timeOut()
	case ScrubTick:
		n.scrub()
	default:
		n.log.Warn("drop unknown event", "event", e)
	}
}

func (n *Node) heartbeat() {
	n.send(n.cfg.Manager, &extmgr.Heartbeat{
		Header:    n.header(),
		Addr:      n.cfg.Addr,
		FreeBytes: n.store.Free(),
		UsedBytes: n.store.Used(),
	})
}

func (n *Node) report() {
	n.send(n.cfg.Manager, &extmgr.SyncReport{Header: n.header(), Extents: n.center.GetSyncReport(n.cfg.Self)})
}

// dropReplica deletes a replica of exactly the version named.
func (n *Node) dropReplica(d *extmgr.DropReplica) {
	err := n.store.Delete(d.Extent, d.Version)
	n.refresh(d.Extent)
	if errors.Is(err, extstore.ErrNotHeld) {
		n.log.Debug("replica to drop is not held", "extent", d.Extent, "version", d.Version)
		return
	}
	if err != nil {
		n.log.Warn("replica was not dropped", "extent", d.Extent, "version", d.Version, "error", err)
		return
	}
	n.log.Info("replica dropped", "extent", d.Extent, "version", d.Version, "by", d.From)
}

// put stores a whole extent.
func (n *Node) put(p *Put) {
	err := n.putExtent(p)
	ack := &PutAck{Extent: p.Info.ID, Version: p.Info.Version}
	if err != nil {
		ack.Err = err.Error()
		n.log.Warn("extent was not put", "extent", p.Info.ID, "version", p.Info.Version, "error", err)
	} else {
		n.log.Info("extent put", "extent", p.Info.ID, "version", p.Info.Version, "by", p.From)
	}
	if p.ReplyTo.Node != "" {
		ack.Header = n.header()
		n.send(p.ReplyTo, ack)
	}
}

// putExtent succeeds for an extent that the store holds already, just as
// described: the answer to an earlier Put may be lost.
func (n *Node) putExtent(p *Put) error {
	if held, ok := n.held(p.Info.ID); ok && held == p.Info {
		return nil
	}
	if f := n.copyOf(p.Info.ID); f != nil {
		return fmt.Errorf("extent %s is being copied for task %s: try again later", f.Extent, f.Task)
	}
	st, err := n.store.Stage(p.Info)
	if err != nil {
		return err
	}
	if err := st.WriteBlock(0, p.Data, extstore.Checksum(p.Data)); err != nil {
		return err
	}
	return n.commit(st, p.Info.ID)
}

// commit makes a staged extent one that the node holds. Only here does an extent
// enter the center after the start: it is durable and verified.
func (n *Node) commit(st extstore.StagedExtent, id extmgr.ExtentID) error {
	info, err := st.Commit()
	if err != nil {
		n.refresh(id) // an older version may be gone
		return err
	}
	n.center.Add(n.cfg.Self, info)
	return nil
}

// refresh brings the center up to date with what the store holds of an extent.
func (n *Node) refresh(id extmgr.ExtentID) {
	if _, info, err := n.store.Open(id); err == nil {
		n.center.Add(n.cfg.Self, info)
		return
	}
	n.center.Remove(n.cfg.Self, id)
}

func (n *Node) held(id extmgr.ExtentID) (extmgr.ExtentInfo, bool) {
	return n.center.Lookup(n.cfg.Self, id)
}

func (n *Node) header() extmgr.Header {
	n.lastSeq++
	return extmgr.Header{From: n.cfg.Self, Inc: n.inc, Seq: n.lastSeq}
}

// send reports whether m may arrive.
func (n *Node) send(to extmgr.Endpoint, m extmgr.Message) bool {
	if err := n.net.SendMessage(to, m); err != nil {
		n.log.Debug("message was not sent", "to", to.Node, "type", fmt.Sprintf("%T", m), "error", err)
		return false
	}
	return true
}
