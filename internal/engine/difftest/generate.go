package difftest

import "math/rand/v2"

// Generate returns the program of a seed.
func Generate(seed uint64) *Program {
	g := &generator{r: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), p: &Program{}}
	g.program()
	return g.p
}

type generator struct {
	r *rand.Rand
	p *Program

	def     *MachineDef
	effects int // that the program may still get: its size
	timers  bool
	faults  bool
	model   bool
}

// one reports true with probability 1/n.
func (g *generator) one(n int) bool { return g.r.IntN(n) == 0 }

func (g *generator) program() {
	p := g.p
	p.Static = 1 + g.r.IntN(3)
	n := p.Static
	if n < 2 || g.one(3) {
		n++
	}
	g.timers, g.faults, g.model = g.one(3), g.one(3), g.one(3)
	g.effects = 3 + g.r.IntN(7)
	if g.timers && g.one(3) {
		p.Ordered = true
		p.Early = g.r.IntN(2)
	}
	if g.faults {
		p.Units = 1 + g.r.IntN(2)
	}
	for range n {
		p.Machines = append(p.Machines, &MachineDef{})
	}
	for i, m := range p.Machines {
		if g.one(8) {
			g.function(m, i)
		} else {
			g.machine(m)
		}
	}
	if g.one(2) {
		p.Monitor = g.monitor()
	}
	g.def = nil
	for i := range p.Static {
		if i == 0 || g.one(2) {
			p.Root = append(p.Root, g.send(i))
		}
	}
	if g.one(3) {
		p.Root = append(p.Root, g.rootOp())
	}
	p.number()
}

// number gives each operation its ID.
func (p *Program) number() {
	p.ops = 0
	p.eachList(func(ops *[]*Op) {
		for _, o := range *ops {
			p.ops++
			o.ID = p.ops
		}
	})
}

// eachList calls f with every list of operations, outer ones first.
func (p *Program) eachList(f func(ops *[]*Op)) {
	list := func(ops *[]*Op) { eachNested(ops, f) }
	list(&p.Root)
	for _, m := range p.Machines {
		if m.Func != nil {
			list(&m.Func)
		}
		for _, s := range m.States {
			for _, b := range s.bodies() {
				list(&b.Ops)
			}
		}
	}
}

func eachNested(ops *[]*Op, f func(ops *[]*Op)) {
	f(ops)
	for _, o := range *ops {
		eachNested(&o.Body, f)
		eachNested(&o.Else, f)
	}
}

func (s *StateDef) bodies() []*Body {
	var bs []*Body
	for _, b := range []*Body{s.Entry, s.Exit, s.Default} {
		if b != nil {
			bs = append(bs, b)
		}
	}
	for i := range s.On {
		if b := s.On[i].Body; b != nil {
			bs = append(bs, b)
		}
	}
	return bs
}

func (g *generator) rootOp() *Op {
	switch g.r.IntN(4) {
	case 0:
		return &Op{Kind: OpReceive, Var: Local, Ev: g.r.IntN(2), N: -1}
	case 1:
		return &Op{Kind: OpCrash, To: g.r.IntN(g.p.Static)}
	case 2:
		return &Op{Kind: OpYield}
	}
	return g.send(g.r.IntN(g.p.Static))
}

func (g *generator) send(to int) *Op {
	return &Op{Kind: OpSend, To: to, Ev: g.r.IntN(3), Var: g.r.IntN(3)}
}

// function makes a machine that is a plain function: a bounded loop of Next.
func (g *generator) function(m *MachineDef, i int) {
	g.def = m
	kind := OpNext
	if g.one(3) {
		kind = OpReceive
	}
	ops := []*Op{{Kind: kind, Var: g.r.IntN(3), Ev: g.r.IntN(2), N: -1}}
	ops = append(ops, g.list(2, place{waits: true, function: true})...)
	if g.one(2) {
		ops = []*Op{{Kind: OpLoop, N: 2, Body: ops}}
	}
	m.Func = ops
}

func (g *generator) machine(m *MachineDef) {
	g.def = m
	for range 1 + g.r.IntN(3) {
		m.States = append(m.States, &StateDef{})
	}
	for i, s := range m.States {
		g.state(s, i)
	}
}

func (g *generator) state(s *StateDef, i int) {
	if g.one(3) {
		s.Entry = &Body{g.list(2, place{tail: true, waits: g.one(3)})}
	}
	if g.one(5) {
		s.Exit = &Body{g.list(1, place{})}
	}
	if g.one(8) {
		// A default handler runs again and again while nothing comes: it has to leave the state or the machine.
		s.Default = &Body{append(g.list(1, place{}), g.leave(i))}
	}
	for ev := range E0 + 3 {
		s.On[ev] = g.clause(4)
	}
	if g.timers {
		s.On[Tick] = g.clause(8)
	}
	if g.faults {
		s.On[Boom] = Clause{Verb: Do, Body: &Body{g.list(2, place{tail: true, fault: true})}}
		if g.one(8) {
			s.On[Boom] = g.clause(4)
		}
	}
	if g.one(8) {
		s.On[Wildcard] = g.clause(3)
	}
}

func (g *generator) leave(i int) *Op {
	if n := len(g.def.States); n > 1 && g.one(2) {
		return &Op{Kind: OpLeave, N: (i + 1) % n}
	}
	return &Op{Kind: OpHalt}
}

// clause is absent once in so many times.
func (g *generator) clause(absent int) Clause {
	c := Clause{To: g.r.IntN(len(g.def.States)), NoInherit: g.one(15)}
	switch x := g.r.IntN(24); {
	case g.one(absent):
	case x < 14:
		c.Verb, c.Body = Do, &Body{g.list(3, place{tail: true, waits: g.one(3)})}
	case x < 16:
		c.Verb = Goto
	case x < 18:
		c.Verb = Push
	case x < 19:
		c.Verb = Pop
	case x < 20:
		c.Verb = HaltOn
	case x < 22:
		c.Verb = Defer
	default:
		c.Verb = Ignore
	}
	return c
}
