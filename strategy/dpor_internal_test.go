package strategy

import (
	"math/rand/v2"
	"testing"
)

// host runs threads that only take actions, and never wait, under a Reducer. A first operation, the root, starts them.
type host struct {
	threads [][]Action
	ops     []*Op
	at      []int
	enabled []*Op
	did     [1]Action
	pruned  bool
}

func (h *host) run(d *DPOR) bool {
	if !d.Start(Execution{}) {
		return false
	}
	for len(h.ops) <= len(h.threads) {
		h.ops = append(h.ops, &Op{Index: len(h.ops)})
		h.at = append(h.at, 0)
	}
	d.Enabled(h.ops[0])
	d.Prune(h.ops[:1], nil)
	h.enabled, h.pruned = h.enabled[:0], false
	for i, actions := range h.threads {
		op := h.ops[i+1]
		op.Next, h.at[op.Index] = actions[0], 0
		h.enabled = append(h.enabled, op)
		d.Enabled(op)
	}
	d.Executed(h.ops[0], nil)
	for len(h.enabled) > 0 {
		if h.pruned = d.Prune(h.enabled, nil); h.pruned {
			break
		}
		i := 0
		if len(h.enabled) > 1 {
			i = d.Pick(h.enabled)
		}
		op := h.enabled[i]
		h.did[0] = op.Next
		actions := h.threads[op.Index-1]
		if h.at[op.Index]++; h.at[op.Index] < len(actions) {
			op.Next = actions[h.at[op.Index]]
		} else {
			h.enabled = append(h.enabled[:i], h.enabled[i+1:]...)
			d.Disabled(op)
		}
		d.Executed(op, h.did[:])
	}
	d.Finish(Result{})
	return true
}

// increments are threads that write to one model.
func increments(threads, each int) *host {
	h := &host{threads: make([][]Action, threads)}
	for i := range h.threads {
		for range each {
			h.threads[i] = append(h.threads[i], Action{Kind: Write, Object: ModelObject(0)})
		}
	}
	return h
}

// Each order of dependent steps is run once, independent ones and reads have one order.
func TestDPORCounts(t *testing.T) {
	write, read, other := Action{Kind: Write, Object: ModelObject(0)}, Action{Kind: Read, Object: ModelObject(0)}, Action{Kind: Write, Object: ModelObject(1)}
	for name, test := range map[string]struct {
		host *host
		want int
	}{
		"2x5":              {increments(2, 5), 252},
		"3x2":              {increments(3, 2), 90},
		"independent":      {&host{threads: [][]Action{{write, write}, {other, other}}}, 1},
		"readers":          {&host{threads: [][]Action{{read}, {read}, {read, read}}}, 1},
		"writer, reader":   {&host{threads: [][]Action{{write}, {read}}}, 2},
		"writer, readers":  {&host{threads: [][]Action{{write}, {read}, {read}}}, 4},
		"a write between":  {&host{threads: [][]Action{{write, other}, {other, write}}}, 3},
		"two and a reader": {&host{threads: [][]Action{{write}, {write}, {read}}}, 6},
	} {
		d := NewDPOR()
		complete := 0
		for test.host.run(d) {
			if !test.host.pruned {
				complete++
			}
		}
		if complete != test.want || !d.Exhausted() || d.Err() != nil || d.surprises > 0 {
			t.Errorf("%s: %d complete executions, want %d; exhausted %v, %v, %d surprises", name, complete, test.want, d.Exhausted(), d.Err(), d.surprises)
		}
	}
}

// Executions allocate nothing once the search has seen its like.
func TestDPORDoesNotAllocate(t *testing.T) {
	h, d := increments(4, 4), NewDPOR()
	for range 2000 {
		h.run(d)
	}
	if n := testing.AllocsPerRun(500, func() { h.run(d) }); n > 0 {
		t.Errorf("%v allocations in an execution", n)
	}
}

// The clocks are the transitive closure of the direct dependencies, also behind a rewind.
func TestPastIsHappensBefore(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var p past
	var steps [][]access
	var by []int
	ops := []*Op{{Index: 0}, {Index: 1}, {Index: 2}, {Index: 3}}
	for range 400 {
		if len(steps) > 0 && rng.IntN(8) == 0 {
			n := rng.IntN(len(steps))
			p.rewind(n)
			steps, by = steps[:n], by[:n]
			continue
		}
		op := ops[rng.IntN(len(ops))]
		foot := []access{of(op.Index, itself).write()}
		for range rng.IntN(3) {
			a := shared(ModelObject(rng.IntN(3)))
			if rng.IntN(2) == 0 {
				a = of(rng.IntN(4), arrival)
			}
			if rng.IntN(2) == 0 {
				a = a.write()
			}
			foot = append(foot, a)
		}
		steps, by = append(steps, foot), append(by, op.Index)
		j := p.add(op, foot, nil, false)
		past := map[int]bool{} // the steps that happen before j, and j
		past[int(j)-1] = true
		for i := int(j) - 2; i >= 0; i-- {
			for k := range past {
				if by[k] == by[i] || meet(steps[i], steps[k]) {
					past[i] = true
					break
				}
			}
			if p.before(int32(i+1), j) != past[i] {
				t.Fatalf("step %d before step %d: %v", i+1, j, !past[i])
			}
		}
	}
}
