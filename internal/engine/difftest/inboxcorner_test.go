package difftest

// inboxCorners are programs with bounded inboxes on which an engine is easily wrong.
var inboxCorners = map[string]func() *Program{
	// What a tick would fill has room for the event that makes the machine take the tick.
	"room beside a tick": func() *Program {
		m := def(&StateDef{Entry: body(after(0, 1)), On: [numEvents]Clause{Tick: {Verb: Defer}, E0: {Verb: Goto, To: 1}}},
			&StateDef{On: [numEvents]Clause{Tick: on(mix(Field0)), E0: on(mix(Field1))}})
		m.Room = 1
		return program(m, def(&StateDef{Entry: body(send(E0, 0), send(E0, 0))}))
	},
	// Each of two machines ignores what fills its inbox, and does not come to it before it has sent.
	"a circle of what is ignored": func() *Program {
		to := func(other int) *MachineDef {
			m := def(&StateDef{On: [numEvents]Clause{E0: on(send(E1, other), send(E1, other)), E1: {Verb: Ignore}}})
			m.Room = 1
			return m
		}
		p := program(to(1), to(0))
		p.Root = []*Op{send(E0, 0), send(E0, 1)}
		return p.done()
	},
	// Two who wait for room, and a third that comes from elsewhere.
	"nobody is first": func() *Program {
		sink := listener()
		sink.Room = 1
		s := &StateDef{Entry: body(send(E0, 0), send(E1, 0))}
		return program(sink, def(s), def(s))
	},
	// Between the dequeue that makes room and the first effect of its handler others may send.
	"room, then send": func() *Program {
		m := def(&StateDef{On: [numEvents]Clause{E0: on(mix(Field0), send(E1, 1)), E2: on(mix(Field0))}})
		m.Room = 1
		return program(m, listener(), def(&StateDef{Entry: body(send(E0, 0), send(E2, 0), send(E2, 1))}))
	},
	"rejected, or not": func() *Program {
		sink := listener()
		sink.Room, sink.Reject = 1, true
		return program(sink, def(&StateDef{Entry: body(send(E0, 0), send(E1, 0))}), def(&StateDef{Entry: body(send(E2, 0))}))
	},
	"rejected because of what is ignored": func() *Program {
		sink := def(&StateDef{Entry: body(send(E2, 1)), On: [numEvents]Clause{E0: on(mix(Field0)), E1: {Verb: Ignore}}})
		sink.Room, sink.Reject = 1, true
		return program(sink, def(&StateDef{On: [numEvents]Clause{E2: on(send(E1, 0), send(E0, 0))}}))
	},
	// A machine that waits for room goes down, its receiver comes back.
	"a crash of who waits": func() *Program {
		sink := def(&StateDef{On: [numEvents]Clause{E0: {Verb: Defer}, E1: on(mix(Field0))}})
		sink.Room = 1
		p := program(sink, def(&StateDef{Entry: body(send(E0, 0), send(E1, 0))}))
		p.Root = []*Op{{Kind: OpCrash, To: 1}, {Kind: OpCrash, To: 0}, {Kind: OpRestart, To: 0}, send(E1, 0)}
		return p.done()
	},
	// The first effect of a fault's handler belongs to its step, the second one has to wait.
	"a fault that fills": func() *Program {
		sink := listener()
		sink.Room = 1
		p := program(sink, def(&StateDef{Entry: body(op(OpOffer)), On: [numEvents]Clause{Boom: on(send(E0, 0), send(E1, 0))}}), def(&StateDef{Entry: body(send(E2, 0))}))
		p.Units = 1
		return p
	},
}
