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
// The weights come from profiles: some executions are random walks that count steps by Op.Path, and w is the mean, in
// units of 1 over the number of profiles. Execution 0 makes one, and the first execution of each of the rounds that
// follow, of 4, 8, 16 and so on executions, until there are 16 profiles: what all schedules do is known at once, and what
// only few do gets its weight in time. An operation that no profile knows has the mean weight of the others that its
// creator has created. The profiles are lessons (see Learner), so they are the same in every worker; execution K depends
// on its seed and on those of the profiles of earlier rounds. A step costs O(1), expected, for any number of operations.
//
// Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025, algorithm 1.
type URW struct {
	study   study
	rest    remaining
	woken   woken
	places  places
	enabled weights // by Op.Index
	ops     []*Op   // by Op.Index
}

// NewURW returns the uniform random walk.
func NewURW() *URW { return new(URW) }

// Start implements Strategy.
func (u *URW) Start(e Execution) bool {
	if u.study.start(e) {
		return true
	}
	u.rest.reset(u.study.forecast, object{})
	u.woken.reset()
	u.places.reset()
	u.enabled.reset()
	clear(u.ops)
	u.ops = u.ops[:0]
	return true
}

// Pick implements Strategy.
func (u *URW) Pick(ops []*Op) int {
	if u.study.walks() {
		return u.study.src.intn(len(ops))
	}
	return u.places.find(ops, u.ops[u.enabled.draw(&u.study.src)])
}

// Plan returns the plan of the execution that Start was called for, for a runtime that makes the walk itself; nil if it is
// one that only the strategy can make. After that the strategy draws what it is asked for at random.
func (u *URW) Plan() *Plan { return u.study.hand(object{}) }

// Seed returns the seed of the execution, for such a runtime.
func (u *URW) Seed() uint64 { return u.study.src.from }

// Value implements Strategy.
func (u *URW) Value(v Value) int { return u.study.src.intn(v.N) }

// Enabled implements Observer.
func (u *URW) Enabled(op *Op) {
	if u.study.walks() {
		u.study.enabled(op)
		return
	}
	u.woken.enabled(op)
	u.places.enabled(op)
	for op.Index >= len(u.ops) {
		u.ops = append(u.ops, nil)
	}
	u.ops[op.Index] = op
	u.born(op)
	u.weigh(op)
}

// born makes an operation known. Its share of the weight is its creator's no longer.
func (u *URW) born(op *Op) {
	if _, first := u.rest.born(op); first {
		if c := op.Creator; c != nil && u.places.has(c) {
			u.weigh(c)
		}
	}
}

// weigh brings the weight of an operation that is enabled up to date.
func (u *URW) weigh(op *Op) { u.enabled.set(op.Index, max(u.rest.left[op.Index], u.rest.of.unit)) }

// Disabled implements Observer.
func (u *URW) Disabled(op *Op) {
	if !u.study.walks() {
		u.places.disabled(op)
		u.enabled.set(op.Index, 0)
	}
}

// Executed implements Observer.
func (u *URW) Executed(op *Op, did []Action) {
	if u.study.walks() {
		u.study.executed(op, did)
		return
	}
	if op.Kind == Fault {
		return
	}
	u.born(op) // a timer that fires early has not been enabled
	if !u.woken.executed(op, did) {
		u.rest.done(op)
	}
	if u.places.has(op) {
		u.weigh(op)
	}
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
