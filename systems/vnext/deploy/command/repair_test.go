package command_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestRepair kills a node for good, which had a replica. The manager has the extent
// copied to another one.
func TestRepair(t *testing.T) {
	c := newCluster(t, drill.Config{Nodes: 4})
	id, dead := c.loseHolder()
	c.until("three live nodes hold it", func() bool {
		e, _ := c.status().Extent(id)
		return len(e.Holders) == 3 && !holds(e, dead) && c.replicas(id, dead) == 3
	})
	c.Nodes = slices.DeleteFunc(c.Nodes, func(m *drill.Member) bool { return m == dead })
	c.finish()
}

// TestNoRepair does the same with a manager that has a seeded defect, and shows that
// the test above would not pass: the manager counts the dead node for ever.
func TestNoRepair(t *testing.T) {
	c := newCluster(t, drill.Config{Nodes: 4, Bugs: extmgr.V3})
	id, dead := c.loseHolder()
	s := c.status()
	if e, _ := s.Extent(id); !holds(e, dead) || len(s.Under()) != 0 || len(s.Tasks) != 0 {
		t.Errorf("the manager noticed: %+v", s)
	}
	if n := c.replicas(id, dead); n != 2 {
		t.Errorf("%d live nodes hold it: want 2", n)
	}
}

// loseHolder puts an extent, waits for its replicas, kills one of those who hold it,
// and waits until the manager knows that the node is gone.
func (c *cluster) loseHolder() (id extmgr.ExtentID, dead *drill.Member) {
	c.t.Helper()
	id = extmgr.ExtentID{3}
	c.must(c.Known())
	c.must(c.Put(rand.New(rand.NewPCG(1, 0)), id, 1))
	c.until("three nodes hold it", func() bool {
		s := c.status()
		e, _ := s.Extent(id)
		return len(e.Holders) == 3 && len(s.Tasks) == 0
	})
	e, _ := c.status().Extent(id)
	for _, m := range c.Nodes {
		if holds(e, m) {
			dead = m
		}
	}
	dead.Kill()
	c.until("the node is forgotten", func() bool {
		_, known := c.status().Node(extmgr.NodeID(dead.Name))
		return !known
	})
	return id, dead
}

func holds(e deploy.ExtentEntry, m *drill.Member) bool {
	for _, h := range e.Holders {
		if h == extmgr.NodeID(m.Name) {
			return true
		}
	}
	return false
}

// replicas counts the good replicas on the disks of all nodes but one.
func (c *cluster) replicas(id extmgr.ExtentID, dead *drill.Member) int {
	c.t.Helper()
	n, err := c.Replicas(id, dead)
	c.must(err)
	return n
}
