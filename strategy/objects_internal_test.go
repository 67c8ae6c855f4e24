package strategy

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The index of pending actions and the tournament of priorities against a plain map, over random changes.
func TestReadyAndObjectsAgainstMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var ready ready
	var objects objects
	ops := make([]*Op, 200)
	for i := range ops {
		ops[i] = &Op{Index: i}
	}
	for range 20 {
		ready.reset()
		objects.reset()
		priority := map[*Op]uint64{}
		for range 3000 {
			op := ops[r.IntN(1+r.IntN(len(ops)))]
			switch _, held := priority[op]; {
			case held && r.IntN(2) == 0:
				delete(priority, op)
				ready.remove(op)
				objects.remove(op)
			case held:
				priority[op] = r.Uint64()
				ready.set(op, priority[op])
				op.Next.Object = Object(r.IntN(60))
				objects.update(op)
			default:
				priority[op] = r.Uint64()
				op.Next.Object = Object(r.IntN(60))
				ready.add(op, priority[op])
				objects.add(op)
			}
			compareWithMap(t, &ready, &objects, priority, Object(r.IntN(60)), ops)
		}
	}
}

func compareWithMap(t *testing.T, ready *ready, objects *objects, priority map[*Op]uint64, at Object, ops []*Op) {
	t.Helper()
	var top *Op
	var want, got []int
	for op, p := range priority {
		if top == nil || p > priority[top] {
			top = op
		}
		if op.Next.Object == at {
			want = append(want, op.Index)
		}
		if !ready.has(op) {
			t.Fatalf("operation %d is lost", op.Index)
		}
	}
	if top != nil && (ready.top() != top || ops[ready.pick(ops)] != top || ready.pick(ready.order) != slices.Index(ready.order, top)) {
		t.Fatalf("top is operation %d, expected %d", ready.top().Index, top.Index)
	}
	for i := *objects.bucket(at); i > 0; i = objects.links[i-1].next {
		if op := objects.links[i-1].op; op.Next.Object == at {
			got = append(got, op.Index)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Fatalf("object %d: operations %v, expected %v", at, got, want)
	}
}
