package strategy

import "slices"

// Feedback keeps the choices of executions whose timeline is new, and changes a few of them.
//
// An execution whose timeline (in what order operations met at each object, see the type of that name) was not seen before
// is kept. One execution in four is the base strategy's own. Each other one draws one of those that are kept, and five of
// its positions. It follows the choices of that execution but at those positions, where the base decides; it also
// decides behind the end, and wherever the operation or the value is not on offer any more. The base
// is the random walk or POS, and sees every step. Schedule and values are one sequence of positions.
//
// What it buys: an order that the base finds once in a thousand executions is then varied instead of forgotten. It has
// no guarantee: in its authors' own evaluation the random walk beat every variant of it on four protocols of four. It is
// not fair: what it follows may be as long as an execution.
//
// What was kept is known at the end of a round of 32 executions, in the order of K (see Learner), so that it does
// not depend on the number of workers. The kept executions hold four million choices at most; the oldest go first.
// A step costs O(1) beside the base.
//
// Sources: the feedback of FEST, NSDI 2026; pairs at an object as in Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox
// Fuzzing for Concurrency Testing" (RFF), ASPLOS 2024.
type Feedback struct {
	base   Strategy
	watch  Observer // base, if it is one
	src    source   // draws what to follow
	places places
	line   timeline
	roster roster
	path   []followed // of this execution

	seen   map[signature]bool
	kept   [][]followed
	length int // choices in kept

	parent  []followed
	changes []int // positions that are still to come, in order
}

// followed is a choice: the name of an operation, or a value among so many.
type followed struct {
	what uint64
	of   int // 0 for an operation
}

// kept is the lesson of an execution with a new timeline.
type kept struct {
	signature signature
	path      []followed
}

const (
	feedbackRound   = 32
	feedbackChanges = 5
	feedbackFresh   = 4 // one execution in so many is the base's own
	feedbackMost    = 1 << 22
)

// NewFeedback returns feedback on a base strategy, which must not be a Learner, a Bounder or a FaultPicker.
func NewFeedback(base Strategy) *Feedback {
	return &Feedback{base: base, seen: map[signature]bool{}}
}

// Start implements Strategy.
func (f *Feedback) Start(e Execution) bool {
	ok := f.base.Start(e)
	f.watch = ObserverOf(f.base)
	f.src.seed(e.Seed, streamFeedback)
	f.places.reset()
	f.line.reset()
	f.roster.reset()
	f.path = f.path[:0]
	f.parent, f.changes = nil, f.changes[:0]
	if n := len(f.kept); n > 0 && f.src.intn(feedbackFresh) > 0 {
		f.parent = f.kept[f.src.intn(n)]
		for range feedbackChanges {
			f.changes = append(f.changes, f.src.intn(len(f.parent)))
		}
		slices.Sort(f.changes)
	}
	return ok
}

// next returns the choice to follow at this position; false if the base decides.
func (f *Feedback) next() (followed, bool) {
	at, changed := len(f.path), false
	for len(f.changes) > 0 && f.changes[0] == at {
		f.changes, changed = f.changes[1:], true
	}
	if at >= len(f.parent) || changed {
		return followed{}, false
	}
	return f.parent[at], true
}

// Pick implements Strategy.
func (f *Feedback) Pick(ops []*Op) int {
	at := -1
	if c, ok := f.next(); ok && c.of == 0 {
		if op := f.roster.find(c.what); op != nil && f.places.has(op) {
			at = f.places.find(ops, op)
		}
	}
	if at < 0 {
		at = f.base.Pick(ops)
	}
	f.path = append(f.path, followed{what: f.line.names.of(ops[at])})
	return at
}

// Value implements Strategy.
func (f *Feedback) Value(v Value) int {
	c, ok := f.next()
	if !ok || c.of != v.N {
		c = followed{uint64(f.base.Value(v)), v.N}
	}
	f.path = append(f.path, c)
	return int(c.what)
}

// Enabled implements Observer.
func (f *Feedback) Enabled(op *Op) {
	if f.places.enabled(op); !f.roster.has(op) {
		f.roster.add(op, f.line.names.of(op))
	}
	if f.watch != nil {
		f.watch.Enabled(op)
	}
}

// Disabled implements Observer.
func (f *Feedback) Disabled(op *Op) {
	f.places.disabled(op)
	if f.watch != nil {
		f.watch.Disabled(op)
	}
}

// Executed implements Observer.
func (f *Feedback) Executed(op *Op, did []Action) {
	f.line.executed(op, did)
	if f.watch != nil {
		f.watch.Executed(op, did)
	}
}

// Finish implements Finisher.
func (f *Feedback) Finish(r Result) {
	if o, ok := f.base.(Finisher); ok {
		o.Finish(r)
	}
}

// Lesson implements Learner.
func (f *Feedback) Lesson() any {
	if len(f.path) == 0 || f.seen[f.line.least] {
		return nil
	}
	return kept{f.line.least, slices.Clone(f.path)}
}

// Learn implements Learner.
func (f *Feedback) Learn(lessons []any) {
	for _, l := range lessons {
		k := l.(kept)
		if f.seen[k.signature] {
			continue // another one of the round was first
		}
		f.seen[k.signature] = true
		f.kept = append(f.kept, k.path)
		f.length += len(k.path)
	}
	for len(f.kept) > 1 && f.length > feedbackMost {
		f.length -= len(f.kept[0])
		f.kept[0] = nil
		f.kept = f.kept[1:]
	}
}

// Round implements Learner.
func (f *Feedback) Round() int { return feedbackRound }
