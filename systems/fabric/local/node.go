package local

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/ensemble"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/host"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/wire"
)

// Node is a node of a cluster that runs in this process.
type Node struct {
	cfg        Config
	specs      []failover.Spec
	net        *wire.Net
	ens        *ensemble.Ensemble
	manager    *manager
	membership *membership
	host       *host.Host

	cancel context.CancelFunc
	work   sync.WaitGroup
	once   sync.Once
	err    error
}

// Run runs a node until the context is done, and stops it.
func Run(ctx context.Context, cfg Config) error {
	n, err := Start(cfg)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-n.ens.Done():
	}
	return n.Stop()
}

// Start starts a node. It joins the cluster when it can.
func Start(cfg Config) (*Node, error) {
	n, err := start(cfg)
	if err != nil {
		return nil, fmt.Errorf("fabric: start node %q: %w", cfg.Node, err)
	}
	return n, nil
}

func start(cfg Config) (*Node, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	replicas := filepath.Join(cfg.Dir, "replicas")
	if err := os.MkdirAll(replicas, 0o700); err != nil {
		return nil, err
	}
	n := &Node{cfg: cfg, specs: cfg.specs()}
	n.manager, n.membership = newManager(n), newMembership(n)
	var err error
	n.host, err = host.New(host.Config{
		Node: cfg.Node, Dir: replicas, Services: cfg.factories(), Caller: caller{n}, Send: n.sendReplica, Copy: n.sendCopy,
		Report: n.membership.report, Leased: n.membership.leased, Changed: func() { poke(n.membership.again) }, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	l := cfg.Listener
	if l == nil {
		if l, err = net.Listen("tcp", cfg.Listen); err != nil {
			return nil, err
		}
	}
	n.net = wire.New(wire.Config{
		Cluster: cfg.Cluster, Self: cfg.Node, Message: n.message, Call: n.call, Dial: cfg.Dial, Log: cfg.Log,
	})
	n.ens, err = ensemble.Open(ensemble.Config{
		Name: cfg.Node, File: filepath.Join(cfg.Dir, "manager"), Machine: n.manager,
		Tick: cfg.Lease / 60, Log: cfg.Log,
		Send: func(to string, msg []byte) { n.net.Send(cfg.Nodes[to], laneControl, kindEnsemble, msg) },
	})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	n.manager.ens = n.ens
	n.net.Serve(l)
	ctx, cancel := context.WithCancel(context.Background())
	n.cancel = cancel
	n.work.Go(func() {
		if err := n.enter(ctx); err != nil && ctx.Err() == nil {
			cfg.Log.Error("the node cannot enter the cluster", "error", err)
		}
	})
	for _, f := range []func(context.Context){
		n.manager.run, n.membership.run, n.membership.watch, n.membership.obey, n.membership.telling, n.ticking,
	} {
		n.work.Go(func() { f(ctx) })
	}
	cfg.Log.Info("node started", "addr", l.Addr().String())
	return n, nil
}

// ticking has primaries repeat what seems to be lost.
func (n *Node) ticking(ctx context.Context) {
	ticker := time.NewTicker(min(n.cfg.Lease/8, 200*time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			n.host.Tick()
		case <-ctx.Done():
			return
		}
	}
}

// Caller calls services, as the node.
func (n *Node) Caller() service.Caller { return caller{n} }

// closeTime is how long replicas have to close, when a node stops.
const closeTime = 5 * time.Second

// Stop closes all replicas, tells the manager, and ends the node. What was acknowledged is not lost, as after a crash.
func (n *Node) Stop() error {
	n.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		life := n.membership.leave(ctx)
		if err := n.ask(ctx, kindLeave, failover.Down{Node: n.cfg.Node, Life: life}, nil); err != nil {
			n.cfg.Log.Info("the manager does not know that the node stops", "error", err)
		}
		n.cancel()
		n.work.Wait()
		n.net.Close()
		n.err = n.ens.Close()
		n.cfg.Log.Info("node stopped")
	})
	return n.err
}

// sendReplica is host.Config.Send.
func (n *Node) sendReplica(from, to replication.Member, msg any) {
	if n.membership.leased() {
		n.net.Send(n.cfg.Nodes[to.Node], laneReplicas, kindReplica, encodeReplica(from.ID, to.ID, msg))
	}
}

// sendCopy is host.Config.Copy.
func (n *Node) sendCopy(ctx context.Context, to replication.Member, c host.Copy) (a host.CopyAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.cfg.CallTimeout)
	defer cancel()
	b, err := n.net.Call(ctx, n.cfg.Nodes[to.Node], laneReplicas, kindCopy, encode(copyRequest{to.ID, c}))
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	return a, err
}

// message takes a message of another node.
func (n *Node) message(from string, k wire.Kind, body []byte) {
	switch k {
	case kindEnsemble:
		n.ens.Receive(from, body)
	case kindReplica:
		if sender, to, msg, ok := decodeReplica(body); ok {
			n.host.Receive(replication.Member{ID: sender, Node: from}, to, msg)
		}
	}
}

// call answers a call of another process.
func (n *Node) call(ctx context.Context, from string, k wire.Kind, body []byte) ([]byte, error) {
	switch k {
	case kindServe:
		return n.serve(ctx, body), nil
	case kindSync:
		return handle(body, func(q syncRequest) (any, error) { return n.manager.sync(ctx, q) })
	case kindReport:
		return handle(body, func(q []failover.Report) (any, error) { return nil, n.manager.report(ctx, q) })
	case kindCopy:
		return handle(body, func(q copyRequest) (any, error) { return n.host.Take(ctx, q.To, q.Copy) })
	case kindWho:
		id, fresh, err := n.ens.ID(ctx)
		return encode(whoAnswer{id, fresh}), err
	case kindAdmit:
		return handle(body, func(q admitRequest) (any, error) { return nil, n.ens.Admit(ctx, q.ID, q.Name) })
	case kindResolve:
		return handle(body, func(p service.PartitionID) (any, error) {
			at := n.resolve(p)
			return resolveAnswer{at.addr, at.replica, caller{n}.Partitions(p.Service)}, nil
		})
	case kindState:
		return encode(n.Status()), nil
	case kindSwap:
		return handle(body, func(s failover.Swap) (any, error) {
			if leader, _ := n.ens.Leader(); leader != n.cfg.Node {
				return true, n.ask(ctx, kindSwap, s, nil)
			}
			return true, n.manager.swap(ctx, s)
		})
	case kindLeave:
		return handle(body, func(d failover.Down) (any, error) { return n.manager.propose(ctx, failover.Event{Down: &d}) })
	}
	return nil, fmt.Errorf("fabric: call of unknown kind %d: is the other process of another version?", k)
}

// handle decodes a request and encodes the answer.
func handle[Q any](body []byte, f func(Q) (any, error)) ([]byte, error) {
	var q Q
	if err := json.Unmarshal(body, &q); err != nil {
		return nil, err
	}
	a, err := f(q)
	if err != nil {
		return nil, err
	}
	return encode(a), nil
}

// serve has a replica serve a request.
func (n *Node) serve(ctx context.Context, body []byte) []byte {
	id, k := binary.Uvarint(body)
	if k <= 0 {
		return []byte{gone}
	}
	answer, err := n.host.Serve(ctx, service.ReplicaID(id), body[k:])
	switch {
	case errors.Is(err, host.ErrGone):
		return []byte{gone}
	case errors.Is(err, host.ErrUnsure):
		return []byte{unsure}
	case err != nil:
		return append([]byte{failed}, err.Error()...)
	}
	return append([]byte{served}, answer...)
}
