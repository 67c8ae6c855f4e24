package strategy

// SURW is the selectively uniform random walk: uniform over the orders of the interesting steps, whatever the others do.
//
// The interesting steps of an execution are those that touch one object, drawn among the objects on whose order something
// may depend: two operations touch it, and one of them does more than read. The two ends of a channel do not compete
// with each other, and nobody competes at a WaitGroup. w[t] is how many of them operation t has left, those of its unborn
// children included. The operation that takes the next interesting step is intended before anybody gets there: it is t
// with probability w[t] / (sum of w), of those that are able to move or soon will be. An operation that stands before an
// interesting step and is not the intended one waits. Among those that do not wait, t moves next with a probability in
// proportion to all steps that it has left, as in URW. An interesting step lowers w by one and ends the intention; a child
// takes its weight from its creator, and the intention in proportion to that. When everything that is enabled waits,
// because the intended one cannot move, one of those is intended instead, and also when they have waited for long. A
// goroutine that is blocked in an action has taken its step when it began: going on from there is not interesting. At a
// mutex that somebody has locked nobody is intended who would lock it. Where no object is shared, nobody waits.
//
// Guarantee: where the steps that touch the object wait for nothing but the uninteresting ones before them, and their
// numbers do not depend on the schedule, every order of them has the same probability, however many other
// steps there are. Values are uniform. It is not fair: uninteresting steps without end keep the others waiting.
//
// A joined step is interesting when one of its two actions touches the object. The second one is not shown in advance: a
// step is held back if it begins like one that touched the object in a profile.
//
// The weights come from profiles as in URW, with the same determinism, which count, by Op.Path, the steps that touched
// each object. Objects are identified by the path of the machine or timer they belong to, models by their number. What
// goroutines meet in (see GoObject) is identified by where it comes in their lives: it is, say, the second object that
// the third goroutine of the root touches. Each of those that touch it knows it by such a place, and the first one to come to
// its place says which object of the execution is meant. So no address, and no order of appearance, has a part in it.
// A step costs O(1), expected, for any number of operations, but for those that lock or unlock the object: O(n).
//
// Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025.
type SURW struct {
	study    study
	rest     remaining // interesting steps
	steps    remaining // all steps
	places   places
	free     weights    // of all steps, by Op.Index, of the enabled operations that do not wait
	drawn    weights    // w of those that may be intended
	waiting  weights    // w of the enabled operations that stand before an interesting step and could take it
	ops      []standing // by Op.Index
	intended *Op
	holder   *Op // has locked the object
	target   Object
	found    bool // target is the object in this execution; before, its operation does not exist, or nobody has met it
	firsts   firsts
	woken    woken
	stalled  int // picks since the intended one has last been able to move, while others wait
}

// standing is what SURW knows about an operation beside its weights.
type standing struct {
	op   *Op    // nil while it is not known
	late uint32 // see touches.late
	nth  uint32 // see touches.nth
}

// NewSURW returns the selectively uniform random walk.
func NewSURW() *SURW { return new(SURW) }

// Start implements Strategy.
func (s *SURW) Start(e Execution) bool {
	if s.study.start(e) {
		return true
	}
	var o object
	s.found = false
	if n := len(s.study.forecast.objects); n > 0 {
		o = s.study.forecast.objects[s.study.src.intn(n)]
		s.target, s.found = o.fixed, o.op == 0 && !goObject(o.fixed)
	}
	s.firsts.reset()
	s.woken.reset()
	s.stalled = 0
	s.rest.reset(s.study.forecast, o)
	s.steps.reset(s.study.forecast, object{})
	s.places.reset()
	s.free.reset()
	s.drawn.reset()
	s.waiting.reset()
	clear(s.ops)
	s.ops = s.ops[:0]
	s.intended = nil
	s.holder = nil
	return true
}

// Pick implements Strategy.
func (s *SURW) Pick(ops []*Op) int {
	if s.study.walks() {
		return s.study.src.intn(len(ops))
	}
	if (s.intended == nil || !s.drawn.has(s.intended.Index)) && s.drawn.total > 0 {
		s.intend(&s.drawn)
	}
	if s.waiting.total > 0 && (s.free.total == 0 || s.stalls()) {
		s.intend(&s.waiting)
	}
	if s.free.total == 0 {
		return s.study.src.intn(len(ops)) // all of them would be blocked
	}
	return s.places.find(ops, s.ops[s.free.draw(&s.study.src)].op)
}

// intend draws the intended operation.
func (s *SURW) intend(among *weights) {
	before := s.intended
	s.stalled = 0
	s.intended = s.ops[among.draw(&s.study.src)].op
	s.place(s.intended)
	if before != nil {
		s.place(before)
	}
}

// stalls reports whether the intended one has not been able to move for long, while others wait: it may be waiting for what
// one of these does next, and others go round in circles until then.
func (s *SURW) stalls() bool {
	if s.intended == nil || s.waiting.total == 0 || s.places.has(s.intended) {
		s.stalled = 0
		return false
	}
	s.stalled++
	return s.stalled > patience+patiencePerOp*len(s.places.order)
}

// Picks that the intended one is waited for: enough for all others to do something.
const (
	patience      = 32
	patiencePerOp = 4
)

// interesting reports whether op stands before a step that touches the object, or may.
func (s *SURW) interesting(op *Op) bool {
	if s.found && op.Next.Object == s.target && op.Next.Kind != Create {
		return !s.woken.is(op)
	}
	return s.ops[op.Index].late>>op.Next.Kind&1 == 1
}

// soon reports whether an operation that is not enabled may be intended all the same. Who is blocked at a lock, or in
// something like it, goes on soon; who waits at a channel or for a WaitGroup does so for what others have still to do. A
// machine waits for no more than an event.
func soon(op *Op) bool {
	if a := op.Next; goAction(a) {
		return goObject(a.Object) && (a.Kind == Access || a.Kind == Acquire)
	}
	return true
}

// locked reports whether op would be blocked by who has locked the object.
func (s *SURW) locked(op *Op) bool {
	return s.holder != nil && s.holder != op && op.Next.Kind == Acquire && op.Next.Object == s.target && !s.woken.is(op)
}

// hold notes who has locked the object; nil is nobody.
func (s *SURW) hold(op *Op) {
	if s.holder == op {
		return
	}
	s.holder = op
	for _, o := range s.places.order {
		s.place(o)
	}
}

// place brings the weights of an operation up to date.
func (s *SURW) place(op *Op) {
	i, on := op.Index, s.places.has(op)
	drawn, waiting, free := s.rest.left[i], int64(0), int64(0)
	switch {
	case !on:
		if !soon(op) {
			drawn = 0
		}
	case !s.interesting(op):
		free = max(s.steps.left[i], s.steps.of.unit)
	case s.locked(op):
		drawn = 0
	default:
		drawn = max(drawn, s.rest.of.unit) // the forecast was too low
		waiting = drawn
		if op == s.intended {
			free = max(s.steps.left[i], s.steps.of.unit)
		}
	}
	s.drawn.set(i, drawn)
	s.waiting.set(i, waiting)
	s.free.set(i, free)
}

// born makes an operation known, and its ancestors, which need not have been enabled.
func (s *SURW) born(op *Op) {
	share, first := s.rest.born(op)
	if !first {
		return
	}
	s.steps.born(op)
	for o := op; o != nil && s.add(o); o = o.Creator {
		known := s.rest.of.uses[use{s.rest.names.of(o), s.rest.object}]
		s.ops[o.Index].late, s.ops[o.Index].nth = known.late, known.nth
		if s.rest.object.op == s.rest.names.of(o) {
			s.target, s.found = Object(o.Index), true
		}
	}
	if c := op.Creator; c != nil {
		if c == s.intended && share > 0 && int64(s.study.src.intn(int(s.rest.left[c.Index]+share))) < share {
			s.intended = op
		}
		s.place(c)
	}
}

// add returns false if op was known before.
func (s *SURW) add(op *Op) bool {
	for op.Index >= len(s.ops) {
		s.ops = append(s.ops, standing{})
	}
	if s.ops[op.Index].op != nil {
		return false
	}
	s.ops[op.Index].op = op
	return true
}

// Plan returns the plan of the execution that Start was called for, for a runtime that makes the walk itself; nil if it is
// one that only the strategy can make. After that the strategy draws what it is asked for at random.
func (s *SURW) Plan() *Plan { return s.study.hand(s.rest.object) }

// Seed returns the seed of the execution, for such a runtime.
func (s *SURW) Seed() uint64 { return s.study.src.from }

// Value implements Strategy.
func (s *SURW) Value(v Value) int { return s.study.src.intn(v.N) }

// Enabled implements Observer.
func (s *SURW) Enabled(op *Op) {
	if s.study.walks() {
		s.study.enabled(op)
		return
	}
	s.born(op)
	s.woken.enabled(op)
	s.places.enabled(op)
	s.meet(op)
	s.place(op)
}

// meet notes what an enabled operation stands before, until the object is found that counts. Then those wait that stand
// before it already.
func (s *SURW) meet(op *Op) {
	if s.found || !goObject(s.target) || !goObject(op.Next.Object) {
		return
	}
	nth, first := s.firsts.of(op, op.Next.Object)
	if !first || nth != s.ops[op.Index].nth {
		return
	}
	s.target, s.found = op.Next.Object, true
	for _, o := range s.places.order {
		s.place(o)
	}
}

// Disabled implements Observer.
func (s *SURW) Disabled(op *Op) {
	if !s.study.walks() {
		s.places.disabled(op)
		if s.holder == op {
			s.hold(nil)
		}
		s.place(op)
	}
}

// Executed implements Observer.
func (s *SURW) Executed(op *Op, did []Action) {
	if s.study.walks() {
		s.study.executed(op, did)
		return
	}
	if op.Kind == Fault {
		return
	}
	if op.Index >= len(s.ops) || s.ops[op.Index].op == nil {
		s.born(op) // a timer that fires early has not been enabled
	}
	if !s.woken.executed(op, did) {
		s.done(op, did)
	}
	if s.found && goObject(s.target) && did[0].Object == s.target {
		switch {
		case did[0].Kind == Acquire && s.places.has(op): // else it is blocked
			s.hold(op)
		case did[0].Kind == Release:
			s.hold(nil)
		}
	}
	if s.places.has(op) {
		s.meet(op)
	}
	s.place(op)
}

// done counts a step.
func (s *SURW) done(op *Op, did []Action) {
	s.steps.done(op)
	for _, a := range did {
		if s.found && a.Object == s.target && a.Kind != Create {
			s.rest.done(op)
			if op == s.intended {
				s.intended = nil
			}
			return
		}
	}
}

// Finish implements Finisher.
func (s *SURW) Finish(Result) { s.study.finish() }

// Lesson implements Learner.
func (s *SURW) Lesson() any { return s.study.lesson() }

// Learn implements Learner.
func (s *SURW) Learn(lessons []any) { s.study.learn(lessons) }

// Round implements Learner.
func (s *SURW) Round() int { return s.study.round() }
