package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// asCommand, set to a name, lets the test binary be that command.
const asCommand = "VNEXT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	run := map[string]func([]string, *os.File, *os.File) int{
		"extmgrd":  func(a []string, o, e *os.File) int { return command.Manager(a, o, e) },
		"extnoded": func(a []string, o, e *os.File) int { return command.Node(a, o, e) },
		"extctl":   func(a []string, o, e *os.File) int { return command.Tool(a, o, e) },
	}[os.Getenv(asCommand)]
	if run != nil {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// log is what a process has said, line by line.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// process is a command as a process of its own.
type process struct {
	*exec.Cmd
	log   log
	ended chan struct{} // closed when it has
}

func start(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), asCommand+"="+name)
	p.Stdout, p.Stderr = &p.log, &p.log
	p.SysProcAttr = dieWithParent()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.Wait(); close(p.ended) }()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// terminate asks the process to end and returns its exit code.
func (p *process) terminate(t testing.TB) int {
	t.Helper()
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("%q does not end:\n%s", p.Args[1:], &p.log)
	}
	return p.ProcessState.ExitCode()
}

// wait returns when the process has ended by itself.
func (p *process) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("%q does not end:\n%s", p.Args[1:], &p.log)
	}
	return p.ProcessState.ExitCode()
}

// addr is where the process says that it listens.
func (p *process) addr(t testing.TB) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for line := range strings.Lines(p.log.String()) {
			var said struct{ Msg, Addr string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "serving" {
				return said.Addr
			}
		}
		select {
		case <-p.ended:
			t.Fatalf("%q ended:\n%s", p.Args[1:], &p.log)
		default:
		}
	}
	t.Fatalf("%q does not serve:\n%s", p.Args[1:], &p.log)
	return ""
}

// patience is how long a test waits for what must happen, on any machine.
const patience = 2 * time.Minute

// The periods of a test's cluster. Expiry by mistake, on a machine that is busy, is
// harmless.
var (
	managerPeriods = []string{"--heartbeat-every=100ms", "--expire-after=1s", "--sync-every=400ms", "--repair-every=200ms",
		"--repair-deadline=5s", "--log-format=json"}
	nodePeriods = []string{"--heartbeat-every=100ms", "--sync-every=400ms", "--scrub-every=20ms", "--copy-timeout=500ms",
		"--refused-for=5s", "--log-format=json"}
)

// cluster is a manager and nodes, each behind proxies.
type cluster struct {
	t       testing.TB
	dir     string
	target  int
	mgrArgs []string
	mgr     *process
	mgrVia  *proxy // of tools
	nodes   []*member
	client  *deploy.Client

	versions map[extmgr.ExtentID]uint64 // newest that was acknowledged
}

// member is a node and the ways to and from it.
type member struct {
	name string
	dir  string
	args []string
	*process
	in    *proxy // others to the node
	toMgr *proxy // the node to the manager
}

// newCluster starts a manager, with more flags than the usual ones, and n nodes.
func newCluster(t testing.TB, n int, mgrArgs ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, mgrArgs: mgrArgs, dir: t.TempDir(), target: 3, mgrVia: newProxy(t), versions: make(map[extmgr.ExtentID]uint64)}
	c.startManager()
	for i := range n {
		name := fmt.Sprintf("en%d", i+1)
		m := &member{name: name, dir: filepath.Join(c.dir, name), in: newProxy(t), toMgr: newProxy(t)}
		c.nodes = append(c.nodes, m)
		m.toMgr.to(c.mgr.addr(t))
		c.startNode(m)
	}
	client, err := deploy.NewClient(deploy.ClientConfig{
		Manager: extmgr.Endpoint{Node: "extmgr", Addr: c.mgrVia.addr()}, Retry: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	c.client = client
	return c
}

func (c *cluster) startManager() {
	c.t.Helper()
	args := append([]string{"--dir=" + filepath.Join(c.dir, "mgr"), "--listen=127.0.0.1:0"}, managerPeriods...)
	c.mgr = start(c.t, "extmgrd", append(args, c.mgrArgs...)...)
	at := c.mgr.addr(c.t)
	c.mgrVia.to(at)
	for _, m := range c.nodes {
		m.toMgr.to(at)
	}
}

func (c *cluster) startNode(m *member, more ...string) {
	c.t.Helper()
	args := append([]string{"--id=" + m.name, "--dir=" + m.dir, "--mgr=" + m.toMgr.addr(), "--advertise=" + m.in.addr(),
		"--listen=127.0.0.1:0"}, nodePeriods...)
	m.process = start(c.t, "extnoded", append(append(args, m.args...), more...)...)
	m.in.to(m.process.addr(c.t))
}

// tool runs extctl and returns what it has printed and its exit code.
func (c *cluster) tool(args ...string) (string, int) {
	c.t.Helper()
	p := start(c.t, "extctl", append([]string{"--mgr=" + c.mgrVia.addr(), "--timeout=60s"}, args...)...)
	code := p.wait(c.t)
	return p.log.String(), code
}

func (c *cluster) status() deploy.ManagerStatus {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := c.client.Status(ctx)
	if err != nil {
		c.t.Fatalf("status: %v\nmanager:\n%s", err, tail(c.mgr))
	}
	return s
}

// until waits until ok, and otherwise fails with what everybody has said last.
func (c *cluster) until(what string, ok func() bool) {
	c.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().Before(end) {
			continue
		}
		s, _ := json.MarshalIndent(c.status(), "", " ")
		text := fmt.Sprintf("not so after %v: %s\n%s\nmanager:\n%s", patience, what, s, tail(c.mgr))
		for _, m := range c.nodes {
			text += fmt.Sprintf("\n%s:\n%s", m.name, tail(m.process))
		}
		c.t.Fatal(text)
	}
}

// tail is the last that a process has said.
func tail(p *process) string {
	lines := strings.Split(strings.TrimSpace(p.log.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}
