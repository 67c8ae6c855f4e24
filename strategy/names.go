package strategy

// names gives operations and objects numbers that mean the same in every execution: a hash of Op.Path, made without
// building the path, and for an object the number of the operation it belongs to. Two operations of a program share
// one with a probability of 2^-63.
type names struct {
	known []known // by Op.Index
}

type known struct {
	name    uint64 // 0 when not seen yet
	creator uint64 // 0 for the root
}

// object identifies an object across executions: an inbox or a timer by its operation, others by their number.
type object struct {
	op    uint64
	fixed Object
}

func (n *names) reset() {
	clear(n.known)
	n.known = n.known[:0]
}

// of returns the name of an operation, and remembers it and those of its ancestors.
func (n *names) of(op *Op) uint64 {
	if op.Index < len(n.known) && n.known[op.Index].name != 0 {
		return n.known[op.Index].name
	}
	var k known
	if op.Creator != nil {
		k.creator = n.of(op.Creator)
	}
	k.name = nameOf(k.creator, op.Kind, op.Nth)
	for op.Index >= len(n.known) {
		n.known = append(n.known, known{})
	}
	n.known[op.Index] = k
	return k.name
}

// nameOf is also computed by the runtime, for goroutines: see PlanName.
func nameOf(creator uint64, kind OpKind, nth int) uint64 {
	return mix(mix(creator+uint64(kind)*0x9e3779b97f4a7c15+1)+uint64(nth)) | 1
}

// firstModel is the smallest object that is no operation's.
const firstModel = Object(1 << 30)

// object returns the identity of an object, and whether it is known: that of an operation is, once of was called for it.
func (n *names) object(o Object) (object, bool) {
	if o >= firstModel {
		return object{fixed: o}, true
	}
	if int(o) >= len(n.known) || n.known[o].name == 0 {
		return object{}, false
	}
	return object{op: n.known[o].name}, true
}
