package drill

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// settle is how long a cluster goes on before it counts as quiet: several periods of
// repair and of reports.
const settle = 2 * time.Second

// held returns which folders have a good replica of which extent.
func (c *Cluster) held() (map[extmgr.ExtentID]map[string]bool, error) {
	all, err := c.disks()
	held := make(map[extmgr.ExtentID]map[string]bool)
	for _, r := range all {
		if r.err != nil || r.info.Version != c.Versions[r.id] {
			continue
		}
		if held[r.id] == nil {
			held[r.id] = make(map[string]bool)
		}
		held[r.id][r.node.Dir] = true
	}
	return held, err
}

// quietRestart restarts the manager of a cluster that lacks nothing: then nothing is
// to be copied.
func (c *Cluster) quietRestart() error {
	time.Sleep(settle)
	before, err := c.held()
	if err != nil {
		return err
	}
	c.Manager.Kill()
	if err := c.StartManager(); err != nil {
		return err
	}
	if err := c.Whole(); err != nil {
		return err
	}
	return c.surplus("when the manager was restarted", before, "")
}

// quietDamage flips a bit on a disk of a cluster that lacks nothing: then the replica is to
// be replaced.
func (c *Cluster) quietDamage(rng *rand.Rand) error {
	if _, err := corrupt(c, rng); err != nil {
		return err
	}
	time.Sleep(settle)
	return c.Whole()
}

// quietRepair kills a node of a cluster that lacks nothing, for good: then what it had
// is to be copied once.
func (c *Cluster) quietRepair(rng *rand.Rand) error {
	time.Sleep(settle)
	dead := c.some(rng)
	before, err := c.held()
	if err != nil {
		return err
	}
	if what, err := replace(c, dead); what == "" || err != nil {
		return err
	}
	for _, folders := range before {
		delete(folders, dead.Dir)
	}
	if err := c.Whole(); err != nil {
		return err
	}
	return c.surplus("when "+dead.Name+" was replaced", before, dead.Name)
}

// surplus looks for copies that were made in vain: more than it takes to have enough
// again after before. On a machine that is so busy that nodes are forgotten by mistake,
// or make themselves known late, copies have a reason, and nothing is said.
func (c *Cluster) surplus(when string, before map[extmgr.ExtentID]map[string]bool, dead string) error {
	time.Sleep(settle)
	now, err := c.held()
	if err != nil || c.busy(dead) {
		return err
	}
	for id, folders := range now {
		want := max(target, len(before[id]))
		if len(folders) > want {
			return &Failure{CopyInVain, fmt.Sprintf("%s: extent %s had %d replicas, has %d, and %d is enough\nmanager:\n%s",
				when, id, len(before[id]), len(folders), target, c.Manager.Tail())}
		}
	}
	return nil
}

// busy reports whether the manager has forgotten a node, but for one that is dead, or
// has met one after it began to order copies.
func (c *Cluster) busy(dead string) bool {
	warm := false
	for line := range strings.Lines(c.Manager.Log()) {
		warm = warm || strings.Contains(line, `"warm-up is over"`)
		leaves := strings.Contains(line, `"node leaves"`) && (dead == "" || !strings.Contains(line, fmt.Sprintf("%q:%q", "node", dead)))
		joins := warm && dead == "" && strings.Contains(line, `"node joins"`)
		if leaves || joins {
			return true
		}
	}
	return false
}
