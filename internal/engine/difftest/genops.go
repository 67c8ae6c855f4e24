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
	if at.tail && g.one(4) {
		ops = append(ops, g.transition())
	} else if at.tail && !at.nested && g.one(6) {
		ops = append(ops, g.branch(at))
	}
	return ops
}

func (g *generator) variable() int { return g.r.IntN(3) }

func (g *generator) branch(at place) *Op {
	at.nested = true
	return &Op{Kind: OpIf, Var: g.variable(), N: g.r.IntN(2), Body: g.list(2, at), Else: g.list(1, at)}
}

func (g *generator) transition() *Op {
	n := len(g.def.States)
	switch g.r.IntN(6) {
	case 0:
		return &Op{Kind: OpHalt}
	case 1:
		return &Op{Kind: OpPop}
	case 2:
		return &Op{Kind: OpPush, N: g.r.IntN(n)}
	case 3:
		return &Op{Kind: OpRaise, Ev: g.r.IntN(3), Var: g.variable()}
	}
	return &Op{Kind: OpGoto, N: g.r.IntN(n)}
}

func (g *generator) target() int {
	if g.one(3) {
		return []int{ToSelf, ToParent, ToKid, ToSender}[g.r.IntN(4)]
	}
	return g.r.IntN(g.p.Static)
}

// op makes an operation: an effect while there is some left, a plain one else.
func (g *generator) op(at place) *Op {
	v := g.variable()
	if g.effects > 0 && !g.one(3) {
		g.effects--
		return g.effect(at)
	}
	if at.waits && g.one(3) {
		return g.wait()
	}
	switch g.r.IntN(9) {
	case 0:
		return &Op{Kind: OpSet, Var: v, N: g.r.IntN(4)}
	case 1:
		return &Op{Kind: OpLoad, Var: v}
	case 2:
		return &Op{Kind: OpBool, Var: v}
	case 3:
		return &Op{Kind: OpInt, Var: v, N: 3}
	case 4, 5:
		if g.p.Monitor != nil || g.one(2) {
			return &Op{Kind: OpNotify, Ev: g.r.IntN(numNotes), Var: v}
		}
	case 6:
		if g.one(3) {
			return &Op{Kind: OpAssert, Var: v, N: 2 + g.r.IntN(2)}
		}
	case 7:
		if !at.nested {
			return g.branch(at)
		}
	case 8:
		if g.timers {
			return &Op{Kind: []OpKind{OpNow, OpAge}[g.r.IntN(2)], Var: v}
		}
	}
	return &Op{Kind: OpInc, Var: v}
}

func (g *generator) wait() *Op {
	v := g.variable()
	switch g.r.IntN(6) {
	case 0:
		return &Op{Kind: OpYield}
	case 1:
		if g.model {
			return &Op{Kind: OpRead, Var: v}
		}
	case 2:
		if g.timers {
			return &Op{Kind: OpCancel, N: g.r.IntN(2), Var: v}
		}
	case 3:
		return &Op{Kind: OpReceive, Ev: g.r.IntN(2), Var: v, N: g.r.IntN(2)}
	case 4:
		if g.one(2) {
			return &Op{Kind: OpNext, Var: v}
		}
	}
	return &Op{Kind: OpReceive, Ev: g.r.IntN(2), Var: v, N: -1}
}

func (g *generator) effect(at place) *Op {
	v := g.variable()
	switch g.r.IntN(12) {
	case 0:
		if n := len(g.p.Machines); n > g.p.Static {
			return &Op{Kind: OpCreate, N: g.p.Static + g.r.IntN(n-g.p.Static), Var: v}
		}
	case 1, 2:
		if g.timers {
			return g.timerOp(v)
		}
	case 3, 4:
		if g.model {
			return &Op{Kind: OpWrite, Var: v}
		}
	case 5, 6:
		if g.faults {
			return g.faultOp(at, v)
		}
	case 7:
		if !at.nested {
			return &Op{Kind: OpLoop, N: 2, Body: []*Op{g.send(g.target())}}
		}
	}
	return g.send(g.target())
}

func (g *generator) timerOp(v int) *Op {
	slot := g.r.IntN(2)
	switch g.r.IntN(5) {
	case 0:
		return &Op{Kind: OpStop, N: slot}
	case 1:
		return &Op{Kind: OpEvery, N: slot, To: 1 + g.r.IntN(maxWait), Var: v}
	}
	return &Op{Kind: OpStart, N: slot, To: g.r.IntN(maxWait + 1), Var: v}
}

func (g *generator) faultOp(at place, v int) *Op {
	if at.fault {
		switch g.r.IntN(4) {
		case 0:
			return &Op{Kind: OpRestart, To: g.target(), N: g.r.IntN(len(g.p.Machines))}
		case 1, 2:
			return &Op{Kind: OpCrash, To: g.target()}
		}
	}
	if at.function {
		return g.send(g.target())
	}
	if g.one(5) {
		return &Op{Kind: OpWithdraw}
	}
	return &Op{Kind: OpOffer, Var: v}
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
	if g.one(3) {
		c.Limit = 2 + g.r.IntN(3)
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
