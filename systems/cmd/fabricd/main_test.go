package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

func TestMain(m *testing.M) { localtest.Main(m, program) }

// lease is long enough for a busy machine: when all nodes lose theirs, a service that keeps its state in memory loses it.
const lease = 1500 * time.Millisecond

// disturb kills processes, one at a time and each kind of them, until stop is closed: when it returns all run, and it says how many it
// has killed. A process is not killed before the partitions have all their replicas again: what is in memory of a minority may be lost.
func disturb(t *testing.T, c *localtest.Cluster, stop <-chan struct{}, parts ...service.PartitionID) (kills int) {
	t.Helper()
	for ; ; kills++ {
		primary := ""
		for _, p := range parts {
			primary = c.Stable(p, 3).Primary
		}
		select {
		case <-stop:
			return kills
		case <-time.After(rand.N(200 * time.Millisecond)):
		}
		victims := c.Running()
		name := victims[rand.IntN(len(victims))]
		switch kills % 3 {
		case 0:
			name = primary
		case 1:
			name = c.Status().Manager
		}
		c.Kill(name)
		for _, p := range parts {
			c.Stable(p, 2)
		}
		c.Start(name)
	}
}
