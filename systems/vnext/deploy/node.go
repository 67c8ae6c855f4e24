package deploy

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// NodeConfig holds the settings of a node's process. Dir, Listen, Node.Self and
// Node.Manager are required.
type NodeConfig struct {
	Dir       string // its folder
	Listen    string // address for messages; port 0 is any
	Advertise string // address that others reach it at; where it listens
	HTTP      string // address for metrics; none
	Cluster   string // name of the cluster; "vnext"
	Quota     int64  // bytes that its files may have; as many as the disk takes

	// RefusedFor is how long a manager may refuse the node because of another
	// one with the same name. Longer than that manager's ExpireAfter it cannot be
	// the process before this one. 1m.
	RefusedFor time.Duration

	// Kill, for drills, is called when a tool orders the node to end at once. With
	// nil such orders are ignored.
	Kill func()

	// Node holds the component's settings. Addr and IncarnationFloor are ignored.
	Node extnode.Config

	Log *slog.Logger // nil is slog.Default
}

// Node is a node's process.
type Node struct {
	service
	cfg  NodeConfig // defaults filled in
	real *extnode.Node
	inc  extmgr.Incarnation

	prompt   prompt
	refusals refusals
	failed   chan error
}

// StartNode starts a node. It runs when StartNode returns, whether or not there is
// a manager.
func StartNode(cfg NodeConfig) (*Node, error) {
	n, err := startNode(cfg)
	if err != nil {
		return nil, fmt.Errorf("node %s: %w", cfg.Node.Self, err)
	}
	return n, nil
}

func startNode(cfg NodeConfig) (*Node, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.RefusedFor == 0 {
		cfg.RefusedFor = time.Minute
	}
	cfg.Node = cfg.Node.WithDefaults()
	n := &Node{cfg: cfg, failed: make(chan error, 1)}
	n.log, n.stop = cfg.Log, make(chan struct{})
	if err := n.start(); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	v := n.real.Snapshot()
	n.log.Info("serving", "node", v.Self, "inc", v.Inc, "addr", n.Addr(), "http", n.HTTPAddr(), "extents", len(v.Held))
	return n, nil
}

func (n *Node) start() (err error) {
	if err := checkAddr("the manager", n.cfg.Node.Manager.Addr); err != nil {
		return err
	}
	if n.cfg.Advertise != "" {
		if err := checkAddr("this node", n.cfg.Advertise); err != nil {
			return err
		}
	}
	if n.home, err = openHome(n.cfg.Dir, n.cfg.Node.Self, n.cfg.Quota, n.log); err != nil {
		return err
	}
	if err = n.bind(n.cfg.Listen, n.cfg.HTTP); err != nil {
		return err
	}
	n.engine, err = tcpnet.New(tcpnet.Config{Self: n.cfg.Node.Self, Cluster: n.cfg.Cluster, Handler: n.handle, Log: n.log})
	if err != nil {
		return err
	}
	n.prompt = prompt{n.engine, make(chan struct{}, 1)}
	own := n.cfg.Node
	if own.Addr = n.cfg.Advertise; own.Addr == "" {
		own.Addr = n.Addr()
	}
	own.IncarnationFloor = floor(time.Now())
	if n.real, err = extnode.New(own, n.home.store, n.prompt, n.log); err != nil {
		return err
	}
	n.inc = n.real.Snapshot().Inc
	n.refusals.within, n.refusals.limit = 3*own.HeartbeatEvery, n.cfg.RefusedFor
	// The first heartbeat is ahead of the first report.
	n.real.ProcessEvent(extnode.HeartbeatTick)
	n.real.ProcessEvent(extnode.SyncTick)
	n.tick(own.HeartbeatEvery, func() { n.real.ProcessEvent(extnode.HeartbeatTick) })
	n.tick(own.SyncEvery, func() { n.real.ProcessEvent(extnode.SyncTick) })
	n.tick(own.CopyTimeout, func() { n.real.ProcessEvent(extnode.CopyTick) })
	n.tick(own.ScrubEvery, n.scrub)
	n.work.Go(n.reportChanges)
	n.work.Go(func() { watchClock(n.log, n.stop) })
	return n.serve(n.pages())
}

func (n *Node) handle(msg extmgr.Message) {
	switch msg := msg.(type) {
	case *extmgr.Refusal:
		n.refused(msg)
	case *wire.Query:
		n.answer(msg, n.cfg.Node.Self, n.inc, n.Status())
	case *wire.Kill:
		if n.cfg.Kill == nil {
			n.log.Warn("order to end ignored: this node was not started for drills", "from", msg.From)
			return
		}
		n.cfg.Kill()
	default:
		n.real.ProcessMessage(msg)
	}
}

// refused ends the node if the manager has listened to somebody else for too long.
func (n *Node) refused(r *extmgr.Refusal) {
	if r.Refused != n.inc {
		return // meant for a process before this one
	}
	n.log.Warn("refused by the manager", "other", r.Addr, "other_inc", r.Known)
	if n.refusals.add(time.Now()) {
		n.fail(fmt.Errorf("node %s: %w: the manager listens to the one at %s, incarnation %d: stop one of the two, "+
			"or give this one another name and folder", n.cfg.Node.Self, ErrDuplicate, r.Addr, r.Known))
	}
}

func (n *Node) fail(err error) {
	select {
	case n.failed <- err:
	default:
	}
}

// Failed has an error when the node cannot go on and should be stopped.
func (n *Node) Failed() <-chan error { return n.failed }

// Status returns what the node has.
func (n *Node) Status() NodeStatus {
	s := nodeStatus(n.real.Snapshot())
	s.Network = n.engine.Stats()
	damaged, err := n.home.damaged()
	if err != nil {
		n.log.Warn("damaged files cannot be counted", "error", err)
	}
	s.Damaged = damaged
	return s
}

// Stop ends the node. It may be called more than once.
func (n *Node) Stop() error { return n.shutdown(func() {}) }
