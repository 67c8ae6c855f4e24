package localtest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

// Lease is how long the leases of tests are, at least. When all nodes lose theirs, as on a machine that stalls for so
// long, services that keep their state in memory lose it.
const Lease = 3 * time.Second

// Patience is how long something may take that has to happen. It bounds failures; nothing is measured with it.
const Patience = 90 * time.Second

// Eventually waits until f returns true.
func Eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(Patience); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Embedded is a cluster of three nodes in the process of the test. Its methods belong to the goroutine of the test.
type Embedded struct {
	Nodes map[string]*local.Node // that run, by name
	Dirs  map[string]string      // of all nodes
	Addrs map[string]string

	t   testing.TB
	cfg local.Config
	log *text

	mu    sync.Mutex
	cut   map[string]bool        // nodes that reach nobody, and nobody reaches
	conns map[net.Conn][2]string // from and to
}

// Start starts a cluster, which ends with the test.
func Start(t testing.TB, services ...local.Service) *Embedded {
	t.Helper()
	c := &Embedded{
		t: t, Nodes: map[string]*local.Node{}, Dirs: map[string]string{}, Addrs: map[string]string{}, log: &text{},
		cut: map[string]bool{}, conns: map[net.Conn][2]string{},
	}
	c.cfg = local.Config{
		Services: services, Lease: Lease, CallTimeout: 2 * time.Second, Nodes: c.Addrs,
		Log: slog.New(slog.NewTextHandler(c.log, nil)),
	}
	ports := map[string]net.Listener{}
	for i := range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		name := "n" + strconv.Itoa(i+1)
		c.Addrs[name], c.Dirs[name], ports[name] = l.Addr().String(), t.TempDir(), l
	}
	for name, l := range ports {
		c.start(name, l)
	}
	t.Cleanup(func() {
		for name := range c.Dirs {
			c.Stop(name)
		}
		if t.Failed() {
			t.Log(c.log)
		}
	})
	return c
}

func (c *Embedded) start(name string, l net.Listener) {
	c.t.Helper()
	cfg := c.cfg
	cfg.Node, cfg.Dir, cfg.Listener = name, c.Dirs[name], l
	cfg.Dial = func(ctx context.Context, addr string) (net.Conn, error) { return c.dial(ctx, name, addr) }
	n, err := local.Start(cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	c.Nodes[name] = n
}

// Start starts a node again, on its folder.
func (c *Embedded) Start(name string) {
	c.t.Helper()
	l, err := net.Listen("tcp", c.Addrs[name])
	if err != nil {
		c.t.Fatal(err)
	}
	c.start(name, l)
}

// Stop stops a node in good order.
func (c *Embedded) Stop(name string) {
	if n := c.Nodes[name]; n != nil {
		delete(c.Nodes, name)
		if err := n.Stop(); err != nil {
			c.t.Errorf("stop %s: %v", name, err)
		}
	}
}

func (c *Embedded) dial(ctx context.Context, from, addr string) (net.Conn, error) {
	to := ""
	for name, a := range c.Addrs {
		if a == addr {
			to = name
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if from != to && (c.cut[from] || c.cut[to]) {
		return nil, fmt.Errorf("the network between %s and %s is cut", from, to)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err == nil {
		c.conns[conn] = [2]string{from, to}
	}
	return conn, err
}

// Isolate cuts a node off from the others, or connects it again. Clients reach it nevertheless.
func (c *Embedded) Isolate(name string, on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut[name] = on
	for conn, ends := range c.conns {
		if on && slices.Contains(ends[:], name) && ends[0] != ends[1] {
			delete(c.conns, conn)
			_ = conn.Close()
		}
	}
}

// Client returns a client from outside, which asks the given nodes, or all if none is given.
func (c *Embedded) Client(names ...string) *local.Client {
	var addrs []string
	for name, a := range c.Addrs {
		if len(names) == 0 || slices.Contains(names, name) {
			addrs = append(addrs, a)
		}
	}
	cl := local.NewClient(local.ClientConfig{Addrs: addrs, Timeout: 2 * time.Second})
	c.t.Cleanup(cl.Close)
	return cl
}

// Stable waits until a partition is at rest with so many replicas and its primary runs, as the failover manager knows,
// on a node that is not isolated: other nodes may be behind.
func (c *Embedded) Stable(p service.PartitionID, members int) (st local.PartitionStatus) {
	c.t.Helper()
	Eventually(c.t, fmt.Sprintf("%v is stable with %d members", p, members), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for name, n := range c.Nodes {
			all := n.Status()
			if c.cut[name] || all.Manager != name || all.Entering {
				continue
			}
			for _, st = range all.Partitions {
				runs := c.Nodes[st.Primary] != nil && !c.cut[st.Primary]
				if st.ID == p && st.Phase == "stable" && len(st.Members) == members && runs {
					return true
				}
			}
		}
		return false
	})
	return st
}
