package strategy

import "fmt"

// ready holds the enabled operations in a heap, the highest priority on top, so that a strategy with priorities
// needs no scan.
type ready struct {
	heap  []ranked
	slots []slot // by Op.Index
}

type ranked struct {
	priority uint64
	op       *Op
}

type slot struct {
	at   int32 // place in the heap, counted from 1; 0 when not enabled
	hint int32 // where the operation was last found among the picks
}

func (r *ready) reset() {
	clear(r.slots)
	r.slots = r.slots[:0]
	clear(r.heap)
	r.heap = r.heap[:0]
}

func (r *ready) has(op *Op) bool { return op.Index < len(r.slots) && r.slots[op.Index].at > 0 }

// set adds op with a priority, or changes the priority it has.
func (r *ready) set(op *Op, priority uint64) {
	for op.Index >= len(r.slots) {
		r.slots = append(r.slots, slot{})
	}
	i := int(r.slots[op.Index].at) - 1
	if i < 0 {
		i = len(r.heap)
		r.heap = append(r.heap, ranked{})
		r.up(i, ranked{priority, op})
		return
	}
	if priority > r.heap[i].priority {
		r.up(i, ranked{priority, op})
	} else {
		r.down(i, ranked{priority, op})
	}
}

func (r *ready) remove(op *Op) {
	if !r.has(op) {
		return
	}
	i := int(r.slots[op.Index].at) - 1
	r.slots[op.Index].at = 0
	end := len(r.heap) - 1
	moved := r.heap[end]
	r.heap[end] = ranked{}
	r.heap = r.heap[:end]
	switch {
	case i == end:
	case moved.priority > r.heap[i].priority:
		r.up(i, moved)
	default:
		r.down(i, moved)
	}
}

// up places x at i or above.
func (r *ready) up(i int, x ranked) {
	for i > 0 {
		parent := (i - 1) / 2
		if r.heap[parent].priority >= x.priority {
			break
		}
		r.put(i, r.heap[parent])
		i = parent
	}
	r.put(i, x)
}

// down places x at i or below.
func (r *ready) down(i int, x ranked) {
	for {
		child := 2*i + 1
		if child >= len(r.heap) {
			break
		}
		if child+1 < len(r.heap) && r.heap[child+1].priority > r.heap[child].priority {
			child++
		}
		if r.heap[child].priority <= x.priority {
			break
		}
		r.put(i, r.heap[child])
		i = child
	}
	r.put(i, x)
}

func (r *ready) put(i int, x ranked) {
	r.heap[i] = x
	r.slots[x.op.Index].at = int32(i + 1)
}

func (r *ready) top() *Op { return r.heap[0].op }

// pick returns the place of the top in ops. It starts to look where it found that operation the last time: places
// change little from pick to pick, so the search is short however many operations there are.
func (r *ready) pick(ops []*Op) int {
	op := r.heap[0].op
	hint := &r.slots[op.Index].hint
	at := int(*hint)
	if at < len(ops) && ops[at] == op {
		return at
	}
	for low, high := min(at, len(ops)-1), at+1; low >= 0 || high < len(ops); low, high = low-1, high+1 {
		if low >= 0 && ops[low] == op {
			*hint = int32(low)
			return low
		}
		if high < len(ops) && ops[high] == op {
			*hint = int32(high)
			return high
		}
	}
	panic(fmt.Sprintf("strategy: operation %s was reported enabled but is not offered", op.Path()))
}
