package command_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
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

func run(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"="+name)
	return cmd
}

// patience is how long a test waits for what must happen, on any machine.
const patience = 2 * time.Minute

// cluster is a cluster of which whatever goes wrong fails the test.
type cluster struct {
	*drill.Cluster
	t testing.TB
}

func newCluster(t testing.TB, cfg drill.Config) *cluster {
	t.Helper()
	cfg.Dir, cfg.Command, cfg.Patience = t.TempDir(), run, patience
	d, err := drill.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return &cluster{d, t}
}

func (c *cluster) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) status() deploy.ManagerStatus {
	c.t.Helper()
	s, err := c.Status()
	c.must(err)
	return s
}

func (c *cluster) until(what string, ok func() bool) {
	c.t.Helper()
	c.must(c.Until(what, func() (bool, error) { return ok(), nil }))
}

// tool runs extctl and returns what it has printed and its exit code.
func (c *cluster) tool(args ...string) (string, int) {
	c.t.Helper()
	p, err := drill.Launch(run("extctl", append([]string{"--mgr=" + c.ManagerAddr(), "--timeout=60s"}, args...)...))
	c.must(err)
	code, err := p.Wait(patience)
	c.must(err)
	return p.Log(), code
}
