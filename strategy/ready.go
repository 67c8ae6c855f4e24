package strategy

import "fmt"

// ready holds the enabled operations in a tournament over their priorities, so that a strategy with priorities needs
// no scan: a change replays the matches from a leaf to the root, log2 of the number of enabled operations, without a
// branch that a processor could mispredict.
//
// The lowest 24 bits of a priority make room for the number of the leaf, so two are never equal.
type ready struct {
	tree  []uint64 // node 1 is the root, node i has the children 2i and 2i+1; the second half are the leaves
	seats []seat   // by leaf
	leafs []int32  // by Op.Index; the leaf, counted from 1; 0 when not enabled
	free  []int32  // leaves given back
}

type seat struct {
	op   *Op
	hint int // where the operation was last found among the picks
}

const (
	leafBits    = 24
	leafMask    = 1<<leafBits - 1
	firstLeaves = 8
)

func (r *ready) reset() {
	if r.tree == nil {
		r.tree = make([]uint64, 2*firstLeaves)
	}
	clear(r.tree)
	clear(r.seats)
	r.seats = r.seats[:0]
	clear(r.leafs)
	r.leafs = r.leafs[:0]
	r.free = r.free[:0]
}

func (r *ready) has(op *Op) bool { return op.Index < len(r.leafs) && r.leafs[op.Index] > 0 }

// set adds op with a priority above 0, or changes the priority it has.
func (r *ready) set(op *Op, priority uint64) {
	if !r.has(op) {
		r.seat(op)
	}
	leaf := uint64(r.leafs[op.Index] - 1)
	r.play(leaf, priority&^leafMask|leaf)
}

func (r *ready) remove(op *Op) {
	if !r.has(op) {
		return
	}
	leaf := r.leafs[op.Index] - 1
	r.leafs[op.Index] = 0
	r.seats[leaf].op = nil
	r.free = append(r.free, leaf)
	r.play(uint64(leaf), 0)
}

// play gives a leaf a value and replays its matches.
func (r *ready) play(leaf, value uint64) {
	tree := r.tree
	i := uint64(len(tree))/2 + leaf
	tree[i] = value
	for i > 1 {
		value = max(value, tree[i^1])
		i /= 2
		tree[i] = value
	}
}

// seat gives op a leaf.
func (r *ready) seat(op *Op) {
	for op.Index >= len(r.leafs) {
		r.leafs = append(r.leafs, 0)
	}
	if n := len(r.free); n > 0 {
		leaf := r.free[n-1]
		r.free = r.free[:n-1]
		r.seats[leaf].op = op
		r.leafs[op.Index] = leaf + 1
		return
	}
	r.seats = append(r.seats, seat{op: op})
	r.leafs[op.Index] = int32(len(r.seats))
	if len(r.seats) > len(r.tree)/2 {
		r.grow()
	}
}

// grow doubles the leaves.
func (r *ready) grow() {
	leaves := r.tree[len(r.tree)/2:]
	r.tree = make([]uint64, 2*len(r.tree))
	n := len(r.tree) / 2
	copy(r.tree[n:], leaves)
	for i := n - 1; i > 0; i-- {
		r.tree[i] = max(r.tree[2*i], r.tree[2*i+1])
	}
}

func (r *ready) empty() bool { return r.tree[1] == 0 }

// top returns the operation with the highest priority.
func (r *ready) top() *Op { return r.seats[r.tree[1]&leafMask].op }

// pick returns the place of the top in ops. It starts to look where it found that operation the last time: places
// change little from pick to pick, so the search is short however many operations there are.
func (r *ready) pick(ops []*Op) int {
	s := &r.seats[r.tree[1]&leafMask]
	if s.hint < len(ops) && ops[s.hint] == s.op {
		return s.hint
	}
	return s.search(ops)
}

func (s *seat) search(ops []*Op) int {
	for low, high := min(s.hint, len(ops)-1), s.hint+1; low >= 0 || high < len(ops); low, high = low-1, high+1 {
		if low >= 0 && ops[low] == s.op {
			s.hint = low
			return low
		}
		if high < len(ops) && ops[high] == s.op {
			s.hint = high
			return high
		}
	}
	panic(fmt.Sprintf("strategy: operation %s was reported enabled but is not offered", s.op.Path()))
}
