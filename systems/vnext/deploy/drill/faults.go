package drill

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Fault does something bad and says what it was, "" if there was no occasion. An error
// says that it could not be done.
type Fault func(*Cluster, *rand.Rand) (string, error)

// Faults returns those after which everybody goes on, at last, under the name that he
// had and where he was.
func Faults() []Fault {
	return []Fault{killNode, killManager, cutOff, dropConnections, corrupt, truncate, loseDisk, fillDisk}
}

// MoreFaults returns those that change who is there, and where.
func MoreFaults() []Fault { return []Fault{replaceNode, moveNode, namesake} }

func (c *Cluster) some(rng *rand.Rand) *Member { return c.Nodes[rng.IntN(len(c.Nodes))] }

// killNode kills a node and starts it again some time later.
func killNode(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	m.Kill()
	downFor := time.Duration(rng.IntN(2000)) * time.Millisecond
	time.Sleep(downFor)
	return fmt.Sprintf("%s killed, started again after %v", m.Name, downFor), c.StartNode(m)
}

func killManager(c *Cluster, rng *rand.Rand) (string, error) {
	c.Manager.Kill()
	time.Sleep(time.Duration(rng.IntN(500)) * time.Millisecond)
	return "manager killed and started again", c.StartManager()
}

// cutOff partitions a node for a while that may be shorter or longer than the
// manager's patience.
func cutOff(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	m.in.Partition(true)
	m.out.Partition(true)
	d := time.Duration(200+rng.IntN(2000)) * time.Millisecond
	time.Sleep(d)
	m.in.Partition(false)
	m.out.Partition(false)
	return fmt.Sprintf("%s cut off for %v", m.Name, d), nil
}

// dropConnections has all connections end, in the middle of a message if one is
// under way.
func dropConnections(c *Cluster, rng *rand.Rand) (string, error) {
	for range 1 + rng.IntN(5) {
		for _, m := range c.Nodes {
			m.in.Drop()
			m.out.Drop()
		}
		time.Sleep(time.Duration(rng.IntN(100)) * time.Millisecond)
	}
	return "all connections dropped", nil
}

// replaceNode kills a node for good, if all that it had is elsewhere, and starts a new
// one: the repair scenario of the case study.
func replaceNode(c *Cluster, rng *rand.Rand) (string, error) {
	return replace(c, c.some(rng))
}

func replace(c *Cluster, m *Member) (string, error) {
	if ok, err := c.dispensable(m); !ok || err != nil {
		return "", err
	}
	m.Kill()
	c.Nodes = slices.DeleteFunc(slices.Clone(c.Nodes), func(o *Member) bool { return o == m })
	_, err := c.addNode()
	return fmt.Sprintf("%s killed for good, a new node started", m.Name), err
}

// moveNode kills a node and starts it at once at another address.
func moveNode(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	m.Kill()
	moved, err := c.newMember(m.Name)
	if err != nil {
		return "", err
	}
	moved.Dir = m.Dir
	c.Nodes[slices.Index(c.Nodes, m)] = moved
	return fmt.Sprintf("%s moved to another address", m.Name), c.StartNode(moved)
}

// namesake starts a second process under the name of a node, with a folder and an
// address of its own. It is for the second to end, with an error that names the first.
func namesake(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	if err := c.Known(); err != nil { // of two that are not known either may be the first
		return "", c.judge(err)
	}
	second, err := c.newMember(m.Name)
	if err != nil {
		return "", err
	}
	if err := c.StartNode(second); err != nil {
		return "", err
	}
	defer second.Kill()
	what := "a second process started as " + m.Name
	err = c.Until("one of two processes called "+m.Name+" ends", func() (bool, error) {
		return second.endsWithin(0) || m.endsWithin(0), nil
	})
	switch {
	case errors.Is(err, errNotSo) && (refused(m) || refused(second)):
		// It is told, and the machine is too busy for it to be told all the time.
		return what + ", and is refused", nil
	case errors.Is(err, errNotSo):
		return what, &Failure{NotTold, fmt.Sprintf("%v\nthe second one:\n%s", err, second.Tail())}
	case err != nil:
		return what, err
	case m.endsWithin(0): // it was forgotten by mistake, as on a busy machine
		second.Kill()
		return what + ", which took its place for a while", errors.Join(toldOf(m), c.StartNode(m))
	}
	return what + ", and has ended", toldOf(second)
}

// refused reports whether a process says that the manager does not listen to it.
func refused(m *Member) bool { return strings.Contains(m.Log(), "refused by the manager") }

// toldOf returns a failure unless a process has said why it ended.
func toldOf(m *Member) error {
	if m.Cmd.ProcessState.ExitCode() == 1 && strings.Contains(m.Log(), "another process has this name") {
		return nil
	}
	return &Failure{NotTold, fmt.Sprintf("%s has ended with exit code %d:\n%s", m.Name, m.Cmd.ProcessState.ExitCode(), m.Tail())}
}

// fillDisk gives a node little room and writes to it until that is used up.
func fillDisk(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	m.Kill()
	used := int64(0)
	all, err := c.disks()
	if err != nil {
		return "", err
	}
	for _, r := range all {
		if r.node == m {
			used += headerSize + r.info.Length
		}
	}
	if err := c.StartNode(m, fmt.Sprintf("--quota=%d", used+500_000)); err != nil {
		return "", err
	}
	to := extmgr.Endpoint{Node: extmgr.NodeID(m.Name), Addr: m.in.Addr()}
	for i := range 1000 {
		id := extmgr.ExtentID{byte(i % 5), 0xfd, 15: byte(i)}
		binary.BigEndian.PutUint64(id[4:], rng.Uint64())
		if err := c.putOn(to, id, 1); err != nil && strings.Contains(err.Error(), "no space left on device") {
			return fmt.Sprintf("the disk of %s is full after %d extents: %v", m.Name, i, err), nil
		}
	}
	return "", fmt.Errorf("the disk of %s takes more than it has, see %s", m.Name, filepath.Join(m.Dir, "data"))
}
