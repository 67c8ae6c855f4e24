package strategy

// roster finds the operations of an execution by their names (see names): a hash table with open addressing.
type roster struct {
	slots []int32  // places in list, counted from 1
	list  []listed // in the order of their appearance
	held  []bool   // by Op.Index
}

type listed struct {
	name uint64
	op   *Op
}

const rosterSlots = 32

func (r *roster) reset() {
	if r.slots == nil {
		r.slots = make([]int32, rosterSlots)
	}
	clear(r.slots)
	clear(r.list)
	r.list = r.list[:0]
	clear(r.held)
	r.held = r.held[:0]
}

// has reports whether op was added.
func (r *roster) has(op *Op) bool { return op.Index < len(r.held) && r.held[op.Index] }

// add adds op, which is not there.
func (r *roster) add(op *Op, name uint64) {
	for op.Index >= len(r.held) {
		r.held = append(r.held, false)
	}
	r.held[op.Index] = true
	r.list = append(r.list, listed{name, op})
	if 2*len(r.list) > len(r.slots) {
		r.slots = make([]int32, 2*len(r.slots))
		for i, l := range r.list {
			*r.slot(l.name) = int32(i + 1)
		}
		return
	}
	*r.slot(name) = int32(len(r.list))
}

// slot returns the slot of a name, or the one where it belongs.
func (r *roster) slot(name uint64) *int32 {
	mask := uint64(len(r.slots) - 1)
	for i := name >> 1; ; i++ { // the lowest bit of a name is always set
		s := &r.slots[i&mask]
		if *s == 0 || r.list[*s-1].name == name {
			return s
		}
	}
}

// find returns the operation with a name; nil if there is none.
func (r *roster) find(name uint64) *Op {
	if s := *r.slot(name); s > 0 {
		return r.list[s-1].op
	}
	return nil
}
