package extnode_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// cluster is a lab in which things go wrong at random, with an ideal manager that
// knows which versions there are and orders what is missing.
type cluster struct {
	*lab
	rng     *rand.Rand
	names   []extmgr.NodeID
	orders  uint64
	newest  map[string]uint64 // version of each extent that some node holds for sure
	lies    int               // reports of what is not on the disk
	done    map[string]int    // how often things happened
	history strings.Builder   // of all that was sent to the manager
}

var extents = []string{"u", "v", "w", "x"}

func newCluster(tb testing.TB, nodes int, bugs Bugs, seed uint64) *cluster {
	c := &cluster{
		lab:    newLab(tb),
		rng:    rand.New(rand.NewPCG(seed, 0)),
		newest: make(map[string]uint64),
		done:   make(map[string]int),
	}
	c.bugs = bugs
	for i := range nodes {
		name := extmgr.NodeID(fmt.Sprintf("n%d", i))
		c.names = append(c.names, name)
		c.machines[name] = &machine{id: name, files: newMemFS()}
		c.start(name)
	}
	for _, x := range extents {
		c.write(x)
	}
	return c
}

// text is the payload of a version of an extent.
func text(x string, version uint64) string {
	return strings.Repeat(fmt.Sprint(x, version, " "), int(version%5)+1)
}

func (c *cluster) any() *machine { return c.machines[c.names[c.rng.IntN(len(c.names))]] }

// write puts a new version of an extent on some node, if that has room and time.
func (c *cluster) write(x string) {
	version := c.newest[x] + 1
	c.any().ProcessMessage(putOf(x, version, text(x, version)))
	if c.answers() == "tool: put" {
		c.newest[x] = version
		c.done["written"]++
	}
}

// order orders an extent at its newest version, or an older one, from all nodes,
// whether they have it or not.
func (c *cluster) order(m *machine, x string, version uint64) {
	c.orders++
	sources := slices.Clone(c.names)
	c.rng.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
	m.ProcessMessage(task(c.orders, x, version, sources...))
}

// chaos does one random thing.
func (c *cluster) chaos() {
	m, x := c.any(), extents[c.rng.IntN(len(extents))]
	switch c.rng.IntN(16) {
	case 0, 1:
		c.order(m, x, 1+c.rng.Uint64N(c.newest[x]))
	case 2, 3, 4, 5, 6, 7, 8:
		c.deliverAny()
	case 9:
		m.ProcessEvent(CopyTick)
	case 10:
		m.ProcessEvent(ScrubTick)
	case 11:
		m.ProcessEvent(HeartbeatTick)
		m.ProcessEvent(SyncTick)
	case 12:
		if c.rng.IntN(4) == 0 {
			c.write(x)
		}
	case 13:
		if c.rng.IntN(10) == 0 {
			c.start(m.id)
			c.done["restarted"]++
		}
	case 14:
		c.rotIfSpare(m, x)
	case 15:
		if m.files.room = 0; c.rng.IntN(4) == 0 {
			m.files.room = m.files.used() + c.rng.IntN(60)
		}
	}
	c.look(m)
}

// deliverAny delivers, loses or duplicates a message, in any order.
func (c *cluster) deliverAny() {
	if len(c.wire) == 0 {
		return
	}
	i := c.rng.IntN(len(c.wire))
	s := c.wire[i]
	luck := c.rng.IntN(10)
	if luck < 9 {
		c.wire = slices.Delete(c.wire, i, i+1)
	}
	if luck > 0 {
		c.deliver(s)
		c.done["delivered"]++
	}
}

// rotIfSpare damages a replica of a version that another node has a good one of.
func (c *cluster) rotIfSpare(m *machine, x string) {
	f := m.files.files[fileOf(extent(x))]
	info, err := extstore.Verify(f)
	if err != nil {
		return
	}
	for _, name := range c.names {
		other, err := extstore.Verify(c.machines[name].files.files[fileOf(extent(x))])
		if name != m.id && err == nil && other == info {
			m.rot(x)
			c.done["rotten"]++
			return
		}
	}
}

// look judges what has been sent and checks a node.
func (c *cluster) look(m *machine) {
	c.check(m)
	for _, s := range c.inbox {
		switch msg := s.msg.(type) {
		case *extmgr.SyncReport:
			c.audit(msg)
		case *extmgr.RepairAck:
			c.done[describe(s)[strings.Index(describe(s), " ")+1:]]++
		}
		fmt.Fprintln(&c.history, describe(s))
	}
	c.inbox = nil
}

// audit counts the replicas of a report that the node's disk does not have, save
// for rot.
func (c *cluster) audit(r *extmgr.SyncReport) {
	files := c.machines[r.From].files.files
	for _, info := range r.Extents {
		f := files[fileOf(info.ID)]
		if got, err := extstore.Verify(f); len(f) == 0 || err == nil && got != info {
			c.lies++
		}
	}
}

// calm repairs: everything arrives, there is room, and the manager orders what
// is missing.
func (c *cluster) calm() {
	for _, name := range c.names {
		m := c.machines[name]
		m.files.room = 0
		for range extents {
			m.ProcessEvent(ScrubTick)
		}
		for range 65 { // no copy is in progress for longer without a piece
			m.ProcessEvent(CopyTick)
		}
		c.run(nil)
		for _, x := range extents {
			if !slices.Contains(m.Snapshot().Held, infoOf(x, c.newest[x], text(x, c.newest[x]))) {
				c.order(m, x, c.newest[x])
			}
		}
		c.run(nil)
		m.ProcessEvent(SyncTick)
		c.look(m)
	}
}

// converges runs chaos and then calm, and says whether every node has a good
// replica of the newest version of every extent in the end.
func (c *cluster) converges(steps int) bool {
	for range steps {
		c.chaos()
	}
	for range len(c.names) + 2 {
		c.calm()
	}
	for _, name := range c.names {
		m := c.machines[name]
		for _, x := range extents {
			got, err := extstore.Verify(m.files.files[fileOf(extent(x))])
			if err != nil || got != infoOf(x, c.newest[x], text(x, c.newest[x])) {
				return false
			}
		}
		if len(c.temps(name)) > 0 || len(m.Snapshot().Copies) > 0 {
			return false
		}
	}
	return true
}

// Whatever was lost, duplicated, damaged, full or restarted, copies succeed in
// the end, and no report has ever counted what was not on the disk.
func TestCopiesConverge(t *testing.T) {
	for _, nodes := range []int{2, 3} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			total := make(map[string]int)
			for seed := range uint64(100) {
				c := newCluster(t, nodes, 0, seed)
				if !c.converges(1000) || c.lies > 0 {
					t.Fatalf("seed %d: some copy is missing, or a report lied %d times", seed, c.lies)
				}
				for what, n := range c.done {
					total[what] += n
				}
			}
			t.Log(total)
			for _, what := range []string{"written", "delivered", "restarted", "rotten", "done", "failed"} {
				if total[what] < 100 {
					t.Errorf("%s: only %d times in all runs", what, total[what])
				}
			}
		})
	}
}

// With V8 reports lie.
func TestV8Lies(t *testing.T) {
	for seed := range uint64(100) {
		c := newCluster(t, 3, V8, seed)
		for range 1000 {
			c.chaos()
		}
		if c.lies > 0 {
			return
		}
	}
	t.Error("no report of 100 runs lied")
}

// The same calls give the same messages.
func TestDeterminism(t *testing.T) {
	var first string
	for i := range 5 {
		c := newCluster(t, 3, 0, 1)
		c.converges(3000)
		switch got := c.history.String(); {
		case i == 0:
			first = got
		case got != first:
			t.Fatal("two runs of one seed differ")
		}
	}
	if len(first) < 1000 {
		t.Errorf("nothing much happened: %q", first)
	}
}
