package localtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/command"
)

// asNode, if set, lets a test binary be a node.
const asNode = "FABRIC_TEST_AS_NODE"

// Main is for TestMain: it runs the tests, or the program if the process was started to be a node.
func Main(m *testing.M, p command.Program) {
	if os.Getenv(asNode) != "" {
		os.Exit(p.Run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// Cluster is a cluster of three processes, each the test binary. Its methods belong to the goroutine of the test,
// unless they say otherwise.
type Cluster struct {
	Dirs map[string]string // of all nodes

	t     testing.TB
	addrs map[string]string
	lease time.Duration
	flags []string

	mu    sync.Mutex
	procs map[string]*process
	ended []*process
}

type process struct {
	cmd   *exec.Cmd
	log   text
	ended chan struct{}
}

// text is what somebody has said.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *text) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *text) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// StartProcesses starts a cluster of processes, with more flags if there are any. They are killed when the test ends.
func StartProcesses(t testing.TB, lease time.Duration, flags ...string) *Cluster {
	t.Helper()
	c := &Cluster{t: t, Dirs: map[string]string{}, addrs: map[string]string{}, lease: lease, flags: flags, procs: map[string]*process{}}
	for i := range 3 {
		name := "n" + strconv.Itoa(i+1)
		c.Dirs[name], c.addrs[name] = t.TempDir(), freeAddr(t)
	}
	t.Cleanup(func() {
		for name := range c.Dirs {
			c.Kill(name)
		}
		if t.Failed() {
			for _, p := range c.ended {
				t.Logf("%q:\n%s", p.cmd.Args[1:], tail(p.log.String()))
			}
		}
	})
	for name := range c.Dirs {
		c.Start(name)
	}
	return c
}

func tail(s string) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}

// freeAddr returns an address that was free, and that the system does not give to others soon.
func freeAddr(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Start starts a node, on its folder. It may be called by any goroutine.
func (c *Cluster) Start(name string) {
	var nodes []string
	for n, a := range c.addrs {
		nodes = append(nodes, n+"="+a)
	}
	p := &process{ended: make(chan struct{})}
	p.cmd = exec.Command(os.Args[0], append([]string{"run", name, "--dir=" + c.Dirs[name], "--nodes=" + strings.Join(nodes, ";"),
		"--lease=" + c.lease.String(), "--timeout=2s"}, c.flags...)...)
	p.cmd.Env = append(os.Environ(), asNode+"=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.SysProcAttr = dieWithParent()
	if err := p.cmd.Start(); err != nil {
		c.t.Errorf("start %s: %v", name, err)
		return
	}
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.procs[name] = p
}

// Kill ends a node as kill -9 does, if it runs. It may be called by any goroutine.
func (c *Cluster) Kill(name string) {
	c.mu.Lock()
	p := c.procs[name]
	delete(c.procs, name)
	c.mu.Unlock()
	if p == nil {
		return
	}
	select {
	case <-p.ended:
		c.t.Errorf("node %s has ended by itself: %v", name, p.cmd.ProcessState)
	default:
	}
	_ = p.cmd.Process.Kill() // also if it is stopped
	<-p.ended
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = append(c.ended, p)
}

// Running returns the names of the nodes that run. It may be called by any goroutine.
func (c *Cluster) Running() (names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := range c.procs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Client returns a client, which asks the given nodes, or all if none is given. It may be called by any goroutine.
func (c *Cluster) Client(names ...string) *local.Client {
	cl := c.client(names...)
	c.t.Cleanup(cl.Close)
	return cl
}

func (c *Cluster) client(names ...string) *local.Client {
	var addrs []string
	for name, a := range c.addrs {
		if len(names) == 0 || slices.Contains(names, name) {
			addrs = append(addrs, a)
		}
	}
	return local.NewClient(local.ClientConfig{Addrs: addrs, Timeout: 2 * time.Second})
}

// Until waits for a status that satisfies a condition, as the failover manager tells it on one of the given nodes, or
// on any that runs if none is given: other nodes may be behind. As the whole status is of one moment, a condition on
// several partitions holds of all of them at once.
func (c *Cluster) Until(what string, f func(local.Status) bool, names ...string) (st local.Status) {
	c.t.Helper()
	if len(names) == 0 {
		names = c.Running()
	}
	clients := map[string]*local.Client{}
	for _, name := range names {
		clients[name] = c.client(name)
		defer clients[name].Close()
	}
	Eventually(c.t, what, func() bool {
		for name, cl := range clients {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			now, err := cl.Status(ctx)
			cancel()
			if err == nil && now.Manager == name && f(now) {
				st = now
				return true
			}
		}
		return false
	})
	return st
}

// Status returns the status that the failover manager tells, on one of the given nodes if any are given.
func (c *Cluster) Status(names ...string) local.Status {
	c.t.Helper()
	return c.Until("the manager tells its status", func(local.Status) bool { return true }, names...)
}

// Stable waits until a partition is at rest with so many replicas and its primary runs, as the manager tells on one of
// the given nodes, or on any that runs if none is given.
func (c *Cluster) Stable(p service.PartitionID, members int, names ...string) (st local.PartitionStatus) {
	c.t.Helper()
	running := c.Running()
	c.Until(fmt.Sprintf("%v is stable with %d members", p, members), func(all local.Status) bool {
		for _, st = range all.Partitions {
			if !all.Entering && st.ID == p && st.Phase == "stable" && len(st.Members) == members && slices.Contains(running, st.Primary) {
				return true
			}
		}
		return false
	}, names...)
	return st
}
