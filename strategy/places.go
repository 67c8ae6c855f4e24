package strategy

// places finds operations among those on offer without a scan. It keeps its own list of the enabled ones, by the rule
// that engine and simulator follow: what becomes enabled goes to the end, and the last one into the gap of what does
// not stay. Where that does not hold the operation is looked for.
type places struct {
	order []*Op   // the enabled ones
	at    []int32 // by Op.Index: the place in order, counted from 1; 0 when not enabled
}

func (p *places) reset() {
	clear(p.order)
	p.order = p.order[:0]
	clear(p.at)
	p.at = p.at[:0]
}

// has reports whether op is enabled.
func (p *places) has(op *Op) bool { return op.Index < len(p.at) && p.at[op.Index] > 0 }

// enabled adds an operation, unless it is there.
func (p *places) enabled(op *Op) {
	for op.Index >= len(p.at) {
		p.at = append(p.at, 0)
	}
	if p.at[op.Index] == 0 {
		p.order = append(p.order, op)
		p.at[op.Index] = int32(len(p.order))
	}
}

// disabled removes an operation, if it is there. The last one takes its place.
func (p *places) disabled(op *Op) {
	if !p.has(op) {
		return
	}
	at, end := p.at[op.Index]-1, len(p.order)-1
	last := p.order[end]
	p.order[at] = last
	p.at[last.Index] = at + 1
	p.at[op.Index] = 0
	p.order[end] = nil
	p.order = p.order[:end]
}

// find returns the place of op, which is enabled, in ops.
func (p *places) find(ops []*Op, op *Op) int { return locate(ops, op, int(p.at[op.Index])-1) }

// locate returns the place of op in ops, which is at unless ops is in another order.
func locate(ops []*Op, op *Op, at int) int {
	if uint(at) < uint(len(ops)) && ops[at] == op {
		return at
	}
	return search(ops, op)
}

func search(ops []*Op, op *Op) int {
	at := place(ops, op)
	if at < 0 {
		panic("strategy: operation " + op.Path() + " was reported enabled but is not offered")
	}
	return at
}
