package strategy

// past is the happens-before order of the steps of the present execution, which are numbered from 1. A step comes with a
// vector clock: for each operation the last of its steps that happens before. What the steps of an execution have in
// common with those of the next one is kept: rewind goes back to it.
type past struct {
	events []event
	clocks []int32
	foots  []access
	preds  []pred // of the step that was added last

	own, things []cell          // by Op.Index; by number, what belongs to operations
	others      map[uint64]cell // by number, what does not
	quiet       int32           // the last step that waited until nothing else could move
	arrivals    [][]int32       // by inbox: the step in which the n-th event arrived
	readers     []reader
	undo        []undo
	mark        int // its length behind the last step
}

// event is a step.
type event struct {
	op            int32
	latest        int32 // the last step that happens before
	clock, width  int32 // where its clock is in clocks
	foot, footEnd int32 // where its accesses are in foots
	undo, readers int32 // the lengths of these lists before it
	quiet         int32 // past.quiet before it
}

// cell is who met a thing last.
type cell struct {
	write int32 // step
	reads int32 // those since then: the index of a reader, counted from 1
}

// reader is a step that read a thing, and the reader before it.
type reader struct{ step, before int32 }

// undo is what a cell was before a step.
type undo struct {
	kind uint8
	at   uint64
	was  cell
}

const (
	ownCell   = iota // write: the last step of an operation; reads: the step that made it enabled
	thingCell        // of an operation
	otherCell
)

// pred is a step that happens directly before another one; it races if the two might come in the other order.
type pred struct {
	step  int32
	races bool
}

// rewind forgets all steps behind the first n.
func (p *past) rewind(n int) {
	p.undoTo(p.mark)
	if n >= len(p.events) {
		return
	}
	e := p.events[n]
	p.undoTo(int(e.undo))
	p.readers = p.readers[:e.readers]
	p.clocks, p.foots = p.clocks[:e.clock], p.foots[:e.foot]
	p.quiet = e.quiet
	p.events = p.events[:n]
	for i, a := range p.arrivals {
		for len(a) > 0 && int(a[len(a)-1]) > n {
			a = a[:len(a)-1]
		}
		p.arrivals[i] = a
	}
}

func (p *past) undoTo(n int) {
	for i := len(p.undo) - 1; i >= n; i-- {
		u := &p.undo[i]
		switch u.kind {
		case ownCell:
			p.own[u.at] = u.was
		case thingCell:
			p.things[u.at] = u.was
		default:
			p.others[u.at] = u.was
		}
	}
	p.undo, p.mark = p.undo[:n], n
}

func grown(cells []cell, n uint64) []cell {
	for n >= uint64(len(cells)) {
		cells = append(cells, cell{})
	}
	return cells
}

// get returns the cell of a thing, and how to undo what is done to it.
func (p *past) get(thing uint64) (cell, uint8) {
	if thing >= firstShared {
		if p.others == nil {
			p.others = map[uint64]cell{}
		}
		return p.others[thing], otherCell
	}
	p.things = grown(p.things, thing)
	return p.things[thing], thingCell
}

func (p *past) set(kind uint8, at uint64, was, is cell) {
	p.undo = append(p.undo, undo{kind, at, was})
	switch kind {
	case ownCell:
		p.own[at] = is
	case thingCell:
		p.things[at] = is
	default:
		p.others[at] = is
	}
}

// enabled notes that an operation became enabled in the step behind so many. It reports whether it is new.
func (p *past) enabled(op *Op, steps int) bool {
	at := uint64(op.Index)
	p.own = grown(p.own, at)
	was := p.own[at]
	p.set(ownCell, at, was, cell{was.write, int32(steps + 1)})
	return was == cell{}
}

// footOf returns what a step met.
func (p *past) footOf(step int) []access {
	e := &p.events[step-1]
	return p.foots[e.foot:e.footEnd]
}

// before reports whether step i happens before step j.
func (p *past) before(i, j int32) bool {
	if i >= j {
		return false
	}
	op, e := p.events[i-1].op, &p.events[j-1]
	return op < e.width && p.clocks[e.clock+op] >= i
}

// add appends a step and returns its number.
func (p *past) add(op *Op, foot []access, did []Action, quiet bool) int32 {
	at := uint64(op.Index)
	p.own = grown(p.own, at)
	j := int32(len(p.events) + 1)
	e := event{
		op: int32(op.Index), clock: int32(len(p.clocks)), foot: int32(len(p.foots)),
		undo: int32(p.mark), readers: int32(len(p.readers)), quiet: p.quiet,
	}
	p.foots = append(p.foots, foot...)
	e.footEnd = int32(len(p.foots))
	p.preds = p.preds[:0]
	p.precede(p.own[at].write, false)
	p.precede(p.own[at].reads, false)
	p.precede(p.quiet, true)
	if quiet {
		for _, c := range p.own {
			p.precede(c.write, false)
		}
		p.quiet = j
	}
	for _, a := range foot {
		p.access(a, j)
	}
	for _, a := range did {
		p.event(a, j)
	}
	p.set(ownCell, at, p.own[at], cell{j, p.own[at].reads})
	p.tick(&e)
	p.events = append(p.events, e)
	p.mark = len(p.undo)
	return j
}

// precede notes that a step happens before the one that is being added.
func (p *past) precede(step int32, races bool) {
	if step == 0 || int(step) > len(p.events) {
		return // none, or that one itself
	}
	for i := range p.preds {
		if p.preds[i].step == step {
			p.preds[i].races = p.preds[i].races || races
			return
		}
	}
	p.preds = append(p.preds, pred{step, races})
}

// access lets step j meet a thing.
func (p *past) access(a access, j int32) {
	at := a.thing()
	c, kind := p.get(at)
	p.precede(c.write, true)
	if !a.writes() {
		p.readers = append(p.readers, reader{j, c.reads})
		p.set(kind, at, c, cell{c.write, int32(len(p.readers))})
		return
	}
	for r := c.reads; r > 0; r = p.readers[r-1].before {
		p.precede(p.readers[r-1].step, true)
	}
	p.set(kind, at, c, cell{write: j})
}

// event orders the arrival of an event before its dequeue.
func (p *past) event(a Action, j int32) {
	if a.Event == 0 {
		return
	}
	for int(a.Object) >= len(p.arrivals) {
		p.arrivals = append(p.arrivals, nil)
	}
	in := &p.arrivals[a.Object]
	switch a.Kind {
	case Send, Fire:
		for len(*in) < int(a.Event) {
			*in = append(*in, j)
		}
	case Dequeue, DefaultRun:
		if n := int(a.Event); n <= len(*in) {
			p.precede((*in)[n-1], a.Kind == DefaultRun)
		}
	}
}

// tick computes the clock of a step from those of the steps that happen directly before it.
func (p *past) tick(e *event) {
	e.width = int32(len(p.own))
	for range p.own {
		p.clocks = append(p.clocks, 0)
	}
	clock := p.clocks[e.clock:]
	for _, q := range p.preds {
		b := &p.events[q.step-1]
		for i, t := range p.clocks[b.clock : b.clock+b.width] {
			clock[i] = max(clock[i], t)
		}
		clock[b.op] = max(clock[b.op], q.step)
		e.latest = max(e.latest, q.step)
	}
}
