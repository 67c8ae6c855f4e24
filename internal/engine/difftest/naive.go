package difftest

import "fmt"

// Reference is what the naive interpreter finds out about a program.
type Reference struct {
	Outcomes map[string]bool
	States   int
	Full     bool // false: the limit of states was hit
	parents  map[string]origin
	ends     map[string]string // outcome to the key of a state that it ends
}

type origin struct{ key, step string }

// Naive explores every interleaving of a program, up to a number of states.
func Naive(p *Program, bend Bend, limit int) *Reference {
	r := &Reference{Outcomes: map[string]bool{}, parents: map[string]origin{}, ends: map[string]string{}}
	w := &world{p: p, bend: bend, units: p.Units, early: p.Early}
	if !p.Ordered {
		w.early = 0
	}
	w.threads = []*thread{w.newThread("r", "", -1, 0)}
	r.parents[w.key()] = origin{}
	todo := []*world{w}
	for len(todo) > 0 {
		w := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if r.States++; r.States > limit {
			return r
		}
		key := w.key()
		for _, s := range w.next(r, key) {
			k := s.w.key()
			if _, seen := r.parents[k]; seen {
				continue
			}
			r.parents[k] = origin{key, s.step}
			if s.w.fail != "" {
				r.outcome(s.w.fail, k)
				continue
			}
			todo = append(todo, s.w)
		}
	}
	r.Full = true
	return r
}

func (r *Reference) outcome(text, key string) {
	if !r.Outcomes[text] {
		r.Outcomes[text] = true
		r.ends[text] = key
	}
}

// Path tells the steps that lead to an outcome.
func (r *Reference) Path(outcome string) []string {
	var steps []string
	for k := r.ends[outcome]; r.parents[k].step != ""; k = r.parents[k].key {
		steps = append([]string{r.parents[k].step}, steps...)
	}
	return steps
}

type successor struct {
	step string
	w    *world
}

func (w *world) newThread(path, parent string, def, v int) *thread {
	t := &thread{path: path}
	if def >= 0 {
		t.room, t.reject = w.p.Machines[def].Room, w.p.Machines[def].Reject
	}
	t.begin(w.p, parent, def, v)
	return t
}

// begin makes the thread one that has not started.
func (t *thread) begin(p *Program, parent string, def, v int) {
	t.def, t.status, t.at, t.slots, t.lastOffer = def, created, -1, [2]int{-1, -1}, -1
	t.parent = parent
	t.f = fields{v: [2]int{v, v}, fuel: startFuel}
	t.stack, t.agenda, t.cur, t.pend = nil, nil, nil, transition{}
	if def >= 0 && p.Machines[def].Func != nil {
		t.f.v, t.parent = [2]int{}, ""
	} else if def >= 0 {
		t.stack = []int{0}
	}
}

// next returns every state that one step leads to, and notes the outcome if nothing has to move any more.
func (w *world) next(r *Reference, key string) []successor {
	var out []successor
	add := func(what string, i int, f func(c *world, t *thread)) {
		c := w.clone()
		f(c, c.threads[i])
		for _, s := range c.advance(i) {
			out = append(out, successor{what, s})
		}
	}
	for i, t := range w.threads {
		if what := w.ready(t); what != "" {
			add(t.path+": "+what, i, func(c *world, t *thread) { c.move(t) })
		}
	}
	busy := len(out) > 0
	for i, t := range w.threads {
		for n := range t.timers {
			if due, early := w.due(t, n, busy); due {
				add(fmt.Sprintf("%s: timer %d fires", t.path, n), i, func(c *world, t *thread) { c.fire(t, n, early) })
			}
		}
	}
	if len(out) == 0 {
		w.quiescent(r, key)
	}
	for i, t := range w.threads {
		for n := range t.offers {
			if t.offers[n].on && w.units > 0 && t.status == alive && len(t.agenda) == 0 {
				add(fmt.Sprintf("%s: fault %d", t.path, n), i, func(c *world, t *thread) { c.inject(t, n) })
			}
		}
	}
	return out
}

// due reports whether a timer may fire now, and whether that is before its turn.
func (w *world) due(t *thread, n int, busy bool) (due, early bool) {
	x := &t.timers[n]
	if !x.armed || x.unread {
		return false, false
	}
	if !w.p.Ordered {
		return true, false
	}
	for _, o := range w.threads {
		for _, y := range o.timers {
			if y.armed && !y.unread && y.deadline < x.deadline {
				return false, false
			}
		}
	}
	if busy {
		return w.early > 0, true
	}
	return true, false
}

func (w *world) fire(t *thread, n int, early bool) {
	x := &t.timers[n]
	if early {
		w.early--
	}
	w.now = max(w.now, x.deadline)
	x.unread = true
	if x.every {
		x.deadline = w.now + x.period
	} else {
		x.armed = false
	}
	ev := x.ev
	ev.timer = n + 1
	w.arrive(t, ev)
}

// inject makes a fault happen: its handler runs to its end at once.
func (w *world) inject(t *thread, n int) {
	w.units--
	t.offers[n].on = false
	ev := t.offers[n].ev
	cl, pops := w.resolve(t, Boom)
	if cl.Verb == Defer || cl.Verb == Ignore {
		w.failed("misuse|" + t.path + "|fault deferred or ignored")
		return
	}
	t.atomic, t.faulty, t.now = true, true, w.now
	w.handle(t, ev, cl, pops)
}

// quiescent notes the outcome of an execution that ends here.
func (w *world) quiescent(r *Reference, key string) {
	hot := w.p.Monitor != nil && w.p.Monitor.States[w.mon.state].Temperature == Hot
	blocked := map[string]string{}
	for _, t := range w.threads {
		if o := t.op(); o != nil && o.Kind == OpReceive && t.status == alive {
			blocked[t.path] = eventNames[o.Ev]
		}
		if r := w.lacksRoom(t); r != nil {
			blocked[t.path] = "room of " + r.path
		}
	}
	switch {
	case len(blocked) > 0:
		r.outcome(fmt.Sprintf("deadlock|%v|hot=%v", blocked, hot), key)
	case hot:
		r.outcome(fmt.Sprintf("hot at end|S%d", w.mon.state), key)
	default:
		r.outcome(w.state().String(), key)
	}
}

func (w *world) failed(text string) {
	if w.fail == "" {
		w.fail = "failure|" + text
	}
}

// advance runs thread i, if it runs, up to its next scheduling point, in every way that its choices allow.
func (w *world) advance(i int) []*world {
	t := w.threads[i]
	for len(t.agenda) > 0 && w.fail == "" {
		if t.status > alive {
			break
		}
		if o := t.op(); o != nil {
			if n := choices(o); n > 0 {
				return w.branch(i, o, n)
			}
		}
		if w.point(t) {
			if t.faulty && w.waits(t) {
				w.failed("misuse|" + t.path + "|fault waits")
				break
			}
			if !t.atomic || w.lacksRoom(t) != nil {
				t.atomic = false
				break
			}
		}
		w.perform(t)
	}
	if len(t.agenda) == 0 {
		t.cur, t.atomic, t.faulty, t.local, t.from = nil, false, false, 0, ""
	}
	if w.fail == "" {
		w.dropIgnored()
	}
	return []*world{w}
}

func (w *world) branch(i int, o *Op, n int) []*world {
	var out []*world
	for v := range n {
		c := w.clone()
		t := c.threads[i]
		t.agenda[len(t.agenda)-1].pc++
		t.set(o.Var, v)
		out = append(out, c.advance(i)...)
	}
	return out
}

// choices returns how many values the operation chooses from, 0 if it does not choose.
func choices(o *Op) int {
	switch o.Kind {
	case OpBool:
		return 2
	case OpInt:
		return o.N
	}
	return 0
}
