package strategy

// profile is what an execution did: which operation was created by which, and how many of its actions touched which
// object.
//
// Objects of goroutines have numbers of this execution (see GoObject). What identifies one beyond it is where it comes in
// the lives of those that touch it: touches.nth.
type profile struct {
	creators map[uint64]uint64 // by operation, as names has them
	uses     map[use]touches
	mixed    bool // there was more to move than the root and goroutines
}

// use is an operation and an object. The zero object stands for any: it counts all steps.
type use struct {
	op     uint64
	object object
}

// touches counts the steps in which an operation touched an object.
type touches struct {
	steps int64
	// late is the set of kinds of first actions behind which the object was touched by the second action of a joined
	// step: a strategy that is shown such an action has to expect it.
	late uint32
	// sorts is what the operation did to the object.
	sorts sorts
	// nth is set for an object of goroutines: of those that the operation touched, in the order of its first touches, it
	// is this one, counted from 1.
	nth uint32
}

func (c *touches) add(d touches) {
	c.steps += d.steps
	c.late |= d.late
	c.sorts |= d.sorts
	if c.nth == 0 {
		c.nth = d.nth
	}
}

// sorts is a set of what can be done to an object, as far as that says whether orders matter.
type sorts uint8

const (
	reads sorts = 1 << iota
	writes
	puts
	takes
	joins
	allSorts = 1<<iota - 1
)

func sortOf(k ActionKind) sorts {
	switch k {
	case Read:
		return reads
	case Put:
		return puts
	case Take:
		return takes
	case Join:
		return joins
	}
	return writes
}

// profiler makes the profile of an execution.
type profiler struct {
	names  names
	firsts firsts
	woken  woken
	raw    map[rawUse]touches
	mixed  bool
}

// rawUse is a use by the numbers of the execution: an object may be touched before its operation is known.
type rawUse struct {
	op     int
	object Object
	any    bool
}

func (p *profiler) reset() {
	p.names.reset()
	p.firsts.reset()
	p.woken.reset()
	p.raw = map[rawUse]touches{}
	p.mixed = false
}

func (p *profiler) enabled(op *Op) {
	p.names.of(op)
	p.woken.enabled(op)
}

// executed counts a step, unless it only ends an action that the operation had to wait in. A Create is not counted for the
// inbox: it comes before everything else that touches it.
func (p *profiler) executed(op *Op, did []Action) {
	if op.Kind == Fault || len(did) == 0 {
		return
	}
	p.names.of(op)
	p.mixed = p.mixed || mixes(op)
	if p.woken.executed(op, did) {
		return
	}
	p.add(rawUse{op: op.Index, any: true}, touches{steps: 1, sorts: writes})
	for i, a := range did {
		if a.Kind == Create || a.Object == own {
			continue
		}
		c := touches{steps: 1, sorts: sortOf(a.Kind)}
		if goObject(a.Object) {
			c.nth, _ = p.firsts.of(op, a.Object)
		}
		if i > 0 {
			if did[0].Object == a.Object && did[0].Kind != Create {
				c.steps = 0
			} else {
				c.late = 1 << did[0].Kind
			}
		}
		p.add(rawUse{op: op.Index, object: a.Object}, c)
	}
}

// mixes reports whether an operation is neither the root nor a goroutine, nor the clock of the goroutines.
func mixes(op *Op) bool {
	switch op.Kind {
	case Machine:
		return op.Creator != nil
	case Timer:
		return op.Nth >= 0
	}
	return false
}

func (p *profiler) add(u rawUse, c touches) {
	old := p.raw[u]
	old.add(c)
	p.raw[u] = old
}

// profile returns the profile of the execution that has ended.
func (p *profiler) profile() *profile {
	r := &profile{creators: map[uint64]uint64{}, uses: map[use]touches{}, mixed: p.mixed}
	for _, k := range p.names.known {
		if k.name != 0 {
			r.creators[k.name] = k.creator
		}
	}
	for u, c := range p.raw {
		var o object
		switch {
		case u.any:
		case goObject(u.object):
			o.fixed = u.object
		default:
			known := false
			if o, known = p.names.object(u.object); !known {
				continue // nobody else can have waited for it
			}
		}
		r.uses[use{p.names.known[u.op].name, o}] = c
	}
	return r
}
