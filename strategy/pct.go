package strategy

// unknownLength is the number of picks that an execution is taken to have when nothing is known. It matters for the
// first executions of a run only; too small loses bugs whose change points lie behind it, too large makes each
// change point less likely to fall where it counts.
const unknownLength = 100

// PCT is probabilistic concurrency testing with depth d.
//
// Every operation gets a random priority; the highest enabled one moves. d-1 change points, distinct and uniform over
// the k picks of the execution, move the operation that would run there below all others: the i-th change point drawn
// gives it the i-th of d-1 priorities under the initial ones.
//
// Guarantee: with n operations and k picks a bug of depth d (one that d ordering constraints suffice to provoke) is
// found with probability at least 1/(n k^(d-1)). Three details carry the proof, and are tested:
//   - The initial priorities of all operations, those born late included, form a uniform permutation: whoever is born
//     gets a uniform rank among the initial priorities of the others, enabled or not.
//   - Operations that a change point moved stay below those that are born afterwards.
//   - Among themselves they are ordered by the draw, not by time: some bugs need the first one moved to wait for the
//     second one, others the reverse.
//
// Change points count picks, decisions between at least two operations: elsewhere they could change nothing. k is
// Execution.Length, at most MaxSteps, and 100 when nothing is known. Values are uniform. It is not fair.
//
// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding
// Bugs", ASPLOS 2010.
type PCT struct {
	depth   int
	src     source
	ready   ready
	born    []uint64 // by Op.Index; the priority, 0 for an operation not seen yet
	changes []change // sorted by pick
	next    int      // in changes
	picks   int
	drawn   int // picks that the change points were drawn for
}

// change is a change point: at that pick the operation that would run gets that priority.
type change struct {
	pick     int
	priority uint64
}

// initial is the bit that sets the initial priorities above those of the change points.
const initial = 1 << 63

// NewPCT returns PCT with a depth of at least 1; a smaller one counts as 1.
func NewPCT(depth int) *PCT { return &PCT{depth: max(depth, 1)} }

// Start implements Strategy.
func (p *PCT) Start(e Execution) bool {
	p.src.seed(e.Seed, streamPicks)
	p.ready.reset()
	clear(p.born)
	p.born = p.born[:0]
	p.next, p.picks = 0, 0
	p.draw(picksOf(e))
	return true
}

// Plan returns the depth and the number of picks that the change points of this execution were drawn for.
func (p *PCT) Plan() (depth, picks int) { return p.depth, p.drawn }

// Seed returns the seed of the execution, for runtimes that draw themselves.
func (p *PCT) Seed() uint64 { return p.src.from }

// picksOf is the estimated number of picks of an execution.
func picksOf(e Execution) int {
	k := e.Length
	if k <= 0 {
		k = unknownLength
	}
	if e.MaxSteps > 0 {
		k = min(k, e.MaxSteps)
	}
	return k
}

// draw draws the change points: the i-th is uniform over the k-i places that are left, and skips those taken.
func (p *PCT) draw(k int) {
	p.drawn = k
	p.changes = p.changes[:0]
	for i := range min(p.depth-1, k) {
		at, place := p.src.intn(k-i), 0
		for place < len(p.changes) && p.changes[place].pick <= at {
			at++
			place++
		}
		p.changes = append(p.changes, change{})
		copy(p.changes[place+1:], p.changes[place:])
		p.changes[place] = change{pick: at, priority: uint64(i+1) << leafBits}
	}
}

// Pick implements Strategy.
func (p *PCT) Pick(ops []*Op) int {
	if p.next < len(p.changes) && p.changes[p.next].pick == p.picks {
		op, low := p.ready.top(), p.changes[p.next].priority
		p.born[op.Index] = low
		p.ready.set(op, low)
		p.next++
	}
	p.picks++
	return p.ready.pick(ops)
}

// Value implements Strategy.
func (p *PCT) Value(v Value) int { return p.src.intn(v.N) }

// Enabled implements Observer.
func (p *PCT) Enabled(op *Op) {
	for op.Index >= len(p.born) {
		p.born = append(p.born, 0)
	}
	if p.born[op.Index] == 0 {
		p.born[op.Index] = p.src.uint64() | initial
	}
	if !p.ready.has(op) {
		p.ready.add(op, p.born[op.Index])
	}
}

// Disabled implements Observer.
func (p *PCT) Disabled(op *Op) { p.ready.remove(op) }

// Executed implements Observer.
func (p *PCT) Executed(*Op, []Action) {}
