package deploy

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// ClientConfig holds the settings of a client. Manager is required.
type ClientConfig struct {
	Manager extmgr.Endpoint // node "extmgr"
	Cluster string          // "vnext"
	Retry   time.Duration   // a request without an answer is sent again; 2s
	Log     extmgr.Logger   // nil discards
}

// Client is a tool's way into a cluster. Its methods wait until there is an answer
// or the context ends; what was not answered is sent again, which is harmless, as
// no request means more when it comes twice. It may be used by any goroutine; one
// request is under way at a time.
type Client struct {
	cfg    ClientConfig
	engine *tcpnet.Engine
	self   extmgr.NodeID
	inc    extmgr.Incarnation // tells this client's requests from those of others
	in     chan extmgr.Message

	mu   sync.Mutex // guards seq, and is held during a request
	seq  uint64
	task uint64
}

// NewClient returns a client. It connects when there is something to ask.
func NewClient(cfg ClientConfig) (*Client, error) {
	if err := checkAddr("the manager", cfg.Manager.Addr); err != nil {
		return nil, err
	}
	if cfg.Manager.Node == "" {
		cfg.Manager.Node = "extmgr"
	}
	if cfg.Retry == 0 {
		cfg.Retry = 2 * time.Second
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	c := &Client{cfg: cfg, in: make(chan extmgr.Message, 16)}
	c.inc = extmgr.Incarnation(binary.BigEndian.Uint64(id[:]))
	c.self = extmgr.NodeID(fmt.Sprintf("tool-%x", id))
	var err error
	c.engine, err = tcpnet.New(tcpnet.Config{Self: c.self, Cluster: cfg.Cluster, Handler: c.handle, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the connections.
func (c *Client) Close() error { return c.engine.Close() }

// handle keeps answers. If nobody takes them they are of requests long answered.
func (c *Client) handle(m extmgr.Message) {
	select {
	case c.in <- m:
	default:
	}
}

// ask sends what makes returns until an answer comes that fits.
func ask[A extmgr.Message](ctx context.Context, c *Client, to extmgr.Endpoint, request func(extmgr.Header) extmgr.Message, fits func(A) bool) (A, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var none A
	var last error
	for {
		c.seq++
		last = c.engine.SendMessage(to, request(extmgr.Header{From: c.self, Inc: c.inc, Seq: c.seq}))
		pause := c.cfg.Retry
		if last != nil {
			pause = min(pause, 100*time.Millisecond)
		}
		again := time.NewTimer(pause)
	wait:
		for {
			select {
			case m := <-c.in:
				if a, ok := m.(A); ok && fits(a) {
					again.Stop()
					return a, nil
				}
			case <-again.C:
				break wait
			case <-ctx.Done():
				again.Stop()
				err := fmt.Errorf("no answer from %s at %s: %w", to.Node, to.Addr, context.Cause(ctx))
				return none, errors.Join(err, last)
			}
		}
	}
}

// query asks a process for its status.
func query[S any](ctx context.Context, c *Client, to extmgr.Endpoint) (s S, err error) {
	a, err := ask(ctx, c, to,
		func(h extmgr.Header) extmgr.Message { return &wire.Query{Header: h} },
		func(a *wire.Answer) bool { return a.From == to.Node })
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(a.Body, &s); err != nil {
		return s, fmt.Errorf("the answer of %s is not understood: %w", to.Node, err)
	}
	return s, nil
}

// Status asks the manager what it knows.
func (c *Client) Status(ctx context.Context) (ManagerStatus, error) {
	return query[ManagerStatus](ctx, c, c.cfg.Manager)
}

// NodeStatus asks a node what it has.
func (c *Client) NodeStatus(ctx context.Context, node extmgr.Endpoint) (NodeStatus, error) {
	return query[NodeStatus](ctx, c, node)
}

// Put stores an extent on a node. When it returns without an error the extent is
// durable there, and the manager will see to the other replicas.
func (c *Client) Put(ctx context.Context, node extmgr.Endpoint, info extmgr.ExtentInfo, data []byte) error {
	if len(data) > MaxPut {
		return fmt.Errorf("extent %s has %d bytes: want at most %d, as it goes in one message", info.ID, len(data), MaxPut)
	}
	a, err := ask(ctx, c, node,
		func(h extmgr.Header) extmgr.Message {
			return &extnode.Put{Header: h, ReplyTo: extmgr.Endpoint{Node: c.self}, Info: info, Data: data}
		},
		func(a *extnode.PutAck) bool {
			return a.From == node.Node && a.Extent == info.ID && a.Version == info.Version
		})
	if err != nil {
		return err
	}
	if a.Err != "" {
		return fmt.Errorf("%s did not store it: %s: make room there, or put it on another node", node.Node, a.Err)
	}
	return nil
}

// MaxPut is the largest extent that can be put, in bytes.
const MaxPut = 32 << 20

// Kill orders a node to end at once, as if it had been killed. Only nodes that were
// started for drills do. It returns when the node is gone from the manager's view,
// or is another incarnation.
func (c *Client) Kill(ctx context.Context, node NodeEntry) error {
	to := extmgr.Endpoint{Node: node.Name, Addr: node.Addr}
	for {
		c.mu.Lock()
		c.seq++
		_ = c.engine.SendMessage(to, &wire.Kill{Header: extmgr.Header{From: c.self, Inc: c.inc, Seq: c.seq}})
		c.mu.Unlock()
		s, err := c.Status(ctx)
		if err != nil {
			return err
		}
		if now, ok := s.Node(node.Name); !ok || now.Incarnation != node.Incarnation {
			return nil
		}
		select {
		case <-time.After(min(c.cfg.Retry, 200*time.Millisecond)):
		case <-ctx.Done():
			return fmt.Errorf("%s still lives: was it started for drills?: %w", node.Name, context.Cause(ctx))
		}
	}
}
