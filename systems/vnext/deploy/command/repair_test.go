package command_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestRepair kills a node for good, which had a replica. The manager has the extent
// copied to another one.
func TestRepair(t *testing.T) {
	c := newCluster(t, 4)
	id, dead := c.loseHolder()
	c.until("three live nodes hold it", func() bool {
		e, _ := c.status().Extent(id)
		return len(e.Holders) == 3 && !holds(e, dead) && c.liveReplicas(id, dead) == 3
	})
	c.nodes = without(c.nodes, dead)
	c.finish()
}

// TestNoRepair does the same with a manager that has a seeded defect, and shows that
// the test above would not pass: the manager counts the dead node for ever.
func TestNoRepair(t *testing.T) {
	c := newCluster(t, 4, fmt.Sprintf("--bugs=%d", extmgr.V3))
	id, dead := c.loseHolder()
	s := c.status()
	if e, _ := s.Extent(id); !holds(e, dead) || len(s.Under()) != 0 || len(s.Tasks) != 0 {
		t.Errorf("the manager noticed: %+v", s)
	}
	if n := c.liveReplicas(id, dead); n != 2 {
		t.Errorf("%d live nodes hold it: want 2", n)
	}
}

// loseHolder puts an extent, waits for its replicas, kills one of those who hold it,
// and waits until the manager knows that the node is gone.
func (c *cluster) loseHolder() (id extmgr.ExtentID, dead *member) {
	c.t.Helper()
	id = extmgr.ExtentID{3}
	c.until("all nodes are known", func() bool { return len(c.status().Nodes) == len(c.nodes) })
	c.put(rand.New(rand.NewPCG(1, 0)), id, 1)
	c.until("three nodes hold it", func() bool {
		s := c.status()
		e, _ := s.Extent(id)
		return len(e.Holders) == 3 && len(s.Tasks) == 0
	})
	e, _ := c.status().Extent(id)
	for _, m := range c.nodes {
		if holds(e, m) {
			dead = m
		}
	}
	dead.kill()
	c.until("the node is forgotten", func() bool {
		_, known := c.status().Node(extmgr.NodeID(dead.name))
		return !known
	})
	return id, dead
}

func holds(e deploy.ExtentEntry, m *member) bool {
	for _, h := range e.Holders {
		if h == extmgr.NodeID(m.name) {
			return true
		}
	}
	return false
}

// liveReplicas counts the good replicas on the disks of all nodes but one.
func (c *cluster) liveReplicas(id extmgr.ExtentID, dead *member) (n int) {
	c.t.Helper()
	for _, r := range c.disks() {
		if r.err == nil && r.id == id && r.node != dead {
			n++
		}
	}
	return n
}

func without(all []*member, m *member) (rest []*member) {
	for _, o := range all {
		if o != m {
			rest = append(rest, o)
		}
	}
	return rest
}
