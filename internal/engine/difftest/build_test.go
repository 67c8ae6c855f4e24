package difftest

// The functions below write programs by hand.

// program is one in which the body creates all machines and does no more.
func program(ms ...*MachineDef) *Program {
	p := &Program{Machines: ms, Static: len(ms)}
	return p.done()
}

// done numbers the operations; each machine gets its own copy of what it shares with others.
func (p *Program) done() *Program {
	q := p.clone()
	q.number()
	return q
}

func def(states ...*StateDef) *MachineDef { return &MachineDef{States: states} }

// listener mixes what it gets, in order.
func listener() *MachineDef {
	return def(&StateDef{On: [numEvents]Clause{E0: on(mix(Field0)), E1: on(mix(Field0), inc(Field1)), E2: on(mix(Field0), mix(Field0))}})
}

func body(ops ...*Op) *Body { return &Body{ops} }

func on(ops ...*Op) Clause { return Clause{Verb: Do, Body: body(ops...)} }

func op(k OpKind) *Op { return &Op{Kind: k} }

func send(ev, to int) *Op { return &Op{Kind: OpSend, Ev: ev, To: to} }

func mix(v int) *Op { return &Op{Kind: OpMix, Var: v} }

func inc(v int) *Op { return &Op{Kind: OpInc, Var: v} }

func when(v, n int, ops ...*Op) *Op { return &Op{Kind: OpIf, Var: v, N: n, Body: ops} }

func after(slot, wait int) *Op { return &Op{Kind: OpStart, N: slot, To: wait} }

func every(slot, wait int) *Op { return &Op{Kind: OpEvery, N: slot, To: wait} }
