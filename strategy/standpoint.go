package strategy

// standpoint is a state of a program as far as a strategy sees it, as a sum of hashes of its operations. The hash of an
// operation is sensitive to the order of what it did, and holds its name, so that no two of them are exchanged.
type standpoint struct {
	names  names
	roster roster
	ops    []stand // by Op.Index
	sum    uint64
}

type stand struct {
	history uint64
	shown   uint64 // its part of the sum
	enabled bool
}

func (p *standpoint) reset() {
	p.names.reset()
	p.roster.reset()
	clear(p.ops)
	p.ops = p.ops[:0]
	p.sum = 0
}

func (p *standpoint) at(op *Op) *stand {
	for op.Index >= len(p.ops) {
		p.ops = append(p.ops, stand{})
	}
	s := &p.ops[op.Index]
	if s.history == 0 {
		s.history = p.names.of(op)
	}
	return s
}

// find returns the enabled operation with a name; nil if there is none.
func (p *standpoint) find(name uint64) *Op {
	if op := p.roster.find(name); op != nil && p.ops[op.Index].enabled {
		return op
	}
	return nil
}

func (p *standpoint) enable(op *Op, enabled bool) {
	s := p.at(op)
	s.enabled = enabled
	if !p.roster.has(op) {
		p.roster.add(op, p.names.of(op))
	}
	p.show(op, s)
}

func (p *standpoint) executed(op *Op, did []Action) {
	s := p.at(op)
	for _, a := range did {
		s.history = mix(s.history + p.action(a))
	}
	p.show(op, s)
}

// asked is the state in which op asks for a value; told goes on from it.
func (p *standpoint) asked(op *Op) uint64 { return mix(p.sum ^ p.at(op).history) }

func (p *standpoint) told(op *Op, value uint64) {
	s := p.at(op)
	s.history = mix(s.history + mix(value) + 1)
	p.show(op, s)
}

func (p *standpoint) show(op *Op, s *stand) {
	p.sum -= s.shown
	s.shown = mix(s.history + 1)
	if s.enabled {
		s.shown = mix(s.history + p.action(op.Next))
	}
	p.sum += s.shown
}

// action hashes an action.
func (p *standpoint) action(a Action) uint64 {
	o, _ := p.names.object(a.Object)
	return mix(o.op + uint64(o.fixed)<<8 + uint64(a.Kind) + 2)
}
