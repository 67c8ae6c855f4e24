package extmgr_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// cluster is a manager with idealised extent nodes behind a network that delays,
// loses and duplicates. The nodes know the truth about replicas.
type cluster struct {
	*fixture
	rng   *rand.Rand
	nodes []*idealNode
	wire  []Message // from the nodes, in flight
}

type idealNode struct {
	id   NodeID
	inc  Incarnation
	seq  uint64
	up   bool
	disk ExtentCenter
}

func newCluster(tb testing.TB, cfg Config, seed uint64) *cluster {
	c := &cluster{fixture: newFixture(tb, cfg), rng: rand.New(rand.NewPCG(seed, 0))}
	c.during = c.someArrive
	for i := range 5 {
		n := &idealNode{id: NodeID(fmt.Sprintf("en%d", i)), inc: 1, up: true}
		version := uint64(2)
		if i == 1 {
			version = 1
		}
		for e := range 6 {
			if (e+i)%5 < 3 {
				n.disk.Add(n.id, info(fmt.Sprintf("x%d", e), version))
			}
		}
		c.nodes = append(c.nodes, n)
	}
	return c
}

func (n *idealNode) header() Header {
	n.seq++
	return Header{From: n.id, Inc: n.inc, Seq: n.seq}
}

func (n *idealNode) heartbeat() Message {
	return &Heartbeat{Header: n.header(), FreeBytes: 1 << 40}
}

func (n *idealNode) report() Message {
	return &SyncReport{Header: n.header(), Extents: n.disk.GetSyncReport(n.id)}
}

// copyExtent carries out a task if a source still has the version, and answers.
func (c *cluster) copyExtent(target NodeID, task *RepairTask) {
	n := c.node(target)
	if !n.up {
		return
	}
	ack := &RepairAck{Header: n.header(), Task: task.Task, Extent: task.Extent, Version: task.Version, Outcome: RepairFailed}
	for _, source := range task.Sources {
		s := c.node(source.Node)
		if e, ok := s.disk.Lookup(s.id, task.Extent); s.up && ok && e.Version >= task.Version {
			if held, ok := n.disk.Lookup(n.id, task.Extent); !ok || held.Version < e.Version {
				n.disk.Add(n.id, e)
			}
			ack.Outcome = RepairDone
			break
		}
	}
	c.wire = append(c.wire, ack)
}

func (c *cluster) node(id NodeID) *idealNode {
	return c.nodes[slices.IndexFunc(c.nodes, func(n *idealNode) bool { return n.id == id })]
}

// chaos does one random thing.
func (c *cluster) chaos() {
	n := c.nodes[c.rng.IntN(len(c.nodes))]
	switch c.rng.IntN(10) {
	case 0, 1, 2:
		if n.up {
			c.wire = append(c.wire, n.heartbeat())
		}
	case 3:
		if n.up {
			c.wire = append(c.wire, n.report())
		}
	case 4, 5, 6:
		if len(c.wire) > 0 {
			i := c.rng.IntN(len(c.wire))
			c.ProcessMessage(c.wire[i])
			if c.rng.IntN(4) > 0 {
				c.wire = slices.Delete(c.wire, i, i+1)
			}
		}
	case 7:
		c.tickExpire()
	case 8:
		c.ProcessEvent(RepairTick)
		c.deliver(c.rng.IntN(2) == 0)
	case 9:
		if c.rng.IntN(20) == 0 {
			n.up = !n.up
			n.inc++
			n.seq = 0
		}
	}
}

// deliver carries out the tasks that were sent, or loses them.
func (c *cluster) deliver(arrive bool) {
	for _, s := range c.outbox {
		if arrive {
			c.copyExtent(s.to.Node, s.msg.(*RepairTask))
		}
	}
	c.outbox = nil
}

// calm does everything once, in order, with no faults; but a message that is
// still on the wire may arrive before the repair.
func (c *cluster) calm() {
	for _, n := range c.nodes {
		if n.up {
			c.ProcessMessage(n.heartbeat())
			c.ProcessMessage(n.report())
		}
	}
	c.tickExpire()
	c.someArrive()
	c.ProcessEvent(RepairTick)
	c.deliver(true)
}

// someArrive delivers a quarter of what is on the wire.
func (c *cluster) someArrive() {
	c.wire = slices.DeleteFunc(c.wire, func(m Message) bool {
		arrives := c.rng.IntN(4) == 0
		if arrives {
			c.ProcessMessage(m)
		}
		return arrives
	})
}

// lacking returns the extents that someone up holds and fewer than three do, all
// in their newest version.
func (c *cluster) lacking() (extents []string) {
	var truth ExtentCenter
	for _, n := range c.nodes {
		for _, e := range n.disk.GetSyncReport(n.id) {
			if n.up {
				truth.Add(n.id, e)
			}
		}
	}
	for e := range 6 {
		name := fmt.Sprintf("x%d", e)
		_, count := truth.Newest(extent(name))
		if count > 0 && count < 3 {
			extents = append(extents, name)
		}
	}
	return extents
}

// trim deletes surplus replicas, which chaos leaves everywhere, so that no extent
// can spare the first node's.
func (c *cluster) trim() {
	for e := range 6 {
		id, count := extent(fmt.Sprintf("x%d", e)), 0
		for _, n := range c.nodes {
			if _, ok := n.disk.Lookup(n.id, id); ok {
				count++
			}
			if count > 3 {
				n.disk.Remove(n.id, id)
			}
		}
	}
}

// stuck reports whether, after chaos and the death of one node whose last report
// is still on the wire, some extent stays under-replicated in calm.
func stuck(tb testing.TB, cfg Config, seed uint64) bool {
	c := newCluster(tb, cfg, seed)
	for range 2_000 {
		c.chaos()
	}
	c.trim()
	c.wire = append(c.wire, c.nodes[0].report())
	for i, n := range c.nodes {
		n.up = i > 0 // enough nodes for a third replica of all
	}
	for range 40 {
		c.calm()
	}
	return len(c.lacking()) > 0
}

func TestRepairsConverge(t *testing.T) {
	variants := []struct {
		name string
		fix  Fix
		bugs Bugs
		good bool
	}{
		{"default", DefaultFix, 0, true},
		{"membership", FixMembership, 0, true},
		{"sweep", FixSweep, 0, true},
		{"all", FixMembership | FixSweep | FixFencing, 0, true},
		{"V1 with sweep", FixSweep, V1, true},
		{"V1", DefaultFix, V1, false},
		{"V2", DefaultFix, V2, false},
		{"V3", DefaultFix, V3, false},
		{"V4", DefaultFix, V4, false},
		{"V5", DefaultFix, V5, true},
		{"V6", DefaultFix, V6, true},
		{"V7", DefaultFix, V7, false},
		{"V9", DefaultFix, V9, true},
		{"V10", DefaultFix, V10, false},
		{"V11", DefaultFix, V11, false},
		{"V12", DefaultFix, V12, false},
		{"V3 with sweep", FixSweep, V3, true},
		{"V11 with sweep", FixSweep, V11, true},
		{"V12 with sweep", FixSweep, V12, true},
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			cfg := testConfig()
			cfg.Fix, cfg.Bugs = v.fix, v.bugs
			const runs = 100
			failed := 0
			for seed := range uint64(runs) {
				if stuck(t, cfg, seed) {
					failed++
				}
			}
			t.Logf("%d of %d runs never repaired all extents", failed, runs)
			if good := failed == 0; good != v.good {
				t.Errorf("repairs converge: %v, want %v", good, v.good)
			}
		})
	}
}
