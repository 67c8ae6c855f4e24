package difftest

import "fmt"

// costlyOp does what costs fuel: it has been paid.
func (w *world) costlyOp(t *thread, o *Op) {
	v := t.get(o.Var)
	ev := event{kind: o.Ev, v: v, from: t.path}
	switch o.Kind {
	case OpSend:
		w.send(t, w.target(t, o.To), ev)
	case OpCreate:
		w.create(t, o, v)
	case OpCrash:
		w.crash(t, w.target(t, o.To))
	case OpRestart:
		w.restart(t, w.target(t, o.To), o.N, v)
	case OpGoto:
		t.pend = transition{verb: Goto, to: o.N}
	case OpPush:
		t.pend = transition{verb: Push, to: o.N}
	case OpPop:
		t.pend = transition{verb: Pop}
	case OpRaise:
		t.pend = transition{verb: Do, ev: ev}
	case OpStart, OpEvery:
		if t.f.used[o.N] {
			return
		}
		t.f.used[o.N], t.slots[o.N] = true, len(t.timers)
		ev.kind = Tick
		t.timers = append(t.timers, timer{armed: true, every: o.Kind == OpEvery, period: o.To, deadline: w.now + o.To, ev: ev})
	case OpOffer:
		t.lastOffer = len(t.offers)
		ev.kind = Boom
		t.offers = append(t.offers, offer{true, ev})
	}
}

func (w *world) send(t *thread, to string, ev event) {
	if to == "" {
		return
	}
	r := w.thread(to)
	if r == nil {
		w.failed("misuse|" + t.path + "|no such machine")
		return
	}
	if r.status > alive || r.reject && r != t && w.full(r) {
		return
	}
	w.arrive(r, ev)
}

func (w *world) create(t *thread, o *Op, v int) {
	path := fmt.Sprintf("%s.%d", t.path, t.kids)
	t.kids++
	if o.ID > 0 {
		t.f.kid = path
	} else {
		v = o.N + 1 // the body creates a static machine
	}
	w.threads = append(w.threads, w.newThread(path, t.path, o.N, v))
}

func (w *world) crash(t *thread, to string) {
	if to == "" {
		return
	}
	r := w.thread(to)
	if r == nil {
		w.failed("misuse|" + t.path + "|no such machine")
		return
	}
	if r.status <= alive {
		w.retire(r, crashed)
	}
}

func (w *world) restart(t *thread, to string, def, v int) {
	if to == "" {
		return
	}
	r := w.thread(to)
	switch {
	case r == nil:
		w.failed("misuse|" + t.path + "|no such machine")
	case r.status != crashed:
		w.failed("misuse|" + t.path + "|restarted what has not crashed")
	default:
		r.begin(w.p, t.path, def, v)
	}
}

// notify tells the monitor, if it declares the note in any state.
func (w *world) notify(t *thread, note, v int) {
	m := w.p.Monitor
	if m == nil {
		return
	}
	heard := false
	for _, s := range m.States {
		heard = heard || s.On[note].Verb != None
	}
	if !heard {
		return
	}
	cl := m.States[w.mon.state].On[note]
	switch cl.Verb {
	case None:
		w.failed(fmt.Sprintf("unhandled|Watcher|note%d|[%d]", note, w.mon.state))
	case Goto:
		w.mon.state = cl.To
	case Do:
		w.mon.heard = (2*w.mon.heard + 1 + v) % 7
		if cl.Limit > 0 && w.mon.heard == cl.Limit {
			w.failed(fmt.Sprintf("monitor|S%d|limit %d|note%d|%s", w.mon.state, cl.Limit, note, t.path))
			return
		}
		if cl.To >= 0 {
			w.mon.state = cl.To
		}
	}
}
