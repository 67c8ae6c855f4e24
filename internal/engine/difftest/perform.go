package difftest

import (
	"fmt"
	"slices"
)

// handle begins to handle an event for which a clause was found.
func (w *world) handle(t *thread, e event, cl Clause, pops int) {
	t.cur = &e
	t.push(item{todo: doSettle})
	w.dispatch(t, cl, pops)
}

func (w *world) dispatch(t *thread, cl Clause, pops int) {
	switch cl.Verb {
	case None:
		w.failed(fmt.Sprintf("unhandled|%s|%s|%v", t.path, eventNames[t.cur.kind], t.stack))
		return
	case Do:
		if cl.To == Tick {
			t.push(item{todo: doCall, ops: cl.Body.Ops}, item{todo: doOps, ops: tickOps})
			return
		}
		t.call(cl.Body)
		return
	case HaltOn:
		t.pend = transition{verb: HaltOn}
	default:
		t.pend = transition{verb: cl.Verb, to: cl.To}
	}
	for range pops {
		t.push(item{todo: doPop}, item{todo: doExit})
	}
}

// tickOps is what a handler of a tick does first: it spends fuel; when there is none it stops both timers.
var tickOps = []*Op{{Kind: opTicked, ID: -100}, {Kind: OpStop, N: 0, ID: -101}, {Kind: OpStop, N: 1, ID: -102}}

// opTicked skips the rest of tickOps if there is fuel.
const opTicked OpKind = 255

// settle performs the transition that was asked for.
func (w *world) settle(t *thread) {
	p := t.pend
	t.pend = transition{}
	if p.verb == None {
		return
	}
	if p.verb != HaltOn {
		t.push(item{todo: doSettle})
	}
	states := w.p.Machines[t.def].States
	switch p.verb {
	case Do:
		cl, pops := w.resolve(t, p.ev.kind)
		if cl.Verb == Defer || cl.Verb == Ignore {
			w.failed("misuse|" + t.path + "|raised what is deferred or ignored")
			return
		}
		t.cur = &p.ev
		w.dispatch(t, cl, pops)
	case Goto:
		t.push(item{todo: doEntry}, item{todo: doSet, to: p.to}, item{todo: doExit})
	case Push:
		t.push(item{todo: doEntry}, item{todo: doPush, to: p.to})
		if w.bend == PushExits {
			t.call(states[t.stack[len(t.stack)-1]].Exit)
		}
	case Pop:
		if len(t.stack) == 1 {
			w.failed("misuse|" + t.path + "|popped the last state")
			return
		}
		t.push(item{todo: doPop}, item{todo: doExit})
	case HaltOn:
		t.push(item{todo: doHalt})
	}
}

// perform does the next item of the agenda.
func (w *world) perform(t *thread) {
	it := &t.agenda[len(t.agenda)-1]
	if it.todo == doOps {
		w.nextOp(t, it)
		return
	}
	do := *it
	t.agenda = t.agenda[:len(t.agenda)-1]
	top := len(t.stack) - 1
	switch do.todo {
	case doCall:
		t.local, t.from = 0, ""
		if t.cur != nil {
			t.from = t.cur.from
		}
		t.push(item{todo: doOps, ops: do.ops})
	case doEntry:
		t.call(w.p.Machines[t.def].States[t.stack[top]].Entry)
	case doExit:
		t.call(w.p.Machines[t.def].States[t.stack[top]].Exit)
	case doSet:
		t.stack[top] = do.to
	case doPush:
		t.stack = append(t.stack, do.to)
	case doPop:
		t.stack = t.stack[:top]
	case doSettle:
		w.settle(t)
	case doHalt:
		w.retire(t, halted)
		t.inbox = nil
	}
}

// retire ends a machine.
func (w *world) retire(t *thread, s status) {
	t.status = s
	if w.bend != CrashKeeps || s != crashed {
		t.inbox = nil
	}
	for i := range t.timers {
		t.timers[i].armed, t.timers[i].unread = false, false
	}
	for i := range t.offers {
		t.offers[i].on = false
	}
	t.agenda, t.cur, t.pend, t.atomic, t.faulty, t.local, t.from = nil, nil, transition{}, false, false, 0, ""
}

func (w *world) nextOp(t *thread, it *item) {
	if it.pc == len(it.ops) {
		if it.rounds > 0 {
			it.rounds--
			it.pc = 0
			return
		}
		t.agenda = t.agenda[:len(t.agenda)-1]
		return
	}
	o := it.ops[it.pc]
	it.pc++
	switch o.Kind {
	case OpSet:
		t.set(o.Var, o.N)
	case OpInc:
		t.set(o.Var, (t.get(o.Var)+1)%4)
	case OpMix:
		t.set(o.Var, (2*t.get(o.Var)+1+t.carried())%5)
	case OpLoad:
		t.set(o.Var, t.carried())
	case OpIf:
		if t.get(o.Var) == o.N {
			t.push(item{todo: doOps, ops: o.Body})
		} else {
			t.push(item{todo: doOps, ops: o.Else})
		}
	case OpLoop:
		t.push(item{todo: doOps, ops: o.Body, rounds: o.N - 1})
	case OpNotify:
		w.notify(t, o.Ev, t.get(o.Var))
	case OpAssert:
		if t.get(o.Var) == o.N {
			w.failed(fmt.Sprintf("assert|%s|op %d", t.path, o.ID))
		}
	case OpNow:
		t.at = t.now
	case OpAge:
		t.set(o.Var, number(t.at != t.now))
	case OpHalt:
		t.pend = transition{verb: HaltOn}
	case OpLeave:
		t.pend = transition{verb: HaltOn}
		if t.spend() {
			t.pend = transition{verb: Goto, to: o.N}
		}
	case opTicked:
		if t.spend() {
			it.pc = len(it.ops)
		}
	case OpReceive, OpNext, OpRead, OpCancel:
		w.afterWait(t, o)
	case OpWrite, OpStop, OpWithdraw:
		w.freeEffect(t, o)
	case OpYield:
	default:
		if t.spend() {
			w.costlyOp(t, o)
		}
	}
}

func (w *world) afterWait(t *thread, o *Op) {
	switch o.Kind {
	case OpReceive, OpNext:
		e := w.take(t, w.match(t, o))
		t.set(o.Var, e.v)
		t.from = e.from
	case OpRead:
		t.set(o.Var, w.disk)
	case OpCancel:
		v := 0
		if t.f.used[o.N] {
			x := &t.timers[t.slots[o.N]]
			v = number(x.armed && !x.unread)
			x.armed = false
		}
		t.set(o.Var, v)
	}
}

func (w *world) freeEffect(t *thread, o *Op) {
	switch {
	case o.Kind == OpWrite:
		w.disk = (2*w.disk + t.get(o.Var)) % 5
	case o.Kind == OpWithdraw && t.lastOffer >= 0:
		t.offers[t.lastOffer].on = false
	case o.Kind == OpStop && t.f.used[o.N]:
		n := t.slots[o.N]
		t.timers[n].armed = false
		if t.timers[n].unread && w.bend != StopKeepsTick {
			i := slices.IndexFunc(t.inbox, func(e event) bool { return e.timer == n+1 })
			w.take(t, i)
		}
	}
}

// carried is the number that the event being handled carries.
func (t *thread) carried() int {
	if t.cur == nil {
		return 0
	}
	return t.cur.v
}

func (t *thread) spend() bool {
	if t.f.fuel == 0 {
		return false
	}
	t.f.fuel--
	return true
}

func (t *thread) get(v int) int {
	if v == Local {
		return t.local
	}
	return t.f.v[v]
}

func (t *thread) set(v, n int) {
	if v == Local {
		t.local = n
	} else {
		t.f.v[v] = n
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
