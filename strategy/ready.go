package strategy

// ready holds the enabled operations in a tournament over their priorities, so that a strategy with priorities needs
// no scan: a change replays the matches from a leaf to the root, log2 of the number of enabled operations, without a
// branch that a processor could mispredict. An operation's leaf is its place among the enabled ones (see places), so the
// winner's leaf is the answer to a pick.
//
// The lowest 24 bits of a priority make room for the number of the leaf, so two are never equal.
type ready struct {
	places
	tree []uint64 // node 1 is the root, node i has the children 2i and 2i+1; the second half are the leaves
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
	r.places.reset()
}

// add adds op, which is not there, with a priority. One whose priority is 0 is never the top.
func (r *ready) add(op *Op, priority uint64) {
	r.enabled(op)
	if len(r.order) > len(r.tree)/2 {
		r.grow()
	}
	r.set(op, priority)
}

// set changes the priority of op, which is there.
func (r *ready) set(op *Op, priority uint64) { r.seat(r.at[op.Index]-1, priority) }

// priority returns that of op, which is there, but for its lowest bits; 0 if it is 0.
func (r *ready) priority(op *Op) uint64 {
	return r.tree[len(r.tree)/2+int(r.at[op.Index]-1)]
}

func (r *ready) remove(op *Op) {
	if !r.has(op) {
		return
	}
	at, end := r.at[op.Index]-1, int32(len(r.order)-1)
	r.disabled(op)
	if at != end {
		r.seat(at, r.tree[len(r.tree)/2+int(end)])
	}
	r.play(uint64(end), 0)
}

// seat gives the operation at a place a priority.
func (r *ready) seat(place int32, priority uint64) {
	if priority &^= leafMask; priority > 0 {
		priority |= uint64(place)
	}
	r.play(uint64(place), priority)
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

// empty reports whether all priorities are 0.
func (r *ready) empty() bool { return r.tree[1] == 0 }

// top returns the operation with the highest priority.
func (r *ready) top() *Op { return r.order[r.tree[1]&leafMask] }

// pick returns the place of the top in ops.
func (r *ready) pick(ops []*Op) int {
	at := int(r.tree[1] & leafMask)
	return locate(ops, r.order[at], at)
}
