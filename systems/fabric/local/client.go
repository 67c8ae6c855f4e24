package local

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/wire"
)

// place is where a primary is, as far as somebody knows.
type place struct {
	addr    string
	replica service.ReplicaID
}

// callAt sends a request to a replica.
func callAt(ctx context.Context, net *wire.Net, timeout time.Duration, at place, to service.PartitionID, req []byte) ([]byte, error) {
	if at.addr == "" {
		return nil, service.ErrNoPrimary
	}
	short, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	b, err := net.Call(short, at.addr, laneCalls, kindServe, append(binary.AppendUvarint(nil, uint64(at.replica)), req...))
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, ctx.Err()
	case errors.Is(err, wire.ErrUnreachable):
		return nil, service.ErrNoPrimary
	case err != nil || len(b) == 0:
		return nil, service.ErrNoAnswer
	}
	switch b[0] {
	case served:
		return b[1:], nil
	case failed:
		return nil, &service.ServeError{Partition: to, Text: string(b[1:])}
	case gone:
		return nil, service.ErrNoPrimary
	}
	return nil, service.ErrNoAnswer
}

// caller is the service.Caller of a node. Naming is the node's copy of the manager's state.
type caller struct{ n *Node }

func (c caller) Call(ctx context.Context, to service.PartitionID, req []byte) ([]byte, error) {
	if n := c.Partitions(to.Service); to.Index < 0 || to.Index >= n {
		return nil, fmt.Errorf("%w: service %q has %d partitions, and no %d", service.ErrNoPrimary, to.Service, n, to.Index)
	}
	return callAt(ctx, c.n.net, c.n.cfg.CallTimeout, c.n.resolve(to), to, req)
}

func (c caller) Partitions(name string) (n int) {
	c.n.manager.view(func(s *failover.State) { n = partitions(s, name) })
	return n
}

func partitions(s *failover.State, name string) int {
	for _, spec := range s.Services {
		if spec.Name == name {
			return spec.Partitions
		}
	}
	return 0
}

// resolve says where the primary of a partition is.
func (n *Node) resolve(to service.PartitionID) (at place) {
	n.manager.view(func(s *failover.State) {
		if p := s.Partition(to); p != nil && p.Register.Primary.ID != 0 {
			at = place{n.cfg.Nodes[p.Register.Primary.Node], p.Register.Primary.ID}
		}
	})
	return at
}

// Client calls services of a cluster from outside. Its methods may be called by any goroutine.
type Client struct {
	addrs   []string
	timeout time.Duration
	net     *wire.Net

	mu    sync.Mutex
	known map[service.PartitionID]place
}

var _ service.Caller = (*Client)(nil)

// ClientConfig describes a client.
type ClientConfig struct {
	Cluster string        // "" is "fabric"
	Addrs   []string      // of nodes; which one it asks is its choice
	Timeout time.Duration // of a call; 0 is 10s
	Log     *slog.Logger  // nil logs nothing
}

// NewClient returns a client. It connects when it calls.
func NewClient(cfg ClientConfig) *Client {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{
		addrs: cfg.Addrs, timeout: cmp.Or(cfg.Timeout, 10*time.Second), known: map[service.PartitionID]place{},
		net: wire.New(wire.Config{Cluster: cmp.Or(cfg.Cluster, "fabric"), Self: "client", Log: cfg.Log}),
	}
}

// Close ends all calls.
func (c *Client) Close() { c.net.Close() }

// ask asks one node after the other, until one answers.
func (c *Client) ask(ctx context.Context, k wire.Kind, q, a any) error {
	err := errors.New("fabric: the client knows no node")
	for _, addr := range c.addrs {
		short, cancel := context.WithTimeout(ctx, c.timeout)
		var b []byte
		b, err = c.net.Call(short, addr, laneCalls, k, encode(q))
		cancel()
		if err == nil {
			return json.Unmarshal(b, a)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// Call implements service.Caller. Where the primary is, is remembered until a call fails.
func (c *Client) Call(ctx context.Context, to service.PartitionID, req []byte) ([]byte, error) {
	c.mu.Lock()
	at, known := c.known[to]
	c.mu.Unlock()
	if !known {
		var a resolveAnswer
		if err := c.ask(ctx, kindResolve, to, &a); err != nil {
			return nil, cmp.Or(ctx.Err(), service.ErrNoPrimary)
		}
		at = place{a.Addr, a.Replica}
	}
	answer, err := callAt(ctx, c.net, c.timeout, at, to, req)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil { // an error of the service, too: it may have lost its role
		delete(c.known, to)
	} else {
		c.known[to] = at
	}
	return answer, err
}

// Partitions implements service.Caller.
func (c *Client) Partitions(name string) int {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	var a resolveAnswer
	if c.ask(ctx, kindResolve, service.PartitionID{Service: name}, &a) != nil {
		return 0
	}
	return a.Partitions
}

// Swap makes another replica the primary: the active secondary on a node, or any if node is "". It returns when the
// manager knows, and does nothing if the partition is not at rest.
func (c *Client) Swap(ctx context.Context, p service.PartitionID, node string) error {
	var ok bool
	return c.ask(ctx, kindSwap, failover.Swap{Partition: p, Node: node}, &ok)
}

// Status returns what the cluster is like, as the first node knows that answers.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	err = c.ask(ctx, kindState, nil, &s)
	return s, err
}
