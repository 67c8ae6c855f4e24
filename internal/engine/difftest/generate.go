package difftest

import "math/rand/v2"

// Bounds in a seed is the program of the rest of the seed, with bounded inboxes.
const Bounds = 1 << 62

// Generate returns the program of a seed.
func Generate(seed uint64) *Program {
	if seed&Bounds != 0 {
		seed &^= Bounds
		p := Generate(seed)
		p.bound(rand.New(rand.NewPCG(seed, Bounds)))
		return p
	}
	g := &generator{r: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), p: &Program{}}
	g.program()
	return g.p
}

// generator makes a program. Each program has one or two themes: what they need it uses often, the rest seldom or never, so
// that rare combinations come up.
type generator struct {
	r *rand.Rand
	p *Program

	def     *MachineDef
	effects int // that the program may still get: its size
	theme   [numThemes]bool
	weight  map[OpKind]int
	verbs   map[Verb]int
}

// theme is something that programs are about.
type theme int

const (
	aboutModels theme = iota
	aboutTimers
	aboutFaults
	aboutStacks
	aboutQueues
	aboutMonitors
	aboutDefaults
	aboutFamilies
	numThemes
)

var themeOps = [numThemes][]OpKind{
	aboutModels:   {OpWrite, OpWrite, OpRead, OpYield},
	aboutTimers:   {OpStart, OpStart, OpEvery, OpStop, OpCancel, OpNow, OpAge},
	aboutFaults:   {OpOffer, OpOffer, OpCrash, OpRestart, OpWithdraw},
	aboutStacks:   {OpPush, OpPush, OpPop, OpRaise, OpGoto},
	aboutQueues:   {OpReceive, OpNext, OpYield, OpGoto},
	aboutMonitors: {OpNotify, OpNotify, OpNotify},
	aboutDefaults: {OpYield, OpGoto},
	aboutFamilies: {OpCreate, OpCreate, OpHalt},
}

// bound bounds some of the inboxes, and one at least.
func (p *Program) bound(r *rand.Rand) {
	must := r.IntN(len(p.Machines))
	for i, m := range p.Machines {
		if i == must || r.IntN(2) == 0 {
			m.Room, m.Reject = 1+r.IntN(4)/3, r.IntN(4) == 0
		}
	}
}

// one reports true with probability 1/n.
func (g *generator) one(n int) bool { return g.r.IntN(n) == 0 }

// weigh draws the themes and how often things are used.
func (g *generator) weigh() {
	g.weight, g.verbs = map[OpKind]int{}, map[Verb]int{}
	for k := range numOps {
		g.weight[k] = g.r.IntN(2)
	}
	for _, k := range []OpKind{OpStart, OpEvery, OpOffer, OpAssert, OpHalt, OpPop} {
		g.weight[k] = g.r.IntN(4) / 3
	}
	for range 1 + g.r.IntN(2) {
		t := g.r.IntN(int(numThemes))
		g.theme[t] = true
		for _, k := range themeOps[t] {
			g.weight[k] += 4
		}
	}
	g.weight[OpMix] += 6
	g.weight[OpSend] += 3
	g.verbs[Do] = 24
	for _, v := range []Verb{Goto, Push, Defer, Ignore} {
		g.verbs[v] = g.r.IntN(3)
	}
	if g.theme[aboutQueues] {
		g.verbs[Defer] += 6
	}
	if g.theme[aboutStacks] {
		g.verbs[Push], g.verbs[Goto], g.verbs[Defer] = 4, 4, 2
	}
	g.verbs[Pop], g.verbs[HaltOn] = g.r.IntN(2), g.r.IntN(2)
	if len(g.p.Machines) == g.p.Static {
		g.weight[OpCreate] = 0
	}
}

func (g *generator) program() {
	p := g.p
	p.Static = 1 + g.r.IntN(2) + g.r.IntN(2)
	n := p.Static
	if n < 2 || g.one(3) {
		n++
	}
	for range n {
		p.Machines = append(p.Machines, &MachineDef{})
	}
	g.weigh()
	g.effects = 4 + g.r.IntN(10)
	if g.timers() && g.one(3) {
		p.Ordered = true
		p.Early = g.r.IntN(2)
	}
	if g.faults() {
		p.Units = 1 + g.r.IntN(2)
	}
	for i, m := range p.Machines {
		switch {
		case g.one(8):
			g.function(m)
		case i > 0 && p.Machines[0].Func == nil && g.one(4):
			*m = *p.Machines[0].clone()
		default:
			g.machine(m)
		}
	}
	if g.theme[aboutMonitors] || g.weight[OpNotify] > 0 {
		p.Monitor = g.monitor()
	}
	g.def = nil
	for i := range p.Static {
		if i == 0 || !g.one(3) {
			p.Root = append(p.Root, g.send(i))
		}
	}
	if len(p.Root) < 3 && !g.one(3) {
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

func (g *generator) timers() bool { return g.weight[OpStart]+g.weight[OpEvery] > 0 }
func (g *generator) faults() bool { return g.weight[OpOffer] > 0 }

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
func (g *generator) function(m *MachineDef) {
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
	for range 1 + g.r.IntN(2) + g.r.IntN(2) {
		m.States = append(m.States, &StateDef{})
	}
	for i, s := range m.States {
		g.state(s, i)
	}
}

func (g *generator) state(s *StateDef, i int) {
	if i == 0 || g.one(3) {
		s.Entry = &Body{g.list(2, place{tail: true, waits: g.one(3)})}
	}
	if g.one(5) {
		s.Exit = &Body{g.list(1, place{})}
	}
	if g.theme[aboutDefaults] && g.one(2) {
		// A default handler runs again and again while nothing comes: it has to leave the state or the machine.
		s.Default = &Body{append(g.list(2, place{}), g.leave(i))}
	}
	absent, wild := 25, 12
	if g.theme[aboutStacks] && i > 0 {
		absent, wild = 2, 4
	}
	for ev := range E0 + 3 {
		s.On[ev] = g.clause(absent)
	}
	if g.timers() {
		s.On[Tick] = g.clause(20)
	}
	if g.faults() {
		s.On[Boom] = Clause{Verb: Do, Body: &Body{g.list(2, place{tail: true, fault: true})}}
		if g.one(8) {
			s.On[Boom] = g.clause(4)
		}
	}
	if g.one(wild) {
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
	c := Clause{To: g.r.IntN(len(g.def.States)), NoInherit: g.one(12)}
	if g.one(absent) {
		return c
	}
	sum := 0
	for v := Do; v <= Ignore; v++ {
		sum += g.verbs[v]
	}
	at := g.r.IntN(sum)
	for v := Do; v <= Ignore; v++ {
		if at -= g.verbs[v]; at < 0 {
			c.Verb = v
			break
		}
	}
	if c.Verb == Do {
		c.Body = &Body{g.handler(place{tail: true, waits: g.one(2)})}
	}
	return c
}
