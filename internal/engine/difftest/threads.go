package difftest

import "fmt"

// op returns the operation that the thread is at, nil if it is at something else.
func (t *thread) op() *Op {
	if n := len(t.agenda); n > 0 {
		if it := &t.agenda[n-1]; it.todo == doOps && it.pc < len(it.ops) {
			return it.ops[it.pc]
		}
	}
	return nil
}

// point reports whether the thread is at a scheduling point: before an effect, or at a wait.
func (w *world) point(t *thread) bool {
	o := t.op()
	if o == nil {
		return t.agenda[len(t.agenda)-1].todo == doHalt
	}
	switch o.Kind {
	case OpSend, OpCrash, OpRestart:
		if o.Kind == OpSend && w.bend == SendAtOnce {
			return false
		}
		return t.f.fuel > 0 && w.target(t, o.To) != ""
	case OpCreate, OpOffer:
		return t.f.fuel > 0
	case OpStart, OpEvery:
		return t.f.fuel > 0 && !t.f.used[o.N]
	case OpStop:
		return t.f.used[o.N]
	case OpWithdraw:
		return t.lastOffer >= 0
	case OpWrite:
		return w.bend != WriteAtOnce
	}
	return w.waits(t)
}

func (w *world) waits(t *thread) bool {
	o := t.op()
	if o == nil {
		return false
	}
	switch o.Kind {
	case OpReceive, OpNext, OpYield, OpRead:
		return true
	case OpCancel:
		return t.f.used[o.N]
	}
	return false
}

func (w *world) target(t *thread, to int) string {
	switch to {
	case ToSelf:
		return t.path
	case ToParent:
		return t.parent
	case ToKid:
		return t.f.kid
	case ToSender:
		return t.from
	}
	return fmt.Sprintf("r.%d", to)
}

// ready says what the thread would do if it moved now, "" if it cannot.
func (w *world) ready(t *thread) string {
	switch {
	case t.status == created:
		return "starts"
	case t.status != alive:
		return ""
	}
	if len(t.agenda) > 0 {
		o := t.op()
		switch {
		case o == nil:
			return "halts"
		case (o.Kind == OpReceive || o.Kind == OpNext) && w.match(t, o) < 0, w.lacksRoom(t) != nil:
			return ""
		}
		return o.String()
	}
	if t.def < 0 || w.p.Machines[t.def].Func != nil {
		return ""
	}
	if i := w.first(t); i >= 0 {
		e := t.inbox[i]
		if w.ignores(t, e) {
			return "ignores " + eventText(e.kind, e.v, e.from)
		}
		return "takes " + eventText(e.kind, e.v, e.from)
	}
	if w.defaultBody(t) != nil {
		return "default"
	}
	return ""
}

// move makes one step of the thread, up to where advance takes over.
func (w *world) move(t *thread) {
	if len(t.agenda) == 0 || w.waits(t) {
		t.now = w.now
	}
	switch {
	case t.status == created:
		w.start(t)
	case len(t.agenda) > 0:
		w.perform(t)
	default:
		if i := w.first(t); i >= 0 {
			e := w.take(t, i)
			if w.ignores(t, e) {
				return
			}
			cl, pops := w.resolve(t, e.kind)
			w.handle(t, e, cl, pops)
			return
		}
		t.push(item{todo: doSettle})
		t.call(w.defaultBody(t))
	}
}

func (t *thread) push(items ...item) { t.agenda = append(t.agenda, items...) }

func (t *thread) call(b *Body) {
	if b != nil {
		t.push(item{todo: doCall, ops: b.Ops})
	}
}

func (w *world) start(t *thread) {
	t.status = alive
	switch {
	case t.def < 0:
		root := []*Op{}
		for i := range w.p.Static {
			root = append(root, &Op{Kind: OpCreate, N: i, Var: Field0, ID: -1 - i})
		}
		t.push(item{todo: doCall, ops: w.p.Root}, item{todo: doOps, ops: root})
		t.f.v = rootFields
		t.f.fuel += w.p.Static // the body's own creations are free
	case w.p.Machines[t.def].Func != nil:
		t.push(item{todo: doHalt}, item{todo: doCall, ops: w.p.Machines[t.def].Func})
	default:
		t.push(item{todo: doSettle}, item{todo: doEntry})
	}
}

// take removes an event from the inbox.
func (w *world) take(t *thread, i int) event {
	e := t.inbox[i]
	t.inbox = append(t.inbox[:i:i], t.inbox[i+1:]...)
	if e.timer > 0 {
		t.timers[e.timer-1].unread = false
	}
	return e
}

// arrive puts an event at the end of the inbox.
func (w *world) arrive(t *thread, e event) {
	if w.bend == LIFO {
		t.inbox = append([]event{e}, t.inbox...)
		return
	}
	t.inbox = append(t.inbox, e)
}

// match finds the first event that a receive takes.
func (w *world) match(t *thread, o *Op) int {
	for i, e := range t.inbox {
		if o.Kind == OpReceive && (e.kind != o.Ev || o.N >= 0 && e.v != o.N) {
			continue
		}
		if w.bend == ReceiveDefers && len(t.stack) > 0 {
			if cl, _ := w.resolve(t, e.kind); cl.Verb == Defer {
				continue
			}
		}
		return i
	}
	return -1
}

// first finds the event that the machine, at rest, takes next: the first one that is neither deferred nor ignored. Of a
// bounded inbox it takes ignored ones as well, to drop them.
func (w *world) first(t *thread) int {
	for i, e := range t.inbox {
		if cl, _ := w.resolve(t, e.kind); cl.Verb != Defer && (cl.Verb != Ignore || t.room > 0 && w.bend != IgnoredTakeNone) {
			return i
		}
	}
	return -1
}

// dropIgnored makes every machine at rest drop the ignored events in front of the one that it takes next.
func (w *world) dropIgnored() {
	if w.bend == KeepIgnored {
		return
	}
	for _, t := range w.threads {
		if t.status != alive || len(t.agenda) > 0 || len(t.stack) == 0 || t.room > 0 && w.bend != IgnoredTakeNone {
			continue
		}
		for i := 0; i < len(t.inbox); {
			cl, _ := w.resolve(t, t.inbox[i].kind)
			if cl.Verb == Ignore {
				w.take(t, i)
			} else if cl.Verb == Defer {
				i++
			} else {
				break
			}
		}
	}
}

// ignores reports whether a machine with a bounded inbox drops an event when it comes to it.
func (w *world) ignores(t *thread, e event) bool {
	cl, _ := w.resolve(t, e.kind)
	return cl.Verb == Ignore
}

// full reports whether a bounded inbox has no room for an event that another machine sends.
func (w *world) full(t *thread) bool {
	n := 0
	for _, e := range t.inbox {
		if e.timer == 0 || w.bend == TicksTakeRoom {
			n++
		}
	}
	return t.room > 0 && n >= t.room
}

// lacksRoom returns the thread for whose room t waits, if it is at a send that has to; else nil.
func (w *world) lacksRoom(t *thread) *thread {
	o := t.op()
	if o == nil || o.Kind != OpSend || t.status != alive || !w.point(t) {
		return nil
	}
	if r := w.thread(w.target(t, o.To)); r != nil && r != t && r.status <= alive && w.full(r) && !r.reject {
		return r
	}
	return nil
}

// resolve finds what a machine does with an event, and how many states have to be popped first.
//
// The states are asked from the top down. In one state the event's own clause comes before the wildcard. Handlers, Defer and
// Ignore of a lower state are inherited; what else it declares is done by it, after those above it were popped. A state that
// does not inherit ends the search.
func (w *world) resolve(t *thread, ev int) (Clause, int) {
	states := w.p.Machines[t.def].States
	for d := len(t.stack) - 1; d >= 0; d-- {
		s := states[t.stack[d]]
		cl := s.On[ev]
		if cl.Verb == None {
			cl = s.On[Wildcard]
		}
		switch cl.Verb {
		case None:
			if s.On[ev].NoInherit || s.On[Wildcard].NoInherit {
				return Clause{}, 0
			}
		case Do, Defer, Ignore:
			cl.To = ev
			if s.On[ev].Verb == None {
				cl.To = Wildcard
			}
			return cl, 0
		default:
			return cl, len(t.stack) - 1 - d
		}
	}
	return Clause{}, 0
}

func (w *world) defaultBody(t *thread) *Body {
	states := w.p.Machines[t.def].States
	for d := len(t.stack) - 1; d >= 0; d-- {
		if b := states[t.stack[d]].Default; b != nil {
			return b
		}
	}
	return nil
}
