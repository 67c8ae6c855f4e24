package drill

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// asCommand, set to a name, lets the test binary be that command.
const asCommand = "VNEXT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	switch os.Getenv(asCommand) {
	case "extmgrd":
		os.Exit(command.Manager(os.Args[1:], os.Stdout, os.Stderr))
	case "extnoded":
		os.Exit(command.Node(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func run(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"="+name)
	return cmd
}

// How long tests wait: for what must happen, on any machine, and for what a defect
// keeps from happening.
const (
	long  = 2 * time.Minute
	short = 15 * time.Second
)

// loaded is a cluster with some extents, in which nothing is missing.
func loaded(t *testing.T, bugs extmgr.Bugs) (*Cluster, *rand.Rand) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 0))
	c, err := Start(t.Context(), Config{Dir: t.TempDir(), Command: run, Bugs: bugs, Patience: long})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if _, err := c.load(rng, 4); err != nil {
		t.Fatal(err)
	}
	if err := c.Whole(); err != nil {
		t.Fatal(err)
	}
	return c, rng
}

// kindOf is what a stress test notices.
func kindOf(t *testing.T, err error) string {
	t.Helper()
	var f *Failure
	if err != nil && !errors.As(err, &f) {
		t.Fatal(err)
	}
	if f == nil {
		return ""
	}
	return f.Kind
}
