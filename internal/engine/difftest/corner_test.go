package difftest

import (
	"maps"
	"slices"
	"testing"
)

// corners are programs on which an engine is easily wrong, and that random programs seldom hit.
var corners = map[string]func() *Program{
	// Once the tick is taken, a periodic timer may fire again before the handler's first effect.
	"tick, then send to self": func() *Program {
		return program(def(&StateDef{
			Entry: body(every(0, 1)),
			On:    [numEvents]Clause{Tick: on(mix(Field0), send(E0, ToSelf)), E0: on(when(Field0, 4, inc(Field1)))},
		}))
	},
	"tick, then another timer": func() *Program {
		return program(def(&StateDef{
			Entry: body(every(0, 1)),
			On:    [numEvents]Clause{Tick: on(mix(Field0), after(1, 2), op(OpNow))},
		}))
	},
	// The default handler is observed by who comes too late: it is a step of its own.
	"default, then send": func() *Program {
		idle := &StateDef{Default: body(send(E1, 2), &Op{Kind: OpLeave, N: 1}), On: [numEvents]Clause{E0: on(mix(Field0))}}
		left := &StateDef{On: [numEvents]Clause{E0: on(inc(Field1))}}
		return program(def(idle, left), def(&StateDef{Entry: body(send(E0, 0), send(E2, 2))}), listener())
	},
	"clock, then timer": func() *Program {
		late := &StateDef{On: [numEvents]Clause{E0: on(op(OpNow), after(0, 2)), Tick: on()}}
		return program(def(&StateDef{Entry: body(after(0, 1), send(E0, 1)), On: [numEvents]Clause{Tick: on()}}), def(late))
	},
	"read, then write": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpRead, Var: Field0}, inc(Field0), &Op{Kind: OpWrite, Var: Field0})}
		return program(def(s), def(s))
	},
	"note, then send": func() *Program {
		s := &StateDef{Entry: body(&Op{Kind: OpNotify, Var: Field0}, send(E0, 2))}
		p := program(def(s), def(s), listener())
		p.Monitor = &MonitorDef{[]*MonitorState{{On: [numNotes]MonitorClause{{Verb: Do, To: -1}}}}}
		return p
	},
	"cancel, then send": func() *Program {
		s := &StateDef{
			Entry: body(every(0, 1), op(OpYield), &Op{Kind: OpCancel, Var: Field0}, send(E0, ToSelf)),
			On:    [numEvents]Clause{Tick: on(mix(Field1)), E0: on(mix(Field1))},
		}
		return program(def(s), def(&StateDef{Entry: body(send(E0, 0))}))
	},
	// An early timer may fire between the cancelling of another and what follows.
	"cancel on the ordered clock": func() *Program {
		first := &StateDef{Entry: body(after(0, 1), send(E1, 1), op(OpYield), &Op{Kind: OpCancel, Var: Field0}, send(E0, 1)), On: [numEvents]Clause{Tick: on()}}
		second := &StateDef{On: [numEvents]Clause{E1: on(after(0, 2)), Tick: on(mix(Field0)), E0: on(mix(Field0))}}
		p := program(def(first), def(second))
		p.Ordered, p.Early = true, 1
		return p
	},
	// What is taken out of the middle of an inbox moves up what was deferred before it.
	"receive what is deferred": func() *Program {
		s := &StateDef{On: [numEvents]Clause{E0: {Verb: Defer}, E1: on(mix(Field0), &Op{Kind: OpReceive, Var: Field1, Ev: E0, N: -1}), E2: on(mix(Field0))}}
		return program(def(s), def(&StateDef{Entry: body(send(E0, 0), send(E1, 0), send(E2, 0))}))
	},
	"take back a deferred tick": func() *Program {
		s := &StateDef{
			Entry: body(after(0, 1)),
			On:    [numEvents]Clause{Tick: {Verb: Defer}, E1: on(mix(Field0), op(OpStop)), E2: on(mix(Field0))},
		}
		return program(def(s), def(&StateDef{Entry: body(send(E1, 0), send(E2, 0))}))
	},
	"not inherited": func() *Program {
		low := &StateDef{Entry: body(&Op{Kind: OpPush, N: 1}), On: [numEvents]Clause{E0: on(mix(Field0)), E1: on(mix(Field0))}}
		high := &StateDef{On: [numEvents]Clause{E0: {NoInherit: true}}}
		return program(def(low, high), def(&StateDef{Entry: body(send(E1, 0), send(E0, 0))}))
	},
	"goto from below": func() *Program {
		exit := func(v int) *Body { return body(inc(v), send(E1, 1)) }
		low := &StateDef{Entry: body(&Op{Kind: OpPush, N: 1}), Exit: exit(Field0), On: [numEvents]Clause{E0: {Verb: Goto, To: 3}}}
		return program(def(low,
			&StateDef{Entry: body(&Op{Kind: OpPush, N: 2}), Exit: exit(Field1)},
			&StateDef{Entry: body(send(E0, ToSelf)), Exit: exit(Field1)},
			&StateDef{Entry: body(mix(Field0))}), listener())
	},
	"restart keeps nothing": func() *Program {
		victim := &StateDef{On: [numEvents]Clause{E0: on(mix(Field0)), E1: on(mix(Field0))}}
		breaker := &StateDef{
			Entry: body(&Op{Kind: OpOffer}),
			On:    [numEvents]Clause{Boom: on(&Op{Kind: OpCrash, To: 0}, &Op{Kind: OpRestart, To: 0}, send(E1, 0))},
		}
		p := program(def(victim), def(breaker))
		p.Root, p.Units = []*Op{send(E0, 0)}, 1
		return p.done()
	},
	// Two overdue timers: the one that should have fired first is the next to fire.
	"overdue timers": func() *Program {
		busy := &StateDef{Entry: body(every(0, 2), every(1, 1)), On: [numEvents]Clause{Tick: {Verb: Defer}, E0: {Verb: Goto, To: 1}}}
		free := &StateDef{On: [numEvents]Clause{Tick: on(mix(Field0), op(OpNow))}}
		waker := &StateDef{Entry: body(after(0, 2)), On: [numEvents]Clause{Tick: on(after(1, 2), &Op{Kind: OpReceive, Var: Field0, Ev: Tick, N: -1}, send(E0, 0))}}
		p := program(def(busy, free), def(waker))
		p.Ordered = true
		return p
	},
}

func TestCorners(t *testing.T) {
	all := maps.Clone(corners)
	maps.Copy(all, stateCorners)
	maps.Copy(all, inboxCorners)
	lim := Limits{Executions: 100_000, States: 100_000}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			p := all[name]()
			v := Compare(p, Straight, lim)
			if v.Discard != "" {
				t.Fatal(v.Discard)
			}
			if v.Differs() {
				t.Error(Report(p, Straight, lim))
			}
			states, fault := clash(p)
			if fault != "" {
				t.Errorf("%s\n%s", p, fault)
			}
			t.Logf("%d executions, %d states of the reference, %d of the engine, %d outcomes", v.Executions, v.States, states, v.Outcomes)
		})
	}
}
