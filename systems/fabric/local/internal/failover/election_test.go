package failover

import (
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// A replica whose log is another one than the new primary's stays until the new configuration has caught up: it may be the
// only one besides the primary that has what was committed, and another election needs it then.
func TestNeededUntilCaughtUp(t *testing.T) {
	old, newer := service.Epoch{DataLoss: 1, Conf: 1}, service.Epoch{DataLoss: 1, Conf: 2}
	three := Config{{ID: 1, Node: "a"}, {ID: 2, Node: "b"}, {ID: 3, Node: "c"}}
	s := &State{Nodes: []*Node{{Name: "a", Up: true, Life: 1}, {Name: "b", Up: true, Life: 2}, {Name: "c", Up: true, Life: 3}}}
	p := &Partition{ID: part, Spec: Spec{Name: "s", Replicas: 3, MinReplicas: 2}, Phase: fencing, Epoch: service.Epoch{DataLoss: 1, Conf: 3},
		InForce: []Config{three},
		Told: map[service.ReplicaID]Progress{
			1: {History: replication.History{{Epoch: old, Last: 6}}}, // 6 is not committed
			2: {History: replication.History{{Epoch: old, Last: 5}, {Epoch: newer, Last: 7}}},
			3: {History: replication.History{{Epoch: old, Last: 4}}}, // lacks 5
		}}
	s.Partitions = []*Partition{p}
	for i, x := range three {
		p.Replicas = append(p.Replicas, &Replica{ID: x.ID, Node: x.Node, Life: s.Nodes[i].Life, Opened: true, Active: true})
	}
	s.step()
	if p.Phase != catching || p.Primary.ID != 2 || len(p.current()) != 2 {
		t.Fatalf("%v, primary %v of %v", p.Phase, p.Primary, p.current())
	}
	if p.replica(1) == nil {
		t.Fatal("replica 1 is closed, and 3 has not caught up")
	}
	p.caughtUp(p.replica(2), p.Seq)
	if p.replica(1) != nil {
		t.Error("replica 1 is still there")
	}
}
