package strategy

// POS is partial order sampling.
//
// Every pending action has an independent uniform priority; the operation with the highest moves. Then the next action
// of that operation gets a fresh priority, and so does every pending action that races (see Races) with one that was
// executed. An operation that becomes enabled has a new pending action.
//
// What it buys: actions that race with nothing do not lose their place. That an operation makes m moves of its own before
// a second one makes a single move has probability 2^-m under the random walk, 1/(m+1) under POS. It needs no parameter
// and no estimated length. Values are uniform.
//
// Fair, but with a heavy tail: an operation that stays enabled and races with nothing waits for more than t picks
// with a probability of about 1/t, so the waiting time ends with probability 1 and has no mean.
//
// It relies on one promise of the engine beyond Observer: while an operation is enabled and does not move, the object
// of its Next stays the same. A step costs O(log n) for n operations plus O(log n) per racing one.
//
// Source: Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018.
type POS struct {
	src     source
	ready   ready
	pending objects
}

// NewPOS returns partial order sampling.
func NewPOS() *POS { return new(POS) }

// Start implements Strategy.
func (p *POS) Start(e Execution) bool {
	p.src.seed(e.Seed, streamPicks)
	p.ready.reset()
	p.pending.reset()
	return true
}

// Seed returns the seed of the execution, for runtimes that sample themselves.
func (p *POS) Seed() uint64 { return p.src.from }

// Pick implements Strategy.
func (p *POS) Pick(ops []*Op) int { return p.ready.pick(ops) }

// Value implements Strategy.
func (p *POS) Value(v Value) int { return p.src.intn(v.N) }

// Enabled implements Observer.
func (p *POS) Enabled(op *Op) {
	if p.ready.has(op) {
		return
	}
	p.ready.add(op, p.src.uint64())
	p.pending.add(op)
}

// Disabled implements Observer.
func (p *POS) Disabled(op *Op) {
	p.ready.remove(op)
	p.pending.remove(op)
}

// Executed implements Observer.
func (p *POS) Executed(op *Op, did []Action) {
	for _, a := range did {
		for i := *p.pending.bucket(a.Object); i > 0; {
			l := &p.pending.links[i-1]
			if l.key == a.Object && l.op != op && Races(a, l.op.Next) {
				p.ready.set(l.op, p.src.uint64())
			}
			i = l.next
		}
	}
	if p.ready.has(op) {
		p.ready.set(op, p.src.uint64())
		p.pending.update(op)
	}
}

// Properties implements Described.
func (p *POS) Properties() Properties { return Properties{Fair: true} }
