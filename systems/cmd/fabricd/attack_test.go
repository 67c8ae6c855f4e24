package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
	defer a.whole(3)
	for {
		a.one(a.whole(2 + a.rnd.IntN(2))) // while others are being built, or when all are there
		pause := time.NewTimer(time.Duration(a.rnd.IntN(300)) * time.Millisecond)
		select {
		case <-stop:
			return
		case <-pause.C:
		}
	}
}

// one kills a process, and starts it again: at once, or when the others have given it up and gone on.
func (a *attack) one(st local.Status) {
	a.t.Helper()
	victim, as := a.victim(st)
	for _, n := range st.Nodes {
		if n.Name == victim {
			a.lives[victim] = n.Life + 1
		}
	}
	a.kills[as]++
	a.c.Kill(victim)
	if a.rnd.IntN(4) == 0 {
		a.silent++
		a.c.Until("the others have gone on without "+victim, func(st local.Status) bool {
			up := func(n local.NodeStatus) bool { return n.Name == victim && n.Up }
			return !slices.ContainsFunc(st.Nodes, up) &&
				a.rest(st, func(p local.PartitionStatus) bool { return !slices.Contains(p.Members, victim) })
		})
	}
	a.c.Start(victim)
}

// victim chooses a node, and says why.
func (a *attack) victim(st local.Status) (node, as string) {
	primary := func(of service.PartitionID) string {
		return st.Partitions[slices.IndexFunc(st.Partitions, func(p local.PartitionStatus) bool { return p.ID == of })].Primary
	}
	switch a.rnd.IntN(4) {
	case 0:
		return primary(a.parts[0]), "primary of " + a.parts[0].String()
	case 1:
		return primary(a.parts[a.rnd.IntN(len(a.parts))]), "primary of any partition"
	case 2:
		return st.Manager, "failover manager"
	}
	return st.Nodes[a.rnd.IntN(len(st.Nodes))].Name, "any node"
}
