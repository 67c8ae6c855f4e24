package strategy

// places finds operations among those on offer without a scan. It keeps its own list of the enabled ones, by the rule
// that engine and simulator follow: what becomes enabled goes to the end, and the last one into the gap of what does
// not stay. Where that does not hold the operation is looked for.
type places struct {
	known []spot  // by Op.Index
	order []int32 // Op.Index of the enabled ones
}

type spot struct {
	op *Op
	at int // in order, counted from 1; 0 when not enabled
}

func (p *places) reset() {
	clear(p.known)
	p.known = p.known[:0]
	p.order = p.order[:0]
}

// add makes op known; it returns false if it was known before.
func (p *places) add(op *Op) bool {
	for op.Index >= len(p.known) {
		p.known = append(p.known, spot{})
	}
	if p.known[op.Index].op != nil {
		return false
	}
	p.known[op.Index].op = op
	return true
}

// op returns the operation, which was added, with an index.
func (p *places) op(index int) *Op { return p.known[index].op }

func (p *places) enabled(op *Op) {
	p.add(op)
	if k := &p.known[op.Index]; k.at == 0 {
		p.order = append(p.order, int32(op.Index))
		k.at = len(p.order)
	}
}

func (p *places) disabled(op *Op) {
	k := &p.known[op.Index]
	if k.at == 0 {
		return
	}
	last := p.order[len(p.order)-1]
	p.order[k.at-1] = last
	p.known[last].at = k.at
	p.order = p.order[:len(p.order)-1]
	k.at = 0
}

// has reports whether op, which was added, is enabled.
func (p *places) has(op *Op) bool { return p.known[op.Index].at > 0 }

// find returns the place of op, which is enabled, in ops.
func (p *places) find(ops []*Op, op *Op) int {
	at := p.known[op.Index].at - 1
	if uint(at) < uint(len(ops)) && ops[at] == op {
		return at
	}
	s := seat{op, max(at, 0)}
	return s.search(ops)
}
