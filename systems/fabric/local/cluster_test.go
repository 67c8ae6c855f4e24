package local_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

// patience is how long something may take that has to happen. It bounds failures, and nothing is measured with it.
const patience = 60 * time.Second

// cluster is three nodes in one process, and a network between them that can be cut.
type cluster struct {
	t     *testing.T
	cfg   local.Config // of all nodes
	addrs map[string]string
	dirs  map[string]string
	nodes map[string]*local.Node
	log   *syncBuffer

	mu    sync.Mutex
	cut   map[string]bool // nodes that reach nobody, and nobody reaches
	conns map[net.Conn][2]string
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newCluster(t *testing.T, services ...local.Service) *cluster {
	t.Helper()
	c := &cluster{
		t: t, addrs: map[string]string{}, dirs: map[string]string{}, nodes: map[string]*local.Node{}, log: &syncBuffer{},
		cut: map[string]bool{}, conns: map[net.Conn][2]string{},
	}
	c.cfg = local.Config{
		Services: services, Lease: 500 * time.Millisecond, CallTimeout: 2 * time.Second, Nodes: c.addrs,
		Log: slog.New(slog.NewTextHandler(c.log, nil)),
	}
	for i := range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		name := "n" + strconv.Itoa(i+1)
		c.addrs[name], c.dirs[name] = l.Addr().String(), t.TempDir()
		defer c.startOn(name, l)
	}
	t.Cleanup(func() {
		for name := range c.dirs {
			c.stop(name)
		}
		if t.Failed() {
			t.Log(c.log)
		}
	})
	return c
}

func (c *cluster) startOn(name string, l net.Listener) {
	c.t.Helper()
	cfg := c.cfg
	cfg.Node, cfg.Dir, cfg.Listener = name, c.dirs[name], l
	cfg.Dial = func(ctx context.Context, addr string) (net.Conn, error) { return c.dial(ctx, name, addr) }
	n, err := local.Start(cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	c.nodes[name] = n
}

// start starts a node again, on its folder.
func (c *cluster) start(name string) {
	c.t.Helper()
	l, err := net.Listen("tcp", c.addrs[name])
	if err != nil {
		c.t.Fatal(err)
	}
	c.startOn(name, l)
}

func (c *cluster) stop(name string) {
	if n := c.nodes[name]; n != nil {
		delete(c.nodes, name)
		if err := n.Stop(); err != nil {
			c.t.Errorf("stop %s: %v", name, err)
		}
	}
}

func (c *cluster) dial(ctx context.Context, from, addr string) (net.Conn, error) {
	to := ""
	for name, a := range c.addrs {
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

// isolate cuts a node off, or connects it again.
func (c *cluster) isolate(name string, on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut[name] = on
	for conn, ends := range c.conns {
		if on && (ends[0] == name || ends[1] == name) && ends[0] != ends[1] {
			delete(c.conns, conn)
			_ = conn.Close()
		}
	}
}

func (c *cluster) client() *local.Client {
	var addrs []string
	for _, a := range c.addrs {
		addrs = append(addrs, a)
	}
	cl := local.NewClient(local.ClientConfig{Addrs: addrs, Timeout: 2 * time.Second})
	c.t.Cleanup(cl.Close)
	return cl
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// status is what a node knows of a partition.
func (c *cluster) status(on string, p service.PartitionID) local.PartitionStatus {
	if n := c.nodes[on]; n != nil {
		for _, st := range n.Status().Partitions {
			if st.ID == p {
				return st
			}
		}
	}
	return local.PartitionStatus{}
}

// stable waits until a partition has so many replicas, on nodes that run.
func (c *cluster) stable(p service.PartitionID, members int) local.PartitionStatus {
	c.t.Helper()
	var st local.PartitionStatus
	eventually(c.t, fmt.Sprintf("%v is stable with %d members", p, members), func() bool {
		for name := range c.nodes {
			if c.cut[name] {
				continue
			}
			st = c.status(name, p)
			if st.Phase == "stable" && len(st.Members) == members && c.nodes[st.Primary] != nil && !c.cut[st.Primary] {
				return true
			}
		}
		return false
	})
	return st
}

// add calls "add" until it is answered.
func add(t *testing.T, c service.Caller, p service.PartitionID, x string) string {
	t.Helper()
	var answer []byte
	eventually(t, "add "+x, func() bool {
		var err error
		answer, err = c.Call(t.Context(), p, []byte("add "+x))
		return err == nil
	})
	return string(answer)
}

func list(t *testing.T, c service.Caller, p service.PartitionID) string {
	t.Helper()
	var answer []byte
	eventually(t, "list", func() bool {
		var err error
		answer, err = c.Call(t.Context(), p, []byte("list"))
		return err == nil
	})
	return string(answer)
}

var part0 = service.PartitionID{Service: "counter"}

func TestFailover(t *testing.T) {
	c := newCluster(t, local.Service{Name: "counter", New: newCounter})
	cl := c.client()
	st := c.stable(part0, 3)
	for i := range 5 {
		if got := add(t, cl, part0, fmt.Sprint("x", i)); got != strconv.Itoa(i) {
			t.Errorf("x%d has place %s", i, got)
		}
	}
	c.stop(st.Primary)
	c.stable(part0, 2)
	add(t, cl, part0, "y")
	c.start(st.Primary)
	c.stable(part0, 3)
	c.isolate(c.stable(part0, 3).Primary, true)
	add(t, cl, part0, "z")
	if got := list(t, cl, part0); !strings.HasPrefix(got, "x0,x1,x2,x3,x4,y,z") {
		t.Errorf("it has %s", got)
	}
}
