package difftest

// place is where operations stand: what may stand there.
type place struct {
	tail     bool // a transition may be the last one
	waits    bool
	fault    bool // the handler of a fault
	function bool
	nested   bool
}

// list makes up to max operations.
func (g *generator) list(max int, at place) []*Op {
	var ops []*Op
	for range g.r.IntN(max + 1) {
		inner := at
		inner.tail = false
		ops = append(ops, g.op(inner))
	}
	if at.tail && g.one(3) {
		ops = append(ops, g.transition())
	} else if at.tail && !at.nested && g.one(6) {
		ops = append(ops, g.branch(at))
	}
	return ops
}

// handler makes the operations of an event's handler; most remember what came.
func (g *generator) handler(at place) []*Op {
	ops := g.list(3, at)
	if g.one(4) {
		return ops
	}
	return append([]*Op{{Kind: OpMix, Var: g.r.IntN(2)}}, ops...)
}

func (g *generator) variable() int { return g.r.IntN(3) }

func (g *generator) branch(at place) *Op {
	at.nested = true
	return &Op{Kind: OpIf, Var: g.variable(), N: g.r.IntN(2), Body: g.list(2, at), Else: g.list(1, at)}
}

// some returns one of the operations by their weights in this program; nil if all weights are zero.
func (g *generator) some(kinds ...OpKind) *Op {
	sum := 0
	for _, k := range kinds {
		sum += g.weight[k]
	}
	if sum == 0 {
		return nil
	}
	at := g.r.IntN(sum)
	for _, k := range kinds {
		if at -= g.weight[k]; at < 0 {
			return g.fill(k)
		}
	}
	panic("unreachable")
}

// fill makes an operation with random operands.
func (g *generator) fill(k OpKind) *Op {
	o := &Op{Kind: k, Var: g.variable()}
	switch k {
	case OpSet:
		o.N = g.r.IntN(4)
	case OpInt:
		o.N = 3
	case OpMix:
		o.Var = g.r.IntN(2)
	case OpAssert:
		o.N = 2 + g.r.IntN(3)
	case OpNotify:
		o.Ev = g.r.IntN(numNotes)
	case OpSend:
		o.To, o.Ev = g.target(), g.r.IntN(3)
	case OpRaise:
		o.Ev = g.r.IntN(3)
	case OpGoto, OpPush, OpLeave:
		o.N = g.r.IntN(len(g.def.States))
	case OpCreate:
		o.N = g.p.Static + g.r.IntN(len(g.p.Machines)-g.p.Static)
	case OpStart:
		o.N, o.To = g.r.IntN(2), g.r.IntN(maxWait+1)
	case OpEvery:
		o.N, o.To = g.r.IntN(2), 1+g.r.IntN(maxWait)
	case OpStop, OpCancel:
		o.N = g.r.IntN(2)
	case OpReceive:
		o.Ev, o.N = g.r.IntN(3), max(-1, g.r.IntN(6)-3)
	case OpCrash:
		o.To = g.target()
	case OpRestart:
		o.To, o.N = g.target(), g.r.IntN(len(g.p.Machines))
	}
	return o
}

func (g *generator) transition() *Op {
	if o := g.some(OpHalt, OpPop, OpPush, OpRaise, OpGoto); o != nil {
		return o
	}
	return g.fill(OpGoto)
}

func (g *generator) target() int {
	if g.one(3) {
		return []int{ToSelf, ToSelf, ToParent, ToKid, ToSender}[g.r.IntN(5)]
	}
	return g.r.IntN(g.p.Static)
}

// op makes an operation: an effect while there is some left, a wait or a plain one else.
func (g *generator) op(at place) *Op {
	if g.effects > 0 && !g.one(3) {
		g.effects--
		return g.effect(at)
	}
	if at.waits && g.one(2) {
		if o := g.some(OpReceive, OpNext, OpYield, OpRead, OpCancel); o != nil {
			return o
		}
	}
	if !at.nested && g.one(8) {
		return g.branch(at)
	}
	if o := g.some(OpSet, OpInc, OpMix, OpLoad, OpBool, OpInt, OpNotify, OpAssert, OpNow, OpAge); o != nil {
		return o
	}
	return g.fill(OpMix)
}

func (g *generator) effect(at place) *Op {
	if !at.nested && g.one(8) {
		return &Op{Kind: OpLoop, N: 2, Body: []*Op{g.fill(OpSend)}}
	}
	var o *Op
	switch {
	case at.function:
		o = g.some(OpSend, OpCreate, OpWrite, OpStart, OpStop)
	case at.fault:
		o = g.some(OpSend, OpCreate, OpWrite, OpStart, OpStop, OpOffer, OpCrash, OpCrash, OpRestart, OpRestart)
	default:
		o = g.some(OpSend, OpCreate, OpWrite, OpStart, OpEvery, OpStop, OpOffer, OpWithdraw)
	}
	if o == nil {
		o = g.fill(OpSend)
	}
	return o
}

func (g *generator) monitor() *MonitorDef {
	m := &MonitorDef{}
	n := 1 + g.r.IntN(3)
	for i := range n {
		s := &MonitorState{Temperature: Temperature(g.r.IntN(3))}
		for note := range s.On {
			s.On[note] = g.monitorClause(n)
		}
		s.On[0].Verb, s.On[0].To = Do, (i+1)%n // so that a function leads everywhere
		m.States = append(m.States, s)
	}
	return m
}

func (g *generator) monitorClause(states int) MonitorClause {
	c := MonitorClause{Verb: Do, To: g.r.IntN(states+1) - 1}
	if g.one(4) {
		c.Limit = 1 + g.r.IntN(6)
	}
	switch g.r.IntN(6) {
	case 0:
		c.Verb = Ignore
	case 1:
		c.Verb, c.To = Goto, g.r.IntN(states)
	case 2:
		if g.one(3) {
			c.Verb = None
		}
	}
	return c
}
