package difftest

// stateCorners are programs with states that a careless fingerprint takes for one, or one that it takes for two.
var stateCorners = map[string]func() *Program{
	// What a waiting handler knows beyond the fields is part of the state.
	"choose, forget, wait": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpBool, Var: Local}, op(OpYield), when(Local, 1, inc(Field0)))}
		return program(def(s))
	},
	"keep a field, forget it, wait": func() *Program {
		s := &StateDef{
			Entry: body(&Op{Kind: OpBool, Var: Field0}),
			On: [numEvents]Clause{E0: on(
				when(Field0, 1, &Op{Kind: OpSet, Var: Local, N: 1}), &Op{Kind: OpSet, Var: Field0}, op(OpYield), when(Local, 1, inc(Field1)))},
		}
		p := program(def(s))
		p.Root = []*Op{send(E0, 0)}
		return p.done()
	},
	"read, forget, wait": func() *Program {
		reader := &StateDef{Entry: body(&Op{Kind: OpRead, Var: Local}, op(OpYield), when(Local, 2, inc(Field0)))}
		writer := &StateDef{Entry: body(&Op{Kind: OpWrite, Var: Field0}, &Op{Kind: OpWrite, Var: Field0})}
		return program(def(reader), def(writer))
	},
	"wait twice": func() *Program { return program(def(&StateDef{Entry: body(op(OpYield), op(OpYield))})) },
	// What an effect will do is part of the state before it is performed.
	"choose, then send and start a timer": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpBool, Var: Local}, send(E0, ToSelf), &Op{Kind: OpStart, To: 1, Var: Local}),
			On: [numEvents]Clause{E0: on(), Tick: on(mix(Field0))}}
		return program(def(s))
	},
	"choose a kind of timer": func() *Program {
		s := &StateDef{
			Entry: body(&Op{Kind: OpBool, Var: Local}, &Op{Kind: OpIf, Var: Local, Body: []*Op{after(0, 1)}, Else: []*Op{every(0, 1)}}),
			On:    [numEvents]Clause{Tick: on(mix(Field0))},
		}
		return program(def(s))
	},
	"choose, then send and offer": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpBool, Var: Local}, send(E0, ToSelf), &Op{Kind: OpOffer, Var: Local}),
			On: [numEvents]Clause{E0: on(), Boom: on(mix(Field0))}}
		p := program(def(s), def(&StateDef{Entry: body(&Op{Kind: OpOffer}), On: [numEvents]Clause{Boom: on()}}))
		p.Units = 1
		return p
	},
	"choose what to create": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpBool, Var: Local}, &Op{Kind: OpIf, Var: Local, Body: []*Op{{Kind: OpCreate, N: 1, Var: Field0}},
			Else: []*Op{{Kind: OpCreate, N: 2, Var: Field0}}}, send(E0, ToKid))}
		p := program(def(s), &MachineDef{Func: body(&Op{Kind: OpNext}).Ops}, &MachineDef{Func: body(&Op{Kind: OpNext}, send(E0, 0)).Ops})
		p.Static = 1
		return p
	},
	"receive, forget, wait": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpReceive, Var: Local, N: -1}, op(OpYield), when(Local, 1, inc(Field0)))}
		return program(def(s), def(&StateDef{Entry: body(&Op{Kind: OpBool, Var: Field0}, send(E0, 0), &Op{Kind: OpSet, Var: Field0})}))
	},
	"wait, then look at the event": func() *Program {
		s := &StateDef{On: [numEvents]Clause{E0: on(op(OpYield), mix(Field0))}}
		return program(def(s), def(&StateDef{Entry: body(&Op{Kind: OpBool, Var: Field0}, send(E0, 0), &Op{Kind: OpSet, Var: Field0})}))
	},
	"early timer, then budget": func() *Program {
		s := &StateDef{
			Entry: body(after(0, 1), send(E0, ToSelf), send(E1, ToSelf)),
			On:    [numEvents]Clause{E0: on(op(OpOffer)), E1: on(), Tick: on(), Boom: on()},
		}
		p := program(def(s))
		p.Ordered, p.Early, p.Units = true, 1, 1
		return p
	},
	"choose between two definitions": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpBool, Var: Local}, &Op{Kind: OpIf, Var: Local, Body: []*Op{{Kind: OpCreate, N: 1, Var: Field0}},
			Else: []*Op{{Kind: OpCreate, N: 2, Var: Field0}}}, send(E0, ToKid))}
		p := program(def(s), def(&StateDef{On: [numEvents]Clause{E0: on()}}), def(&StateDef{On: [numEvents]Clause{E0: on(inc(Field0))}}))
		p.Static = 1
		return p
	},
	"crash before a create": func() *Program {
		parent := &StateDef{Entry: body(send(E1, 1), &Op{Kind: OpCreate, N: 2})}
		breaker := &StateDef{
			Entry: body(op(OpOffer)),
			On:    [numEvents]Clause{E1: on(), Boom: on(&Op{Kind: OpCrash, To: 0}, &Op{Kind: OpRestart, To: 0})},
		}
		p := program(def(parent), def(breaker), def(&StateDef{}))
		p.Static, p.Units = 2, 1
		return p
	},
	// Which of two overdue timers comes first belongs to the state, however long they are overdue.
	"two overdue timers": func() *Program {
		wait := &StateDef{On: [numEvents]Clause{E0: on(every(0, 2), &Op{Kind: OpGoto, N: 1})}}
		late := &StateDef{On: [numEvents]Clause{E0: {Verb: Ignore}, Tick: {Verb: Defer}}}
		either := func(a, b int) *Op {
			return &Op{Kind: OpIf, Var: Field0, Body: []*Op{send(E0, a)}, Else: []*Op{send(E0, b)}}
		}
		waker := &StateDef{
			Entry: body(after(0, 1), &Op{Kind: OpBool, Var: Field0}, either(0, 1)),
			On:    [numEvents]Clause{Tick: on(either(1, 0), &Op{Kind: OpSet, Var: Field0})},
		}
		last := &StateDef{Entry: body(after(0, 11)), On: [numEvents]Clause{Tick: on()}}
		p := program(def(wait, late), def(wait, late), def(waker), def(last))
		p.Ordered = true
		return p
	},
}
