package strategy

// profileRound is how many executions profile a program: the first round of a run.
const profileRound = 16

// profile is what an execution did: which operation was created by which, and how many of its steps touched which
// object.
type profile struct {
	creators map[uint64]uint64 // by operation, as names has them
	uses     map[use]touches
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
	// writes is set when one of them was not a Read.
	writes bool
}

func (c *touches) add(d touches) {
	c.steps += d.steps
	c.late |= d.late
	c.writes = c.writes || d.writes
}

// profiler makes the profile of an execution.
type profiler struct {
	names names
	raw   map[rawUse]touches
}

// rawUse is a use by the numbers of the execution: an object may be touched before its operation is known.
type rawUse struct {
	op     int
	object Object
	any    bool
}

func (p *profiler) reset() {
	p.names.reset()
	p.raw = map[rawUse]touches{}
}

// executed counts a step. A Create is not counted for the inbox: it comes before everything else that touches it.
func (p *profiler) executed(op *Op, did []Action) {
	if op.Kind == Fault || len(did) == 0 {
		return
	}
	p.names.of(op)
	p.add(rawUse{op: op.Index, any: true}, touches{steps: 1, writes: true})
	for i, a := range did {
		if a.Kind == Create {
			continue
		}
		c := touches{steps: 1, writes: a.Kind != Read}
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

func (p *profiler) add(u rawUse, c touches) {
	old := p.raw[u]
	old.add(c)
	p.raw[u] = old
}

// profile returns the profile of the execution that has ended.
func (p *profiler) profile() *profile {
	r := &profile{creators: map[uint64]uint64{}, uses: map[use]touches{}}
	for _, k := range p.names.known {
		if k.name != 0 {
			r.creators[k.name] = k.creator
		}
	}
	for u, c := range p.raw {
		var o object
		if !u.any {
			known := false
			if o, known = p.names.object(u.object); !known {
				continue // nobody else can have waited for it
			}
		}
		r.uses[use{p.names.known[u.op].name, o}] = c
	}
	return r
}
