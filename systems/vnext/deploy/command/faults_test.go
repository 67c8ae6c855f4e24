package command_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// contents is what is written as an extent at a version: a function of both, so
// that nothing has to be remembered.
func (c *cluster) contents(info extmgr.ExtentInfo) []byte {
	return contents(info.ID, info.Version)
}

func contents(id extmgr.ExtentID, version uint64) []byte {
	rng := rand.NewChaCha8([32]byte(append(id[:], fmt.Sprintf("%016d", version)...)))
	data := make([]byte, []int{0, 1, 64 << 10, 200_000, 1_500_000}[(uint64(id[0])+version)%5])
	_, _ = rng.Read(data)
	return data
}

// put writes an extent at a version to some node that takes it. When it returns,
// that was acknowledged.
func (c *cluster) put(rng *rand.Rand, id extmgr.ExtentID, version uint64) {
	c.t.Helper()
	c.until(fmt.Sprintf("some node takes extent %s", id), func() bool {
		nodes := c.status().Nodes
		if len(nodes) == 0 {
			return false
		}
		n := nodes[rng.IntN(len(nodes))]
		return c.putOn(extmgr.Endpoint{Node: n.Name, Addr: n.Addr}, id, version) == nil
	})
}

func (c *cluster) putOn(node extmgr.Endpoint, id extmgr.ExtentID, version uint64) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	data := contents(id, version)
	info := extmgr.ExtentInfo{ID: id, Version: version, Length: int64(len(data)), CRC32C: extstore.Checksum(data)}
	err := c.client.Put(ctx, node, info, data)
	if err == nil {
		c.versions[id] = version
	}
	return err
}

// fault does something bad and returns what it was, "" if there was no occasion.
type fault func(*cluster, *rand.Rand) string

var faults = []fault{
	killNode, killManager, cutOff, dropConnections, corrupt, truncate, loseDisk, fillDisk,
}

func (c *cluster) some(rng *rand.Rand) *member { return c.nodes[rng.IntN(len(c.nodes))] }

// killNode kills a node and starts it again some time later.
func killNode(c *cluster, rng *rand.Rand) string {
	m := c.some(rng)
	m.kill()
	downFor := time.Duration(rng.IntN(2000)) * time.Millisecond
	time.Sleep(downFor)
	c.startNode(m)
	return fmt.Sprintf("%s killed, started again after %v", m.name, downFor)
}

func killManager(c *cluster, rng *rand.Rand) string {
	c.mgr.kill()
	time.Sleep(time.Duration(rng.IntN(500)) * time.Millisecond)
	c.startManager()
	return "manager killed and started again"
}

// cutOff partitions a node for a while that may be shorter or longer than the
// manager's patience.
func cutOff(c *cluster, rng *rand.Rand) string {
	m := c.some(rng)
	m.in.partition(true)
	m.toMgr.partition(true)
	d := time.Duration(200+rng.IntN(2000)) * time.Millisecond
	time.Sleep(d)
	m.in.partition(false)
	m.toMgr.partition(false)
	return fmt.Sprintf("%s cut off for %v", m.name, d)
}

// dropConnections has all connections end, in the middle of a message if one is
// under way.
func dropConnections(c *cluster, rng *rand.Rand) string {
	for range 1 + rng.IntN(5) {
		for _, m := range c.nodes {
			for _, p := range []*proxy{m.in, m.toMgr} {
				p.partition(true)
				p.partition(false)
			}
		}
		time.Sleep(time.Duration(rng.IntN(100)) * time.Millisecond)
	}
	return "all connections dropped"
}

// spare returns a replica that may be destroyed: another good one is on a disk.
func (c *cluster) spare(rng *rand.Rand) (replica, bool) {
	all := c.disks()
	count := good(all, c.versions)
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, r := range all {
		if r.err == nil && (count[r.id] > 1 || r.info.Version < c.versions[r.id]) {
			return r, true
		}
	}
	return replica{}, false
}

// corrupt flips a bit of a replica on the disk of a node that runs.
func corrupt(c *cluster, rng *rand.Rand) string {
	r, ok := c.spare(rng)
	if !ok {
		return ""
	}
	f, err := os.OpenFile(r.path, os.O_RDWR, 0)
	if os.IsNotExist(err) {
		return ""
	}
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		c.t.Fatal(err)
	}
	at := rng.Int64N(info.Size())
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		c.t.Fatal(err)
	}
	b[0] ^= 1 << rng.IntN(8)
	if _, err := f.WriteAt(b, at); err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprintf("a bit of %s on %s flipped at %d of %d", r.id, r.node.name, at, info.Size())
}

// truncate cuts a replica off, under a node that runs or one that starts after.
func truncate(c *cluster, rng *rand.Rand) string {
	r, ok := c.spare(rng)
	if !ok {
		return ""
	}
	stopped := rng.IntN(2) == 0
	if stopped {
		r.node.kill()
	}
	size := rng.Int64N(headerSize + r.info.Length)
	err := os.Truncate(r.path, size)
	if stopped {
		c.startNode(r.node)
	}
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	return fmt.Sprintf("%s on %s cut off at %d", r.id, r.node.name, size)
}

// loseDisk starts a node with an empty disk, if all that was on it is elsewhere.
func loseDisk(c *cluster, rng *rand.Rand) string {
	m := c.some(rng)
	m.kill()
	defer func() { c.startNode(m) }()
	all := c.disks()
	count := good(all, c.versions)
	for _, r := range all {
		if r.node == m && r.err == nil && r.info.Version == c.versions[r.id] && count[r.id] < 2 {
			return ""
		}
	}
	if err := os.RemoveAll(m.dir); err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprintf("%s lost its disk", m.name)
}

// fillDisk gives a node little room and writes to it until that is used up.
func fillDisk(c *cluster, rng *rand.Rand) string {
	m := c.some(rng)
	m.kill()
	used := int64(0)
	for _, r := range c.disks() {
		if r.node == m {
			used += headerSize + r.info.Length
		}
	}
	c.startNode(m, fmt.Sprintf("--quota=%d", used+500_000))
	to := extmgr.Endpoint{Node: extmgr.NodeID(m.name), Addr: m.in.addr()}
	for i := 0; ; i++ {
		id := extmgr.ExtentID{byte(i % 5), 0xfd, 15: byte(i)}
		binary.BigEndian.PutUint64(id[4:], rng.Uint64())
		err := c.putOn(to, id, 1)
		if err == nil {
			continue
		}
		if strings.Contains(err.Error(), "no space left on device") {
			return fmt.Sprintf("the disk of %s is full after %d extents: %v", m.name, i, err)
		}
		if i > 1000 {
			c.t.Fatalf("the disk of %s takes more than it has: %v", m.name, err)
		}
	}
}
