package strategy

// URW is the uniform random walk: uniform over the interleavings, where the random walk is uniform over the next step.
//
// An operation t that is enabled moves next with probability w[t] / (sum of w over the enabled ones), where w[t] is how
// many steps t has left to take, those of its unborn children included. A child takes its weight from its creator, and
// each step lowers the weight of its operation by one. An operation that is enabled has a weight of at least one step.
//
// Guarantee: where nothing waits for anything but its creation, and the numbers of steps do not depend on the schedule,
// every interleaving has the same probability: w[t] is proportional to the number of interleavings that begin with t.
// Values are uniform. It is fair: an enabled operation moves with a probability of at least one in the sum of w.
//
// The weights come from profiles: the first 16 executions are random walks that count steps by Op.Path, and
// w is their mean, in units of 1/16 step. The profiles are lessons (see Learner), so they are the same in every worker;
// execution K depends on its seed and on those of executions 0 to 15. A step costs O(log n) for n operations.
//
// Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025, algorithm 1.
type URW struct {
	study   study
	rest    remaining
	places  places
	enabled sums // by Op.Index
}

// NewURW returns the uniform random walk.
func NewURW() *URW { return new(URW) }

// Start implements Strategy.
func (u *URW) Start(e Execution) bool {
	if u.study.start(e) {
		return true
	}
	u.rest.reset(u.study.forecast, object{})
	u.places.reset()
	u.enabled.reset()
	return true
}

// Pick implements Strategy.
func (u *URW) Pick(ops []*Op) int {
	if u.study.forecast == nil {
		return u.study.src.intn(len(ops))
	}
	return u.places.find(ops, u.places.op(u.enabled.draw(&u.study.src)))
}

// Value implements Strategy.
func (u *URW) Value(v Value) int { return u.study.src.intn(v.N) }

// Enabled implements Observer.
func (u *URW) Enabled(op *Op) {
	if u.study.enabled(op) {
		return
	}
	u.places.enabled(op)
	if _, first := u.rest.born(op); first {
		if c := op.Creator; c != nil {
			u.weigh(c)
		}
	}
	u.enabled.set(op.Index, u.weight(op))
}

func (u *URW) weight(op *Op) int64 { return max(u.rest.left[op.Index], u.rest.of.unit) }

// weigh brings the weight of an operation up to date, if it is enabled.
func (u *URW) weigh(op *Op) {
	if u.enabled.has(op.Index) {
		u.enabled.set(op.Index, u.weight(op))
	}
}

// Disabled implements Observer.
func (u *URW) Disabled(op *Op) {
	if u.study.forecast != nil {
		u.places.disabled(op)
		u.enabled.set(op.Index, 0)
	}
}

// Executed implements Observer.
func (u *URW) Executed(op *Op, did []Action) {
	if u.study.executed(op, did) || op.Kind == Fault {
		return
	}
	u.rest.done(op)
	u.weigh(op)
}

// Properties implements Described.
func (u *URW) Properties() Properties { return Properties{Fair: true} }

// Finish implements Finisher.
func (u *URW) Finish(Result) { u.study.finish() }

// Lesson implements Learner.
func (u *URW) Lesson() any { return u.study.lesson() }

// Learn implements Learner.
func (u *URW) Learn(lessons []any) { u.study.learn(lessons) }

// Round implements Learner.
func (u *URW) Round() int { return u.study.round() }
