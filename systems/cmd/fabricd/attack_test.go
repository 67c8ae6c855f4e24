package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

// attack kills processes of a cluster with kill -9, one at a time, and starts them again. What services keep in memory
// outlives that, as long as a process is not killed while another one's replicas are missed by an election: so a victim
// is taken only when each partition is at rest with a majority of its replicas, and all nodes are back.
type attack struct {
	t     *testing.T
	c     *localtest.Cluster
	rnd   *rand.Rand
	parts []service.PartitionID // the first one is of special interest

	lives  map[string]int64 // that nodes must have begun, at least: earlier ones were ended
	kills  map[string]int   // by what the victims were
	silent int              // victims that were given up
}

func newAttack(t *testing.T, c *localtest.Cluster, rnd *rand.Rand, parts ...service.PartitionID) *attack {
	return &attack{t: t, c: c, rnd: rnd, parts: parts, lives: map[string]int64{}, kills: map[string]int{}}
}

// total returns how often a process was killed.
func (a *attack) total() (n int) {
	for _, k := range a.kills {
		n += k
	}
	return n
}

// String says what was killed.
func (a *attack) String() string {
	var as []string
	for _, what := range slices.Sorted(maps.Keys(a.kills)) {
		as = append(as, fmt.Sprintf("%d as %s", a.kills[what], what))
	}
	return fmt.Sprintf("%d kills (%s), %d started again only when the others had gone on", a.total(), strings.Join(as, ", "), a.silent)
}

// whole waits until all nodes are up, and all partitions at rest with so many replicas or more.
func (a *attack) whole(replicas int) local.Status {
	a.t.Helper()
	return a.c.Until(fmt.Sprintf("all partitions have %d replicas", replicas), func(st local.Status) bool {
		down := func(n local.NodeStatus) bool { return !n.Up || n.Life < a.lives[n.Name] }
		return !st.Entering && st.Manager != "" && len(st.Nodes) == 3 && !slices.ContainsFunc(st.Nodes, down) &&
			a.rest(st, func(p local.PartitionStatus) bool { return len(p.Members) >= replicas })
	})
}

// rest reports whether all partitions are at rest, and satisfy a condition.
func (a *attack) rest(st local.Status, f func(local.PartitionStatus) bool) bool {
	n := 0
	for _, p := range st.Partitions {
		if slices.Contains(a.parts, p.ID) && p.Phase == "stable" && f(p) {
			n++
		}
	}
	return n == len(a.parts)
}

// run kills one process after the other until stop is closed. When it returns all partitions have all their replicas.
func (a *attack) run(stop <-chan struct{}) {
	a.t.Helper()
	for {
		st := a.whole(2 + a.rnd.IntN(2)) // while others are being built, or when all are there
		pause := time.Duration(a.rnd.IntN(300)) * time.Millisecond
		if a.total() == 0 {
			pause = 0
		}
		select {
		case <-stop:
			a.whole(3)
			return
		case <-time.After(pause):
			a.one(st)
		}
	}
}

// one kills a process, and starts it again: at once, or when the others have given it up and gone on. The first one is
// the node of a primary, and is back at once, so that an attack that is short is one.
func (a *attack) one(st local.Status) {
	a.t.Helper()
	victim, as := a.victim(st)
	first := a.total() == 0
	for _, n := range st.Nodes {
		if n.Name == victim {
			a.lives[victim] = n.Life + 1
		}
	}
	a.kills[as]++
	a.c.Kill(victim)
	if a.rnd.IntN(4) == 0 && !first {
		a.silent++
		a.c.Until("the others have gone on without "+victim, func(st local.Status) bool {
			up := func(n local.NodeStatus) bool { return n.Name == victim && n.Up }
			return !slices.ContainsFunc(st.Nodes, up) &&
				a.rest(st, func(p local.PartitionStatus) bool { return !slices.Contains(p.Members, victim) })
		})
	}
	a.c.Start(victim)
}

// victim chooses a node, and says as what.
func (a *attack) victim(st local.Status) (node, as string) {
	primary := func(of service.PartitionID) string {
		return st.Partitions[slices.IndexFunc(st.Partitions, func(p local.PartitionStatus) bool { return p.ID == of })].Primary
	}
	switch k := a.rnd.IntN(4); {
	case k == 0 || a.total() == 0:
		return primary(a.parts[a.rnd.IntN(len(a.parts))]), "a primary"
	case k == 1:
		return primary(a.parts[0]), "primary of " + a.parts[0].Service
	case k == 2:
		return st.Manager, "the manager"
	}
	return st.Nodes[a.rnd.IntN(len(st.Nodes))].Name, "anybody"
}
