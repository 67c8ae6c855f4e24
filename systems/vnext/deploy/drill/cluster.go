package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/systems/internal/proxy"
	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// Config holds the settings of a cluster. Dir and Command are required.
type Config struct {
	Dir      string                                      // for the folders of all processes
	Command  func(name string, args ...string) *exec.Cmd // runs extmgrd or extnoded
	Nodes    int                                         // at the start; 5
	Patience time.Duration                               // what must happen happens within it, on any machine; 2m
	Bugs     extmgr.Bugs                                 // seeded defects of the manager
	NodeBugs extnode.Bugs                                // seeded defects of the nodes
}

// target is how many replicas each extent should have.
const target = 3

// The periods of a cluster. Expiry by mistake, on a machine that is busy, is harmless.
var (
	managerPeriods = []string{"--heartbeat-every=100ms", "--expire-after=1s", "--sync-every=400ms", "--repair-every=200ms",
		"--repair-deadline=5s", "--log-format=json"}
	nodePeriods = []string{"--heartbeat-every=100ms", "--sync-every=400ms", "--scrub-every=20ms", "--copy-timeout=500ms",
		"--refused-for=5s", "--log-format=json"}
)

// Cluster is a manager and nodes, each behind proxies.
type Cluster struct {
	Manager  *Process
	Nodes    []*Member // those that are not gone for good
	Client   *deploy.Client
	Versions map[extmgr.ExtentID]uint64 // newest that was acknowledged

	ctx      context.Context
	cfg      Config
	via      *proxy.Proxy // of tools to the manager
	proxies  []*proxy.Proxy
	messages atomic.Int64 // to and from nodes
	all      []*Process   // every one that was ever started
	started  int          // nodes, for their names
}

// Member is a node and the ways to and from it.
type Member struct {
	*Process
	Name string
	Dir  string
	in   *proxy.Proxy // others to the node
	out  *proxy.Proxy // the node to the manager
}

// errOver is that the context has ended.
var errOver = errors.New("the time is over")

// Start starts a manager and nodes. When ctx ends nothing is waited for any more. Close
// the cluster when it is no longer needed.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	if cfg.Nodes == 0 {
		cfg.Nodes = 5
	}
	if cfg.Patience == 0 {
		cfg.Patience = 2 * time.Minute
	}
	c := &Cluster{ctx: ctx, cfg: cfg, Versions: make(map[extmgr.ExtentID]uint64)}
	if err := c.start(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start() (err error) {
	if c.via, err = c.proxy(nil); err != nil {
		return err
	}
	if err := c.StartManager(); err != nil {
		return err
	}
	for range c.cfg.Nodes {
		if _, err := c.addNode(); err != nil {
			return err
		}
	}
	c.Client, err = deploy.NewClient(deploy.ClientConfig{
		Manager: extmgr.Endpoint{Node: "extmgr", Addr: c.via.Addr()}, Retry: time.Second,
	})
	return err
}

// Close kills whoever is left.
func (c *Cluster) Close() {
	for _, p := range c.all {
		p.Kill()
	}
	if c.Client != nil {
		_ = c.Client.Close() // nobody is there any more
	}
	for _, p := range c.proxies {
		p.Close()
	}
}

// ManagerAddr is where tools reach the manager, also when it was started again.
func (c *Cluster) ManagerAddr() string { return c.via.Addr() }

// StartManager starts the manager, for the first time or again.
func (c *Cluster) StartManager() (err error) {
	args := append([]string{"--dir=" + filepath.Join(c.cfg.Dir, "mgr"), "--listen=127.0.0.1:0"}, managerPeriods...)
	args = append(args, fmt.Sprintf("--bugs=%d", c.cfg.Bugs))
	if c.Manager, err = c.launch("extmgrd", args); err != nil {
		return err
	}
	at, err := c.Manager.Addr(c.cfg.Patience)
	if err != nil {
		return err
	}
	c.via.To(at)
	for _, m := range c.Nodes {
		m.out.To(at)
	}
	return nil
}

func (c *Cluster) launch(name string, args []string) (*Process, error) {
	p, err := Launch(c.cfg.Command(name, args...))
	if err == nil {
		c.all = append(c.all, p)
	}
	return p, err
}

// addNode starts a node that was not there before, with an empty disk.
func (c *Cluster) addNode() (*Member, error) {
	c.started++
	m, err := c.newMember(fmt.Sprintf("en%d", c.started))
	if err != nil {
		return nil, err
	}
	c.Nodes = append(c.Nodes, m)
	return m, c.StartNode(m)
}

// newMember makes the ways to and from a node, and a name for its folder that no other
// process has.
func (c *Cluster) newMember(name string) (m *Member, err error) {
	m = &Member{Name: name, Dir: filepath.Join(c.cfg.Dir, fmt.Sprintf("%s-%d", name, len(c.all)))}
	if m.in, err = c.proxy(c.count); err != nil {
		return nil, err
	}
	if m.out, err = c.proxy(c.count); err != nil {
		return nil, err
	}
	at, err := c.Manager.Addr(c.cfg.Patience)
	m.out.To(at)
	return m, err
}

// StartNode starts a node, for the first time or again, with more flags than usual.
func (c *Cluster) StartNode(m *Member, more ...string) (err error) {
	args := append([]string{"--id=" + m.Name, "--dir=" + m.Dir, "--mgr=" + m.out.Addr(), "--advertise=" + m.in.Addr(),
		"--listen=127.0.0.1:0", fmt.Sprintf("--bugs=%d", c.cfg.NodeBugs)}, nodePeriods...)
	if m.Process, err = c.launch("extnoded", append(args, more...)); err != nil {
		return err
	}
	at, err := m.Process.Addr(c.cfg.Patience)
	m.in.To(at)
	return err
}

// Status asks the manager what it knows.
func (c *Cluster) Status() (deploy.ManagerStatus, error) {
	ctx, cancel := context.WithTimeout(c.ctx, c.cfg.Patience)
	defer cancel()
	return c.Client.Status(ctx)
}

// errNotSo is that something has not happened in time.
var errNotSo = errors.New("not so")

// Until waits until ok. If that takes too long the error has what everybody has said
// last.
func (c *Cluster) Until(what string, ok func() (bool, error)) error {
	for end := time.Now().Add(c.cfg.Patience); ; time.Sleep(50 * time.Millisecond) {
		so, err := ok()
		switch {
		case so:
			return nil
		case c.ctx.Err() != nil:
			return errOver
		case err != nil:
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%w after %v: %s\n%s", errNotSo, c.cfg.Patience, what, c.last())
		}
	}
}

// last is what everybody has said last.
func (c *Cluster) last() string {
	status, _ := c.Status() // empty if there is none
	s, _ := json.MarshalIndent(status, "", " ")
	text := fmt.Sprintf("%s\nmanager:\n%s", s, c.Manager.Tail())
	for _, m := range c.Nodes {
		text += fmt.Sprintf("\n%s:\n%s", m.Name, m.Tail())
	}
	return text
}

// Known waits until the manager knows the live nodes, and where they are.
func (c *Cluster) Known() error {
	return c.Until("all nodes are known", func() (bool, error) {
		s, err := c.Status()
		for _, m := range c.Nodes {
			if n, ok := s.Node(extmgr.NodeID(m.Name)); !ok || n.Addr != m.in.Addr() {
				return false, err
			}
		}
		return true, err
	})
}

// Put writes an extent at a version to some node that takes it. When it returns
// without an error that was acknowledged.
func (c *Cluster) Put(rng *rand.Rand, id extmgr.ExtentID, version uint64) error {
	return c.Until(fmt.Sprintf("some node takes extent %s", id), func() (bool, error) {
		s, err := c.Status()
		if err != nil || len(s.Nodes) == 0 {
			return false, err
		}
		n := s.Nodes[rng.IntN(len(s.Nodes))]
		return c.putOn(extmgr.Endpoint{Node: n.Name, Addr: n.Addr}, id, version) == nil, nil
	})
}

func (c *Cluster) putOn(node extmgr.Endpoint, id extmgr.ExtentID, version uint64) error {
	ctx, cancel := context.WithTimeout(c.ctx, 5*time.Second)
	defer cancel()
	data := Contents(id, version)
	info := extmgr.ExtentInfo{ID: id, Version: version, Length: int64(len(data)), CRC32C: extstore.Checksum(data)}
	err := c.Client.Put(ctx, node, info, data)
	if err == nil {
		c.Versions[id] = version
	}
	return err
}

// Contents is what is written as an extent at a version: a function of both.
func Contents(id extmgr.ExtentID, version uint64) []byte {
	rng := rand.NewChaCha8([32]byte(append(id[:], fmt.Sprintf("%016d", version)...)))
	data := make([]byte, []int{0, 1, 64 << 10, 200_000, 1_500_000}[(uint64(id[0])+version)%5])
	_, _ = rng.Read(data)
	return data
}
