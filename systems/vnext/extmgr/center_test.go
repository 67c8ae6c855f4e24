package extmgr_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// naiveCenter is the relation that an ExtentCenter indexes, with no index.
type naiveCenter map[replicaKey]ExtentInfo

type replicaKey struct {
	node   NodeID
	extent ExtentID
}

func (c naiveCenter) removeNode(node NodeID) {
	maps.DeleteFunc(c, func(k replicaKey, _ ExtentInfo) bool { return k.node == node })
}

// TestExtentCenterModel compares ten thousand random operations with the model.
func TestExtentCenterModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var center ExtentCenter
	model := make(naiveCenter)
	randomInfo := func() ExtentInfo { return info(string(rune('a'+rng.IntN(6))), rng.Uint64N(3)) }
	for step := range 10_000 {
		node := NodeID(fmt.Sprintf("en%d", rng.IntN(5)))
		switch rng.IntN(5) {
		case 0, 1:
			e := randomInfo()
			center.Add(node, e)
			model[replicaKey{node, e.ID}] = e
		case 2:
			e := randomInfo()
			center.Remove(node, e.ID)
			delete(model, replicaKey{node, e.ID})
		case 3:
			report := make([]ExtentInfo, rng.IntN(6)) // with repeated extents
			model.removeNode(node)
			for i := range report {
				report[i] = randomInfo()
				model[replicaKey{node, report[i].ID}] = report[i]
			}
			center.ReplaceNode(node, report)
		case 4:
			center.RemoveNode(node)
			model.removeNode(node)
		}
		compareCenters(t, step, &center, model)
	}
}

func compareCenters(t *testing.T, step int, center *ExtentCenter, model naiveCenter) {
	t.Helper()
	if err := center.Check(); err != nil {
		t.Fatalf("step %d: %v", step, err)
	}
	var nodes []NodeID
	reports := make(map[NodeID][]ExtentInfo)
	replicas := make(map[ExtentID][]Replica)
	for key, e := range model {
		nodes = append(nodes, key.node)
		reports[key.node] = append(reports[key.node], e)
		replicas[key.extent] = append(replicas[key.extent], Replica{key.node, e})
	}
	slices.Sort(nodes)
	mustEqual(t, step, "Nodes", center.Nodes(), slices.Compact(nodes))
	for node, report := range reports {
		slices.SortFunc(report, func(a, b ExtentInfo) int { return cmp.Compare(name(a.ID), name(b.ID)) })
		mustEqual(t, step, "GetSyncReport", center.GetSyncReport(node), report)
	}
	var under []ExtentID
	for count := 1; count < 3; count++ { // Under(3) has those with one replica first
		for _, id := range slices.SortedFunc(maps.Keys(replicas), func(a, b ExtentID) int { return cmp.Compare(name(a), name(b)) }) {
			version, holders := naiveNewest(replicas[id])
			if len(holders) == count {
				under = append(under, id)
			}
			got, n := center.Newest(id)
			if got.Version != version || n != len(holders) {
				t.Fatalf("step %d: Newest(%s) = %d, %d, want %d, %d", step, name(id), got.Version, n, version, len(holders))
			}
			mustEqual(t, step, "Replicas", center.Replicas(id, version), holders)
		}
	}
	mustEqual(t, step, "Under", center.Under(3), under)
	mustEqual(t, step, "Extents", len(center.Extents()), len(replicas))
}

func naiveNewest(replicas []Replica) (version uint64, holders []NodeID) {
	for _, r := range replicas {
		version = max(version, r.Info.Version)
	}
	for _, r := range replicas {
		if r.Info.Version == version {
			holders = append(holders, r.Node)
		}
	}
	slices.Sort(holders)
	return version, holders
}

func mustEqual(t *testing.T, step int, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("step %d: %s is %v, want %v", step, what, got, want)
	}
}

func TestExtentCenterLookup(t *testing.T) {
	var center ExtentCenter
	if _, ok := center.Lookup("en0", extent("x")); ok {
		t.Error("the empty center has a replica")
	}
	if _, count := center.Newest(extent("x")); count != 0 {
		t.Errorf("the empty center counts %d replicas", count)
	}
	center.Add("en0", info("x", 1))
	center.Add("en0", info("x", 2))
	if got, ok := center.Lookup("en0", extent("x")); !ok || got.Version != 2 {
		t.Errorf("Lookup = %+v, %v, want version 2", got, ok)
	}
}
