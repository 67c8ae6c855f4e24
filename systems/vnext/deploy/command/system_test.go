package command_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

var (
	scenarios = flag.Int("scenarios", 5, "scenarios of TestScenarios")
	firstSeed = flag.Uint64("scenario", 1, "the first scenario's seed")
)

// TestScenarios has a manager and five nodes as processes, on real disks. While
// extents are written and replaced, nodes and the manager are killed, nodes are cut
// off, connections dropped, replicas damaged, disks lost and filled. Then all is
// well again, and in the end every extent must have three replicas, which are read
// from the disks, not from what anybody believes; nothing that was acknowledged may
// be lost; and whoever is asked to stop must stop. A scenario's seed decides what is
// done; when it takes effect is up to the machine. For more scenarios:
//
//	go test ./vnext/deploy/command -run TestScenarios -scenarios 50 -timeout 1h
func TestScenarios(t *testing.T) {
	for i := range *scenarios {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) { scenario(t, seed) })
	}
}

func scenario(t *testing.T, seed uint64) {
	begin := time.Now()
	rng := rand.New(rand.NewPCG(seed, 0))
	c := newCluster(t, drill.Config{})
	c.must(c.Known())
	ids := make([]extmgr.ExtentID, 6)
	for i := range ids {
		ids[i] = extmgr.ExtentID{byte(i)}
		binary.BigEndian.PutUint64(ids[i][8:], rng.Uint64())
		c.must(c.Put(rng, ids[i], 1))
	}
	// Each scenario has another order, so that five of them have every fault.
	faults := drill.Faults()
	for _, k := range rng.Perm(len(faults)) {
		what, err := faults[k](c.Cluster, rng)
		c.must(err)
		if what != "" {
			t.Logf("%6dms: %s", time.Since(begin).Milliseconds(), what)
		}
		id := ids[rng.IntN(len(ids))]
		c.must(c.Put(rng, id, c.Versions[id]+1))
	}
	c.must(c.Whole())
	c.finish()
	t.Logf("%6dms: %d extents, all with their replicas", time.Since(begin).Milliseconds(), len(c.Versions))
}

// finish verifies as an operator would, reads every extent, and stops everybody.
func (c *cluster) finish() {
	c.t.Helper()
	if out, code := c.tool("verify"); code != 0 || !strings.Contains(out, fmt.Sprintf("%d extents, ", len(c.Versions))) {
		c.t.Errorf("verify, of %d extents: exit code %d\n%s", len(c.Versions), code, out)
	}
	got := filepath.Join(c.t.TempDir(), "got")
	for id, version := range c.Versions {
		if out, code := c.tool("get", id.String(), "--out="+got); code != 0 {
			c.t.Errorf("get %s: exit code %d\n%s", id, code, out)
			continue
		}
		data, err := os.ReadFile(got)
		if err != nil || !bytes.Equal(data, drill.Contents(id, version)) {
			c.t.Errorf("get %s: %d bytes, not what was written, %v", id, len(data), err)
		}
	}
	for _, m := range c.Nodes {
		c.ends(m.Name, m.Process)
	}
	c.ends("manager", c.Manager)
}

// ends asks a process to end, which it must, as it should.
func (c *cluster) ends(name string, p *drill.Process) {
	c.t.Helper()
	code, err := p.Terminate(patience)
	c.must(err)
	if code != 0 {
		c.t.Errorf("%s: exit code %d\n%s", name, code, p.Tail())
	}
}
